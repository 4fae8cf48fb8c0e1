#include "aggregate/aggregate.h"
#include "stage/stage.h"
#include "store/json.h"

#include <errno.h>

static const struct argp_option options_of_stage[] = {
    {"jobs", 'j', "N", 0, "Work with N connections at the same time (default: as many as pay)", 0},
    {"share", 's', "I/N", 0, "Do only the I-th of N parts; N runs, on any machines, do it all", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    AggregateOptions *options = state->input;
    StageShare share = {0};
    int64_t jobs = 0;

    switch (key) {
    case 'j':
        if (stage_usage_number(state, "--jobs", argument, 1, AGGREGATE_JOBS_MAX, &jobs) != 0)
            return EINVAL;
        options->jobs = (int)jobs;
        return 0;
    case 's':
        if (stage_usage_share(state, argument, &share) != 0)
            return EINVAL;
        options->share = share.number;
        options->share_count = share.count;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Counts the cells of new batches to releases and recordings, and lets the rest wait in "
           "suspense."
           "\vExamples:\n"
           "  tidemark aggregate\n"
           "  tidemark aggregate --jobs 4\n"
           "  tidemark aggregate --share 1/2   beside --share 2/2 on another machine\n",
};

static const ResultColumn columns[] = {
    {"accrual", "ACCRUAL", true},       {"catalogue_version", "CATALOGUE", true},
    {"batches", "BATCHES", true},       {"streams", "STREAMS", true},
    {"monetised", "MONETISED", true},   {"matched", "TO RELEASES", true},
    {"suspended", "TO SUSPENSE", true}, {"buckets", "BUCKETS", true}};

static Status print_accruals(Stage *stage, Store *store, const AggregateSummary *summary,
                             Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    if (summary->last_accrual == 0) {
        stage_say(stage, "Nothing is new.");
        return stage_table(stage, "accruals", json_array(), columns, COUNT_OF(columns), error);
    }
    TRY(accruals_describe(store, summary, &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++)
        if (rows_bool(rows, i, "is_complete"))
            stage_say(
                stage,
                "Accrual %s: of %s streams that are new, %s went to releases and %s to suspense.",
                rows_text(rows, i, "accrual"), rows_text(rows, i, "streams"),
                rows_text(rows, i, "matched"), rows_text(rows, i, "suspended"));
        else
            stage_say(stage,
                      "Accrual %s: %s of 256 buckets are done; the other shares do the rest.",
                      rows_text(rows, i, "accrual"), rows_text(rows, i, "buckets"));
    TRY(stage_table(stage, "accruals", json_of_rows(rows), columns, COUNT_OF(columns), error));

cleanup:
    rows_free(rows);
    return status;
}

/**
 * tidemark-aggregate: cells of new batches to streams per release and recording, by the catalogue.
 *
 * An accrual is a cut through all feeds and a version of the catalogue. What no release claims
 * waits in suspense; what the catalogue has learned since is claimed from it.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    AggregateOptions options = {.jobs = 0, .share = 1, .share_count = 1};
    AggregateSummary summary = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, options.share_count == 1 ? STAGE_ALONE : STAGE_ANY, &store, &error));
    if (stage_is_dry_run(stage)) {
        options.is_trial = true;
        TRY(store_begin(store, &error));
    }
    TRY(aggregate(store, &options, &summary, &error));
    if (!options.is_trial)
        TRY(store_begin_snapshot(store, &error));
    TRY(print_accruals(stage, store, &summary, &error));
    TRY(stage_commit(stage, store, &error));

cleanup:
    return stage_close(stage, status, &error);
}
