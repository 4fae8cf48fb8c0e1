#include "night/night.h"
#include "night/run.h"
#include "stage/stage.h"

#include <inttypes.h>
#include <time.h>

static const struct argp argp = {
    .doc = "Runs a night: ingest, aggregate, request, export, distribute, deliver."
           "\vRefused data (65) holds up nobody; another failure ends its chain (money, releases), "
           "and one that all would share "
           "ends the night. The exit status is the worst of all.\n\n"
           "Examples:\n"
           "  tidemark nightly              the night; a second one at the same time exits 75\n"
           "  tidemark nightly --dry-run    only says what it would execute\n",
};

static const ResultColumn columns[] = {{"step", "STEP", false},
                                       {"status", "STATUS", true},
                                       {"seconds", "SECONDS", true},
                                       {"what", "WHAT", false}};

static int seconds_left(time_t deadline)
{
    time_t now = time(NULL);

    return now < deadline ? (int)(deadline - now) : 0;
}

/** Executes the steps, passing over those that a failure before them makes vain. */
static Status run_steps(Stage *stage, const NightOptions *night, time_t deadline, json_t *rows,
                        Error *error)
{
    Status status = STATUS_OK;
    const NightStep *steps = NULL;
    size_t step_count = night_steps(&steps);
    NightVerdict verdict = NIGHT_GOES_ON;

    for (size_t i = 0; i < step_count; i++) {
        NightOutcome outcome = {0};
        NightOptions options = *night;

        if (steps[i].begins_chain && verdict == NIGHT_CHAIN_ENDS)
            verdict = NIGHT_GOES_ON;
        options.deadline_seconds = seconds_left(deadline);
        if (verdict == NIGHT_GOES_ON && !stage_is_dry_run(stage)) {
            TRY(night_execute(&steps[i], &options, &outcome, error));
            verdict = night_judge(outcome.exit_status);
        }
        json_array_append_new(rows, night_record(&steps[i], &outcome));
        if (outcome.executed && outcome.exit_status != STATUS_OK) {
            (void)error_set(error, (Status)outcome.exit_status, "step %s ended with status %d",
                            steps[i].stage, outcome.exit_status);
            status = stage_refuse(stage, error);
        }
        night_outcome_clear(&outcome);
        TRY(status);
    }

cleanup:
    return status;
}

/**
 * tidemark-nightly: a whole night, with a record of it.
 *
 * Each stage is a program of its own and commits for itself; recovery from anything is to run the
 * night again.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Stage *stage = NULL;
    Store *store = NULL;
    int64_t number = 0;
    json_t *rows = json_array();

    TRY(stage_open(&argp, argc, argv, NULL, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));

    const Settings *settings = stage_settings(stage);
    const NightOptions night = {.config_file = settings->file,
                                .log_level = stage_log_option(stage)};

    if (!stage_is_dry_run(stage))
        TRY(run_open(store, "nightly", &number, &error));
    TRY(run_steps(stage, &night, time(NULL) + (time_t)settings->night_deadline_minutes * 60, rows,
                  &error));
    if (number > 0) {
        stage_say(stage, "Night %" PRId64 ".", number);
        stage_value(stage, "run", json_integer(number));
        TRY(run_close(store, number, (int)stage_worst(stage), rows, &error));
    }
    TRY(stage_table(stage, "steps", json_incref(rows), columns, COUNT_OF(columns), &error));

cleanup:
    json_decref(rows);
    return stage_close(stage, status, &error);
}
