#include "ingest/trace.h"
#include "ingest/run.h"
#include "stage/stage.h"

typedef struct Options {
    const char *feed;
    const char *id;
} Options;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (options->id != NULL)
            return stage_usage(state, "found \"%s\" behind FEED and ID; expected no more",
                               argument);
        *(options->feed == NULL ? &options->feed : &options->id) = argument;
        return 0;
    case ARGP_KEY_END:
        return options->id != NULL ? 0 : stage_usage(state, "expected FEED and ID");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse_option,
    .args_doc = "FEED ID",
    .doc = "Shows what became of a sequence ID: the file and line that brought it, and its batch; "
           "or that it was waived, is missing, or was never seen."
           "\vWhere a feed's rows have no numbers of their own, ID is report and line: 3.1201.\n\n"
           "Examples:\n"
           "  tidemark trace wavecast 7003\n"
           "  tidemark trace northtone 3.1201\n",
};

static const ResultColumn file_columns[] = {
    {"file", "FILE", false},
    {"line", "LINE", true},
    {"state", "STATE", false},
    {"batch", "BATCH", true},
    {"revoked_by", "TAKEN OUT BY", true},
    {"row", "ROW", false},
};
static const ResultColumn waiver_columns[] = {
    {"first_id", "FROM", true}, {"last_id", "TO", true},    {"reason", "WAIVED FOR", false},
    {"waived_by", "BY", false}, {"waived_at", "AT", false},
};
static const ResultColumn reject_columns[] = {
    {"file", "REJECTED IN", false}, {"line", "LINE", true},    {"reason", "REASON", false},
    {"column", "COLUMN", false},    {"found", "FOUND", false},
};

static Status tell(Stage *stage, const Feed *feed, const char *id, const json_t *trace,
                   Error *error)
{
    Status status = STATUS_OK;

    stage_value(stage, "feed", json_incref(json_object_get(trace, "feed")));
    stage_value(stage, "id", json_incref(json_object_get(trace, "id")));
    stage_value(stage, "fate", json_incref(json_object_get(trace, "fate")));
    stage_say(stage, "Sequence ID %s of feed %s: %s.", id, feed->name,
              json_string_value(json_object_get(trace, "fate")));
    TRY(stage_table(stage, "files", json_incref(json_object_get(trace, "files")), file_columns,
                    COUNT_OF(file_columns), error));
    TRY(stage_table(stage, "waivers", json_incref(json_object_get(trace, "waivers")),
                    waiver_columns, COUNT_OF(waiver_columns), error));
    TRY(stage_table(stage, "rejects", json_incref(json_object_get(trace, "rejects")),
                    reject_columns, COUNT_OF(reject_columns), error));

cleanup:
    return status;
}

/** tidemark-trace: the way back from a counted stream to the line of a report. */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;
    const Feed *feed = NULL;
    DayTables *days = day_tables_new();
    json_t *trace = NULL;
    int64_t id = 0;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(settings_feed(stage_settings(stage), options.feed, &feed, &error));
    TRY(trace_parse_id(feed, options.id, &id, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(ingest_check_feeds(store, stage_settings(stage), &error));
    TRY(trace_id(store, stage_settings(stage), days, feed, id, &trace, &error));
    TRY(tell(stage, feed, options.id, trace, &error));

cleanup:
    json_decref(trace);
    day_tables_free(days);
    return stage_close(stage, status, &error);
}
