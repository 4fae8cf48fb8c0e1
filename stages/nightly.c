#include "base/memory.h"
#include "night/night.h"
#include "night/run.h"
#include "night/show.h"
#include "stage/stage.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct argp argp = {
    .doc = "Runs a night: ingest, aggregate, request, export, distribute, deliver."
           "\vRefused data (65) holds up nobody; another failure ends its chain (money, releases), "
           "and one that all would share "
           "ends the night. The exit status is the worst of all.\n\n"
           "Examples:\n"
           "  tidemark nightly              the night; a second one at the same time exits 75\n"
           "  tidemark nightly --dry-run    only says what it would execute\n",
};

/** Executes a step; one that cannot be executed is a step that failed. */
static Status run_step(Stage *stage, const NightOptions *night, const NightStep *step,
                       NightOutcome *out_outcome, Error *error)
{
    Status status = night_execute(step, night, out_outcome, error);

    if (status != STATUS_OK) {
        out_outcome->exit_status = (int)status;
        out_outcome->note = memory_copy_text(error->message);
    }
    if (out_outcome->exit_status == STATUS_OK)
        return STATUS_OK;

    char *name = night_step_name(step);

    if (out_outcome->note != NULL)
        (void)error_set(error, (Status)out_outcome->exit_status, "step %s: %s", name,
                        out_outcome->note);
    else
        (void)error_set(error, (Status)out_outcome->exit_status, "step %s ended with status %d",
                        name, out_outcome->exit_status);
    free(name);
    return stage_refuse(stage, error);
}

/** Runs the steps, but those that a failure before them makes vain. */
static Status run_steps(Stage *stage, const NightOptions *night, json_t *records, Error *error)
{
    Status status = STATUS_OK;
    NightCourse course = {.deadline = night->deadline};
    const NightStep *steps = NULL;
    size_t step_count = night_steps(&steps);

    for (size_t i = 0; i < step_count; i++) {
        NightOutcome outcome = {0};

        outcome.note = stage_is_dry_run(stage) ? memory_copy_text("would be run")
                                               : night_why_not(&course, &steps[i], night_clock());
        if (outcome.note == NULL) {
            TRY(run_step(stage, night, &steps[i], &outcome, error));
            night_take_status(&course, &steps[i], outcome.exit_status);
        }
        (void)json_array_append_new(records, night_record(&steps[i], &outcome));
        night_outcome_clear(&outcome);
    }
    if (course.is_late) {
        (void)error_set(error, STATUS_BUSY, "the night's deadline has passed");
        TRY(stage_refuse(stage, error));
    }

cleanup:
    return status;
}

/** The record's end. The connection has been idle for as long as the night took: where the server
 * was restarted meanwhile, a new one is needed. */
static Status close_record(const Stage *stage, Store *store, int64_t number, const json_t *records,
                           Error *error)
{
    Status status = run_close(store, number, (int)stage_worst(stage), records, error);
    Store *another = NULL;

    if (status != STATUS_UNAVAILABLE)
        return status;
    error_clear(error);
    TRY(store_open_another(store, &another, error));
    TRY(run_close(another, number, (int)stage_worst(stage), records, error));

cleanup:
    store_close(another);
    return status;
}

static Status print_night(Stage *stage, int64_t number, json_t *records, Error *error)
{
    Status status = STATUS_OK;
    char *not_run = night_steps_not_run(records);

    if (number > 0) {
        stage_say(stage, "Night %" PRId64 "%s%s.", number,
                  not_run == NULL ? "" : "; not run: ", not_run == NULL ? "" : not_run);
        stage_value(stage, "run", json_integer(number));
    }
    TRY(night_show(stage, records, error));

cleanup:
    free(not_run);
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
    json_t *records = NULL;

    TRY(stage_open(&argp, argc, argv, NULL, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));

    const Settings *settings = stage_settings(stage);
    const NightOptions night = {.config_file = settings->file,
                                .log_level = stage_log_option(stage),
                                .deadline = night_clock() + settings->night_deadline_seconds};

    records = json_array();
    if (!stage_is_dry_run(stage))
        TRY(run_open(store, "nightly", &number, &error));
    TRY(run_steps(stage, &night, records, &error));
    TRY(print_night(stage, number, records, &error));
    if (number > 0)
        TRY(close_record(stage, store, number, records, &error));

cleanup:
    json_decref(records);
    return stage_close(stage, status, &error);
}
