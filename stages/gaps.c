#include "ingest/gaps.h"
#include "ingest/run.h"
#include "stage/stage.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct Options {
    const char *feed; // of --feed, or of `waive`
    const char *reason;
    bool is_waiving;
    int64_t ids[2]; // of `waive`
    int id_count;
    int64_t limit;
} Options;

enum { LIMIT = 100, LIMIT_MAX = 100000 };

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "Only this feed", 0},
    {"limit", 'n', "N", 0, "Show at most N gaps of a feed (100)", 0},
    {"reason", 'r', "TEXT", 0, "Why they will never come; needed to waive", 0},
    {0},
};

static error_t take_word(const struct argp_state *state, char *word, Options *options)
{
    if (state->arg_num == 0 && text_equal(word, "waive")) {
        options->is_waiving = true;
        return 0;
    }
    if (!options->is_waiving)
        return stage_usage(state, "found \"%s\"; expected nothing, or waive FEED FIRST LAST", word);
    if (options->feed == NULL) {
        options->feed = word;
        return 0;
    }
    if (options->id_count == COUNT_OF(options->ids))
        return stage_usage(state, "found \"%s\" behind FEED FIRST LAST; expected no more", word);

    int place = options->id_count++;

    return stage_usage_number(state, place == 0 ? "FIRST" : "LAST", word, 1, INT64_MAX,
                              &options->ids[place]);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'f':
        options->feed = argument;
        return 0;
    case 'n':
        return stage_usage_number(state, "--limit", argument, 1, LIMIT_MAX, &options->limit);
    case 'r':
        options->reason = argument;
        return 0;
    case ARGP_KEY_ARG:
        return take_word(state, argument, options);
    case ARGP_KEY_END:
        if (options->is_waiving && options->id_count < (int)COUNT_OF(options->ids))
            return stage_usage(state, "expected waive FEED FIRST LAST");
        if (options->is_waiving && (options->reason == NULL || options->reason[0] == '\0'))
            return stage_usage(state, "expected --reason TEXT: nothing is waived without one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "[waive FEED FIRST LAST]",
    .doc = "Lists sequence IDs that have not come though higher ones have: money not yet counted. "
           "`waive` says that they will never come; one that comes all the same still counts."
           "\vExamples:\n"
           "  tidemark gaps --feed wavecast\n"
           "  tidemark gaps waive wavecast 7003 7010 --reason 'test rows, says the provider'\n",
};

static const ResultColumn columns[] = {
    {"feed", "FEED", false},
    {"first_id", "FROM", true},
    {"last_id", "TO", true},
    {"ids", "MISSING", true},
    {"rejects", "REJECTS THAT MAY EXPLAIN IT", false},
};

static Status list_all(Stage *stage, Store *store, const Options *options, Error *error)
{
    Status status = STATUS_OK;
    const Settings *settings = stage_settings(stage);
    const Feed *only = NULL;
    json_t *rows = json_array();

    if (options->feed != NULL)
        TRY(settings_feed(settings, options->feed, &only, error));
    for (size_t i = 0; i < settings->feed_count; i++) {
        const Feed *feed = &settings->feeds[i];
        json_t *gaps = NULL;
        int64_t missing = 0;

        if (only != NULL && feed != only)
            continue;
        TRY(gaps_list(store, feed, (size_t)options->limit, &gaps, &missing, error));
        if (missing > 0)
            stage_say(stage, "Feed %s: %" PRId64 " IDs are missing%s.", feed->name, missing,
                      json_array_size(gaps) == (size_t)options->limit ? "; these are the lowest"
                                                                      : "");
        json_array_extend(rows, gaps);
        json_decref(gaps);
    }
    if (json_array_size(rows) == 0)
        stage_say(stage, "No ID is missing.");
    status = stage_table(stage, "gaps", json_incref(rows), columns, COUNT_OF(columns), error);

cleanup:
    json_decref(rows);
    return status;
}

static Status waive(Stage *stage, Store *store, const Options *options, Error *error)
{
    Status status = STATUS_OK;
    const Feed *feed = NULL;
    int64_t waived = 0;

    TRY(settings_feed(stage_settings(stage), options->feed, &feed, error));
    TRY(gaps_waive(store, feed, options->ids[0], options->ids[1], options->reason,
                   stage_is_dry_run(stage), &waived, error));
    stage_value(stage, "waived", json_wide(waived));
    stage_say(stage, "Feed %s: %" PRId64 " IDs %s waived.", feed->name, waived,
              stage_is_dry_run(stage) ? "would be" : "were");

cleanup:
    return status;
}

/** tidemark-gaps: what has not been counted yet though it should have come, and what never will. */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.limit = LIMIT};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(ingest_check_feeds(store, stage_settings(stage), &error));
    TRY(options.is_waiving ? waive(stage, store, &options, &error)
                           : list_all(stage, store, &options, &error));

cleanup:
    return stage_close(stage, status, &error);
}
