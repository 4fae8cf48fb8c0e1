#include "ingest/run.h"
#include "ingest/takeout.h"
#include "stage/stage.h"
#include "store/json.h"

typedef struct Options {
    const char *feed;
    const char *reason;
    const char *file;
} Options;

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "The feed that the file is of, where the name alone does not tell", 0},
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
        if (options->file != NULL)
            return stage_usage(state, "found a second file, \"%s\"; expected one", argument);
        options->file = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->file == NULL)
            return stage_usage(state, "expected a FILE: its name, or the beginning of its SHA-256");
        if (options->reason == NULL || options->reason[0] == '\0')
            return stage_usage(state, "expected --reason TEXT: a file is not revoked without one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "FILE",
    .doc =
        "Takes a whole counted file out again: its cells, and its IDs, which may then come "
        "anew in other files. It stays in the archive."
        "\vFILE is a counted file's name, its SHA-256, or at least four letters of its "
        "beginning.\n\n"
        "Examples:\n"
        "  tidemark revoke --dry-run --reason test wc_2026-10-01.csv.gz     what it would change\n"
        "  tidemark revoke --reason 'test data, says the provider' 3fa9c1\n",
};

static const ResultColumn effect_columns[] = {
    {"release", "RELEASE", false},    {"payee", "PAYEE", false},      {"streams", "STREAMS", true},
    {"monetised", "MONETISED", true}, {"reported", "REPORTED", true}, {"amount", "AMOUNT", true},
    {"currency", "CURRENCY", false},
};

static Status revoke(Stage *stage, Store *store, const LedgerFile *file, const char *reason,
                     Error *error)
{
    Status status = STATUS_OK;
    const Feed *feed = NULL;
    Rows *effect = NULL;
    Takeout takeout = {0};
    int64_t batch = 0;

    TRY(settings_feed(stage_settings(stage), file->feed, &feed, error));
    TRY(takeout_load(store, file, feed->layout.identity, reason, &takeout, error));
    TRY(takeout_revoke(store, feed, &takeout, stage_is_dry_run(stage), &effect, &batch, error));
    TRY(stage_table(stage, "effect", json_of_rows(effect), effect_columns, COUNT_OF(effect_columns),
                    error));
    stage_value(stage, "batch", json_wide(batch));
    if (stage_is_dry_run(stage))
        stage_say(stage, "Dry run: \"%s\" of feed %s is still counted.", file->name, file->feed);
    else
        stage_say(stage, "\"%s\" of feed %s was taken out again, as batch %lld.", file->name,
                  file->feed, (long long)batch);

cleanup:
    takeout_clear(&takeout);
    rows_free(effect);
    return status;
}

/**
 * tidemark-revoke: takes a whole counted file out again.
 *
 * A further batch has its cells with the opposite sign, so that the next night takes back what they
 * earned; its IDs leave the tide. Streams and money by payee are shown, with --dry-run before.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;
    LedgerFile file = {0};

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(ingest_check_feeds(store, stage_settings(stage), &error));
    TRY(ledger_find(store, options.feed, options.file, &file, &error));
    stage_value(stage, "feed", json_of_text(file.feed));
    stage_value(stage, "file", json_of_text(file.name));
    stage_value(stage, "sha256", json_string(file.sha256));
    if (text_equal(file.state, "counted"))
        TRY(revoke(stage, store, &file, options.reason, &error));
    else
        stage_say(stage, "\"%s\" of feed %s was %s before: %s.", file.name, file.feed, file.state,
                  file.reason);

cleanup:
    ledger_file_clear(&file);
    return stage_close(stage, status, &error);
}
