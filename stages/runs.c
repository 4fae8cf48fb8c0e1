#include "base/text.h"
#include "night/run.h"
#include "night/show.h"
#include "stage/stage.h"
#include "store/json.h"

enum { RUNS_MAX = 30 };

typedef struct Options {
    bool show;
    int64_t number;
} Options;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (state->arg_num == 0 && text_equal(argument, "show")) {
        options->show = true;
        return 0;
    }
    if (state->arg_num == 1)
        return stage_usage_number(state, "NUMBER", argument, 1, INT64_MAX, &options->number);
    return stage_usage(state, "\"%s\": expected nothing, or show NUMBER", argument);
}

static const struct argp argp = {
    .parser = parse_option,
    .args_doc = "\nshow NUMBER",
    .doc = "Lists the latest nights, or shows one with what each of its steps did."
           "\vExamples:\n"
           "  tidemark runs\n"
           "  tidemark runs show 12 --json\n",
};

static const ResultColumn run_columns[] = {
    {"number", "RUN", true},     {"started_at", "STARTED", false}, {"seconds", "SECONDS", true},
    {"started_by", "BY", false}, {"state", "STATE", false},        {"exit_status", "STATUS", true}};

static Status show_run(Stage *stage, Store *store, int64_t number, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    json_t *run = NULL;
    json_t *records = NULL;

    TRY(run_show(store, number, &rows, error));
    run = json_of_rows(rows);
    records = json_incref(json_object_get(json_array_get(run, 0), "summary"));
    (void)json_object_del(json_array_get(run, 0), "summary"); // a table of its own, behind the run
    TRY(stage_table(stage, "runs", json_incref(run), run_columns, COUNT_OF(run_columns), error));
    TRY(night_show(stage, records, error));

cleanup:
    json_decref(records);
    json_decref(run);
    rows_free(rows);
    return status;
}

static Status list_runs(Stage *stage, Store *store, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(run_list(store, RUNS_MAX, &rows, error));
    if (rows_count(rows) == 0)
        stage_say(stage, "There was no night yet; `tidemark nightly` runs one.");
    TRY(stage_table(stage, "runs", json_of_rows(rows), run_columns, COUNT_OF(run_columns), error));

cleanup:
    rows_free(rows);
    return status;
}

/**
 * tidemark-runs: what nights there were, and what each did.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    if (options.show && options.number == 0)
        TRY(error_set(&error, STATUS_USAGE,
                      "runs show needs the number of a run; `tidemark runs` lists them"));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    if (options.show)
        TRY(show_run(stage, store, options.number, &error));
    else
        TRY(list_runs(stage, store, &error));

cleanup:
    return stage_close(stage, status, &error);
}
