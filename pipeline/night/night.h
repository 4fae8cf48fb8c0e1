#ifndef TIDEMARK_NIGHT_NIGHT_H
#define TIDEMARK_NIGHT_NIGHT_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * A night: the stages in the order of the flow, each executed as a program of its own, since each
 * commits for itself.
 *
 *     ingest --reconcile ─▶ ingest ─▶ aggregate ─▶ request ─▶ export          money
 *     distribute ─▶ deliver                                                   releases
 *
 * Refused data (65) holds up nobody. After any other failure the rest of that chain is not run, and
 * after one that all would share (no database, no program) the rest of the night: 78 is not such a
 * one, since the night has read the configuration itself; it is a payout run that is unknown. At the night's deadline the step under way is ended (75), and no further one begins.
 */
typedef struct NightStep {
    const char *stage;
    const char *const *arguments; // besides --config and --json; ends with NULL
    bool begins_chain;
} NightStep;

/** The steps of a night, in order; borrowed. */
size_t night_steps(const NightStep **out_steps);
/** As one would type it: "ingest --reconcile". The caller's, for free(). */
char *night_step_name(const NightStep *step);

/** How one step ended. */
typedef struct NightOutcome {
    bool executed; // false: it was not run
    int exit_status;
    double seconds;
    json_t *document; // what it printed with --json; NULL: none. Owned, for night_outcome_clear()
    char *note;       // why it was not run, or how it ended without saying so; NULL: nothing. Owned
} NightOutcome;

typedef struct NightOptions {
    const char *config_file;
    const char *log_level; // "--verbose", "--quiet", or NULL
    double deadline;       // by night_clock(): the step is ended there, with status 75
} NightOptions;

/** Seconds on a clock that nobody sets. */
double night_clock(void);
/** Executes a step, from the folder that this program stands in. STATUS_UNAVAILABLE: it could not
 * be executed. */
Status night_execute(const NightStep *step, const NightOptions *options, NightOutcome *out_outcome,
                     Error *error);
void night_outcome_clear(NightOutcome *outcome);

/** The status of a program as wait(2) tells its end: its own if it is one of ours, else STATUS_BUG.
 */
int night_exit_status(int wait_state);

/** What a step's exit status means for the steps after it. */
typedef enum NightVerdict { NIGHT_GOES_ON, NIGHT_CHAIN_ENDS, NIGHT_ENDS } NightVerdict;

/** How far a night has come; {.deadline = …} begins it. Knows no clock. */
typedef struct NightCourse {
    double deadline; // by night_clock()
    NightVerdict verdict;
    const NightStep *stopped_by; // where the verdict is not to go on
    int stopped_status;
    bool is_late; // a step was not run since the deadline had passed
} NightCourse;

/** Why the next step is not to be run, as "not run, since aggregate ended with status 70"; NULL: it
 * is. The caller's, for free(). */
char *night_why_not(NightCourse *course, const NightStep *step, double now);
/** Takes up how a step ended, or that it could not begin. */
void night_take_status(NightCourse *course, const NightStep *step, int exit_status);

/**
 * What is kept of a step, and shown: {"step","status","seconds","what","counts","problems"}, where
 * `what` is the step's own sentences, `counts` how many rows it had of each kind, and `problems`
 * the sentences on what it refused. No row itself: export's hold bank accounts, which are for those
 * who pay, and the record of nights is for everyone. Owned by the caller.
 */
json_t *night_record(const NightStep *step, const NightOutcome *outcome);
/** The steps that were not run: "export, distribute"; NULL: all were. The caller's, for free(). */
char *night_steps_not_run(const json_t *records);

#endif
