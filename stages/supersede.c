#include "ingest/result.h"
#include "stage/stage.h"
#include "store/json.h"

typedef struct Options {
    const char *feed;
    const char *reason;
    const char *old;
    const char *new;
} Options;

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "The feed that OLD is of, where the name alone does not tell", 0},
    {"reason", 'r', "TEXT", 0, "Why, for whoever looks at it later; needed", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'f':
        options->feed = argument;
        return 0;
    case 'r':
        options->reason = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (options->new != NULL)
            return stage_usage(state, "found a third file, \"%s\"; expected OLD and NEW", argument);
        *(options->old == NULL ? &options->old : &options->new) = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->new == NULL)
            return stage_usage(state, "expected OLD, a counted file, and NEW, a path");
        if (options->reason == NULL || options->reason[0] == '\0')
            return stage_usage(state,
                               "expected --reason TEXT: a file is not superseded without one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "OLD NEW",
    .doc = "Counts a file in the place of one that is counted: both in one transaction."
           "\vOLD is a counted file's name, its SHA-256, or at least four letters of its "
           "beginning; NEW is a path.\n\n"
           "Examples:\n"
           "  tidemark supersede --dry-run --reason test 3fa9c1 inbox/northtone/x_2026-10.csv.gz\n"
           "  tidemark supersede --reason 'restated by the provider' x_2026-10.csv.gz "
           "x_2026-10_v2.csv.gz\n",
};

static const ResultColumn effect_columns[] = {
    {"release", "RELEASE", false},    {"payee", "PAYEE", false},      {"streams", "STREAMS", true},
    {"monetised", "MONETISED", true}, {"reported", "REPORTED", true}, {"amount", "AMOUNT", true},
    {"currency", "CURRENCY", false},
};

static Status tell(Stage *stage, const IngestFile *file, const IngestResult *result, Error *error)
{
    Status status = STATUS_OK;
    const IngestSuccession *succession = file->succession;

    stage_value(stage, "file", ingest_result_json(file, result));
    if (succession->effect != NULL)
        TRY(stage_table(stage, "effect", json_of_rows(succession->effect), effect_columns,
                        COUNT_OF(effect_columns), error));
    if (stage_is_dry_run(stage))
        stage_say(stage, "Dry run: \"%s\" of feed %s is still counted.", succession->old->name,
                  file->feed->name);
    else
        stage_say(stage,
                  "\"%s\" of feed %s was taken out, and \"%s\" counted in its place, as "
                  "batch %lld.",
                  succession->old->name, file->feed->name, file->name, (long long)result->batch);

cleanup:
    return status;
}

static Status supersede(Stage *stage, Store *store, const LedgerFile *old, const Options *options,
                        Error *error)
{
    Status status = STATUS_OK;
    const Feed *feed = NULL;
    DayTables *days = day_tables_new();
    IngestList list = {0};
    IngestSuccession succession = {.old = old, .reason = options->reason};
    Ingest ingest = {
        .settings = stage_settings(stage),
        .log = stage_log(stage),
        .days = days,
        .is_dry_run = stage_is_dry_run(stage),
    };

    TRY(settings_feed(ingest.settings, old->feed, &feed, error));
    TRY(ingest_list_path(&list, &ingest, feed, options->new, NULL, error));
    list.files[0].succession = &succession;
    TRY(ingest_run(&ingest, store, &list, 1, error));
    if (list.results[0].status != STATUS_OK)
        status = error_set(error, list.results[0].status, "feed \"%s\", report file \"%s\": %s",
                           feed->name, list.files[0].name, list.results[0].reason);
    else
        status = tell(stage, &list.files[0], &list.results[0], error);

cleanup:
    rows_free(succession.effect);
    ingest_list_clear(&list);
    day_tables_free(days);
    return status;
}

// Whether OLD has been taken out before, and by NEW: then there is nothing to do.
static Status check_old(Stage *stage, const LedgerFile *old, const char *new, bool *out_is_done,
                        Error *error)
{
    Status status = STATUS_OK;
    char sha256[DIGEST_TEXT_BYTES] = "";
    int64_t size_bytes = 0;

    *out_is_done = false;
    if (text_equal(old->state, "counted"))
        return STATUS_OK;
    TRY(digest_file(new, sha256, &size_bytes, error));
    *out_is_done = text_equal(old->successor, sha256);
    if (*out_is_done)
        stage_say(stage, "\"%s\" of feed %s was superseded by it before.", old->name, old->feed);
    else
        status = error_set(error, STATUS_DATA, "file \"%s\" of feed \"%s\" was %s before: %s",
                           old->name, old->feed, old->state, old->reason);

cleanup:
    return status;
}

/**
 * tidemark-supersede: counts a file in the place of one that is counted.
 *
 * What was counted goes out and the new file comes in within one transaction: no night sees one
 * without the other. The difference in streams and money is shown, with --dry-run before.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;
    LedgerFile old = {0};
    bool is_done = false;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(ingest_check_feeds(store, stage_settings(stage), &error));
    TRY(ledger_find(store, options.feed, options.old, &old, &error));
    TRY(check_old(stage, &old, options.new, &is_done, &error));
    if (!is_done)
        TRY(supersede(stage, store, &old, &options, &error));

cleanup:
    ledger_file_clear(&old);
    return stage_close(stage, status, &error);
}
