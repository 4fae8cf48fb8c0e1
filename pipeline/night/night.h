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
 * Refused data (65) holds up nobody. After any other failure the rest of that chain is passed over,
 * and after one that all would share (no database, wrong configuration) the rest of the night.
 */
typedef struct NightStep {
    const char *stage;
    const char *const *arguments; // besides --config and --json; ends with NULL
    bool begins_chain;
} NightStep;

/** The steps of a night, in order; borrowed. */
size_t night_steps(const NightStep **out_steps);

/** How one step ended. */
typedef struct NightOutcome {
    bool executed; // false: it was passed over
    int exit_status;
    double seconds;
    json_t *document; // what it printed with --json; NULL: none. Owned, for night_outcome_clear()
} NightOutcome;

typedef struct NightOptions {
    const char *config_file;
    const char *log_level; // "--verbose", "--quiet", or NULL
    int deadline_seconds;  // of what is left of the night; the step is ended there, with status 75
} NightOptions;

/** Executes a step, from the folder that this program stands in. STATUS_UNAVAILABLE: it could not
 * be executed. */
Status night_execute(const NightStep *step, const NightOptions *options, NightOutcome *out_outcome,
                     Error *error);
void night_outcome_clear(NightOutcome *outcome);

/** What a step's exit status means for the steps after it. */
typedef enum NightVerdict { NIGHT_GOES_ON, NIGHT_CHAIN_ENDS, NIGHT_ENDS } NightVerdict;
NightVerdict night_judge(int exit_status);

/**
 * What is kept of a step, and shown: {"step","status","seconds","what","counts","problems"}, where
 * `what` is the step's own sentences, `counts` how many rows it had of each kind, and `problems`
 * the sentences on what it refused. No row itself: export's hold bank accounts, which are for those
 * who pay, and the record of nights is for everyone. Owned by the caller.
 */
json_t *night_record(const NightStep *step, const NightOutcome *outcome);

#endif
