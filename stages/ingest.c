#include "ingest/result.h"
#include "stage/stage.h"

#include <inttypes.h>

typedef struct Options {
    const char *feed;
    const char *name;
    int64_t jobs; // 0: as the settings say
    StageShare share;
    bool is_reconciling;
    size_t reader; // a ReaderChoice
    char **paths;
    int path_count;
} Options;

enum { OPTION_NAME = 256, OPTION_SHARE, OPTION_RECONCILE, OPTION_READER };

static const char *const readers[] = {[READER_FAST] = "fast", [READER_CAREFUL] = "careful"};

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "Only this feed; with FILEs, the feed that they are of", 0},
    {"name", OPTION_NAME, "NAME", 0, "What the one FILE is called, as for \"-\", standard input",
     0},
    {"jobs", 'j', "N", 0, "Read N files at once (default: ingest.jobs of the settings)", 0},
    {"share", OPTION_SHARE, "I/N", 0, "Only this share of the inbox, by its files' names", 0},
    {"reconcile", OPTION_RECONCILE, NULL, 0,
     "Count the archived files that the database does not know, and nothing else", 0},
    {"reader", OPTION_READER, "READER", 0,
     "Read reports by the \"fast\" reader (default), or all by the \"careful\" one, its judge", 0},
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
        return stage_usage_number(state, "--jobs", argument, 1, INGEST_JOBS_MAX, &options->jobs);
    case OPTION_NAME:
        options->name = argument;
        return 0;
    case OPTION_SHARE:
        return stage_usage_share(state, argument, &options->share);
    case OPTION_RECONCILE:
        options->is_reconciling = true;
        return 0;
    case OPTION_READER:
        return stage_usage_word(state, "--reader", argument, readers, COUNT_OF(readers),
                                &options->reader);
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
                         IngestList *list, Error *error)
{
    Status status = STATUS_OK;
    const Settings *settings = ingest->settings;
    const Feed *only = NULL;

    if (options->feed != NULL)
        TRY(settings_feed(settings, options->feed, &only, error));
    for (int i = 0; i < options->path_count; i++)
        TRY(ingest_list_path(list, ingest, only, options->paths[i], options->name, error));
    if (options->path_count > 0)
        goto cleanup;
    for (size_t i = 0; i < settings->feed_count; i++) {
        const Feed *feed = &settings->feeds[i];

        if (only != NULL && feed != only)
            continue;
        if (options->is_reconciling)
            TRY(ingest_list_lost(list, ingest, store, feed, error));
        else
            TRY(ingest_list_inbox(list, ingest, store, feed, options->share, error));
    }

cleanup:
    return status;
}

// One sentence: "7 files: 6 counted, 1 waiting; 480 streams, 398 of them monetised; rejected: 1."
static void say_what_came(Stage *stage, const IngestList *list)
{
    Text sentence = {0};
    int outcomes[INGEST_OUTCOMES] = {0};
    IngestResult total = {0};
    size_t done = 0;

    for (size_t i = 0; i < list->count; i++)
        if (list->is_done[i]) {
            done++;
            outcomes[list->results[i].outcome]++;
            total.streams += list->results[i].streams;
            total.monetised += list->results[i].monetised;
            total.duplicate += list->results[i].duplicate;
            total.rejected += list->results[i].rejected;
        }
    text_append_format(&sentence, "%zu %s", done, done == 1 ? "file" : "files");
    if (done < list->count)
        text_append_format(&sentence, " of %zu", list->count);
    for (int i = 0, told = 0; i < INGEST_OUTCOMES; i++)
        if (outcomes[i] > 0)
            text_append_format(&sentence, "%s %d %s", told++ == 0 ? ":" : ",", outcomes[i],
                               ingest_outcome_key((IngestOutcome)i));
    if (outcomes[INGEST_COUNTED] > 0)
        text_append_format(&sentence, "; %" PRId64 " streams, %" PRId64 " of them monetised",
                           total.streams, total.monetised);
    if (total.duplicate > 0)
        text_append_format(&sentence, "; rows counted before: %" PRId64, total.duplicate);
    if (total.rejected > 0)
        text_append_format(&sentence, "; rejected: %" PRId64, total.rejected);
    stage_say(stage, "%s.", text_bytes(&sentence));
    text_free(&sentence);
}

// Tells what came of the files; of those that failed in the log too.
static Status tell(Stage *stage, const IngestList *list, bool is_reconciling, Error *error)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < list->count; i++) {
        const IngestFile *file = &list->files[i];
        const IngestResult *result = &list->results[i];

        if (!list->is_done[i])
            continue;
        (void)json_array_append_new(rows, ingest_result_json(file, result));
        if (result->status == STATUS_OK)
            continue;

        (void)error_set(error, result->status, "feed \"%s\", report file \"%s\": %s",
                        file->feed->name, file->name, result->reason);

        Status status = stage_refuse(stage, error);

        if (status != STATUS_OK)
            return status;
    }
    if (list->count > 0)
        say_what_came(stage, list);
    else
        stage_say(stage, is_reconciling ? "Every archived report is known to the database."
                                        : "The inbox is empty.");
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
    Options options = {.share = {1, 1}};
    Stage *stage = NULL;
    Store *store = NULL;
    DayTables *days = day_tables_new();
    IngestList list = {0};

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));

    Ingest ingest = {
        .settings = stage_settings(stage),
        .log = stage_log(stage),
        .days = days,
        .is_dry_run = stage_is_dry_run(stage),
        .reader = (ReaderChoice)options.reader,
    };

    TRY(ingest_check_feeds(store, ingest.settings, &error));
    TRY(list_files(&options, &ingest, store, &list, &error));
    TRY(ingest_run(&ingest, store, &list,
                   options.jobs > 0 ? (int)options.jobs : ingest.settings->ingest_jobs, &error));
    TRY(tell(stage, &list, options.is_reconciling, &error));

cleanup:
    ingest_list_clear(&list);
    day_tables_free(days);
    return stage_close(stage, status, &error);
}
