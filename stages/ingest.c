#include "ingest/result.h"
#include "stage/stage.h"

typedef struct Options {
    const char *feed;
    const char *name;
    int64_t jobs;
    StageShare share;
    bool is_reconciling;
    char **paths;
    int path_count;
} Options;

enum { JOBS_MAX = 64, OPTION_NAME = 256, OPTION_SHARE, OPTION_RECONCILE };

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "Only this feed; with FILEs, the feed that they are of", 0},
    {"name", OPTION_NAME, "NAME", 0, "What the one FILE is called, as for \"-\", standard input",
     0},
    {"jobs", 'j', "N", 0, "Read N files at once (1)", 0},
    {"share", OPTION_SHARE, "I/N", 0, "Only this share of the inbox, by its files' names", 0},
    {"reconcile", OPTION_RECONCILE, NULL, 0,
     "Count the archived files that the database does not know, and nothing else", 0},
    {0},
};

static error_t check_options(const struct argp_state *state, const Options *options)
{
    if (options->path_count > 0 && options->feed == NULL)
        return stage_usage(state, "whose is \"%s\"? Expected --feed FEED with it",
                           options->paths[0]);
    if (options->name != NULL && options->path_count != 1)
        return stage_usage(state, "--name is for one FILE; found %d", options->path_count);
    for (int i = 0; i < options->path_count; i++)
        if (text_equal(options->paths[i], "-") && options->name == NULL)
            return stage_usage(state, "standard input has no name; expected --name NAME with it");
    return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'f':
        options->feed = argument;
        return 0;
    case 'j':
        return stage_usage_number(state, "--jobs", argument, 1, JOBS_MAX, &options->jobs);
    case OPTION_NAME:
        options->name = argument;
        return 0;
    case OPTION_SHARE:
        return stage_usage_share(state, argument, &options->share);
    case OPTION_RECONCILE:
        options->is_reconciling = true;
        return 0;
    case ARGP_KEY_ARGS:
        options->paths = &state->argv[state->next];
        options->path_count = state->argc - state->next;
        return 0;
    case ARGP_KEY_END:
        return check_options(state, options);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "[FILE...]",
    .doc =
        "Counts what is new in the report files of the inbox, or in FILEs."
        "\vEach file is one transaction and one batch. Files of the inbox move into the archive; "
        "other FILEs are copied there and stay.\n\n"
        "Examples:\n"
        "  tidemark ingest                          what lies in the inbox of every feed\n"
        "  tidemark ingest --feed wavecast a.csv.gz b.csv.gz\n"
        "  zcat a.gz | tidemark ingest --feed wavecast --name a.csv -\n"
        "  tidemark ingest --jobs 4 --share 1/2     on the first of two machines\n",
};

static const ResultColumn columns[] = {
    {"feed", "FEED", false},          {"file", "FILE", false},        {"outcome", "OUTCOME", false},
    {"batch", "BATCH", true},         {"rows_read", "ROWS", true},    {"counted", "COUNTED", true},
    {"duplicate", "DUPLICATE", true}, {"rejected", "REJECTED", true}, {"streams", "STREAMS", true},
    {"monetised", "MONETISED", true}, {"reason", "REASON", false},
};

static Status list_files(const Options *options, const Ingest *ingest, Store *store,
                         DayTables *days, IngestList *list, Error *error)
{
    Status status = STATUS_OK;
    const Settings *settings = ingest->settings;
    const Feed *only = NULL;

    if (options->feed != NULL)
        TRY(settings_feed(settings, options->feed, &only, error));
    for (int i = 0; i < options->path_count; i++)
        TRY(ingest_list_path(list, ingest, store, days, only, options->paths[i], options->name,
                             error));
    if (options->path_count > 0)
        goto cleanup;
    for (size_t i = 0; i < settings->feed_count; i++) {
        const Feed *feed = &settings->feeds[i];

        if (only != NULL && feed != only)
            continue;
        if (options->is_reconciling)
            TRY(ingest_list_lost(list, ingest, store, days, feed, error));
        else
            TRY(ingest_list_inbox(list, ingest, store, days, feed, options->share, error));
    }

cleanup:
    return status;
}

// Tells what came of the files; of those that failed in the log too.
static Status tell(Stage *stage, const IngestList *list, Error *error)
{
    json_t *rows = json_array();
    int counts[INGEST_OUTCOMES] = {0};
    size_t done = 0;

    for (size_t i = 0; i < list->count; i++) {
        const IngestFile *file = &list->files[i];
        const IngestResult *result = &list->results[i];

        if (!list->is_done[i])
            continue;
        done++;
        counts[result->outcome]++;
        (void)json_array_append_new(rows, ingest_result_json(file, result));
        if (result->status == STATUS_OK)
            continue;

        (void)error_set(error, result->status, "feed \"%s\", report file \"%s\": %s",
                        file->feed->name, file->name, result->reason);

        Status status = stage_refuse(stage, error);

        if (status != STATUS_OK)
            return status;
    }
    if (list->count == 0) {
        stage_say(stage, "There is nothing to ingest.");
    } else {
        stage_say(stage, "%zu of %zu files: %d counted, %d known, %d refused, %d waiting.", done,
                  list->count, counts[INGEST_COUNTED], counts[INGEST_KNOWN], counts[INGEST_REFUSED],
                  counts[INGEST_WAITING]);
    }
    return stage_table(stage, "files", rows, columns, COUNT_OF(columns), error);
}

/**
 * tidemark-ingest: counts what is new in the report files of the inbox.
 *
 * Each file is one transaction and one batch: its rows are checked, those that the tide has are
 * proved and dropped, the others are counted into cells and committed with the tide, and the file
 * is archived. A file that is refused does not hold up the others.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.jobs = 1, .share = {1, 1}};
    Stage *stage = NULL;
    Store *store = NULL;
    DayTables *days = day_tables_new();
    IngestList list = {0};

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));

    Ingest ingest = {
        .settings = stage_settings(stage),
        .log = stage_log(stage),
        .is_dry_run = stage_is_dry_run(stage),
    };

    TRY(ingest_check_feeds(store, ingest.settings, &error));
    TRY(list_files(&options, &ingest, store, days, &list, &error));
    TRY(ingest_run(&ingest, store, &list, (int)options.jobs, &error));
    TRY(tell(stage, &list, &error));

cleanup:
    ingest_list_clear(&list);
    day_tables_free(days);
    return stage_close(stage, status, &error);
}
