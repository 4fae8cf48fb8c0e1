#include "distribution/distribute.h"
#include "stage/stage.h"

typedef struct Options {
    Day date;
} Options;

static const struct argp_option options_of_stage[] = {
    {"date", 'd', "DATE", 0, "Distribute as if today were DATE (YYYY-MM-DD)", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    if (key == 'd')
        return stage_usage_day(state, "--date", argument, &options->date);
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Takes every approved release that is due to set for distribution, with an event for "
           "each provider."
           "\vExamples:\n"
           "  tidemark distribute                     what is due today, and what was missed\n"
           "  tidemark distribute --date 2026-12-01   as if it were that day\n",
};

static const ResultColumn columns[] = {{"upc", "UPC", false},
                                       {"title", "TITLE", false},
                                       {"date", "DATE", false},
                                       {"outcome", "OUTCOME", false}};

static void add_row(json_t *rows, const char *upc, const char *title, Day date, const char *outcome)
{
    char day[DAY_TEXT_BYTES];

    json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s}", "upc", upc, "title", title,
                                          "date", day_print(date, day), "outcome", outcome));
}

/** One release in a transaction of its own, so that a bad one never stops the others. */
static Status distribute_one(Stage *stage, Store *store, const DueReleases *due, size_t index,
                             json_t *rows, Error *error)
{
    Status status = STATUS_OK;
    const char *outcome = "set for distribution";

    TRY(store_begin(store, error));
    status = distribute_release(store, stage_settings(stage), due_releases_upc(due, index), error);
    if (status == STATUS_DATA) {
        store_rollback(store);
        outcome = "refused";
        status = stage_refuse(stage, error);
    } else if (status == STATUS_OK) {
        status = stage_commit(stage, store, error);
    }
    TRY(status);
    add_row(rows, due_releases_upc(due, index), due_releases_title(due, index),
            due_releases_date(due, index), outcome);

cleanup:
    store_rollback(store);
    return status;
}

/**
 * tidemark-distribute: puts approved releases on the providers' shelves on their day.
 *
 * Each release that is due goes to "set for distribution" together with its events, in one
 * transaction; deliver brings the events to the providers.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.date = DAY_NONE};
    Stage *stage = NULL;
    Store *store = NULL;
    DueReleases *due = NULL;
    json_t *rows = json_array();

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));
    TRY(due_releases_find(store, stage_settings(stage), options.date, &due, &error));
    for (size_t i = 0; i < due_releases_count(due); i++)
        TRY(distribute_one(stage, store, due, i, rows, &error));
    if (json_array_size(rows) == 0)
        stage_say(stage, "No release is due.");
    else
        stage_say(stage, "Releases that are due: %zu.", json_array_size(rows));
    TRY(stage_table(stage, "releases", json_incref(rows), columns, COUNT_OF(columns), &error));

cleanup:
    json_decref(rows);
    due_releases_free(due);
    return stage_close(stage, status, &error);
}
