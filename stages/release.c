#include "distribution/release.h"
#include "base/text.h"
#include "distribution/shelf.h"
#include "stage/stage.h"
#include "store/json.h"

#include <string.h>

enum { WORDS_MAX = 3, SEARCH_ROWS_MAX = 20 };

typedef struct Options {
    const char *words[WORDS_MAX]; // command and what it is about
    size_t word_count;
    const char *title;
    const char *artist;
    const char *label;
    const char *reason;
    const char *state;
    bool is_primary;
} Options;

static const struct argp_option options_of_stage[] = {
    {"title", 't', "TEXT", 0, "create: the title; add-song: of a recording that is new", 0},
    {"artist", 'a', "KEY", 0, "create: the artist's key in the catalogue", 0},
    {"primary", 'p', NULL, 0, "add-song: streams that name no release belong here", 0},
    {"label", 'l', "KEY", 0, "approve: the label that approves, the artist's own", 0},
    {"reason", 'r', "TEXT", 0, "Why; kept in the history", 0},
    {"state", 's', "STATE", 0, "list: only these", 0},
    {0},
};

static error_t take_text(const struct argp_state *state, const char *option, const char *argument,
                         const char **out_text)
{
    if (argument[0] == '\0')
        return stage_usage(state, "%s is empty; expected a text", option);
    *out_text = argument;
    return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 't':
        return take_text(state, "--title", argument, &options->title);
    case 'a':
        options->artist = argument;
        return 0;
    case 'p':
        options->is_primary = true;
        return 0;
    case 'l':
        options->label = argument;
        return 0;
    case 'r':
        return take_text(state, "--reason", argument, &options->reason);
    case 's':
        options->state = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (options->word_count == WORDS_MAX)
            return stage_usage(state, "one argument too many: \"%s\"", argument);
        options->words[options->word_count++] = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "create UPC\nadd-song UPC ISRC\npropose UPC DATE\napprove UPC [DATE]\nwithdraw "
                "UPC\nshow UPC\nlist\nsearch "
                "TITLE",
    .doc = "Makes releases and moves them through their life cycle."
           "\vExamples:\n"
           "  tidemark release create 4006381333931 --title \"Low Water\" --artist ebb\n"
           "  tidemark release add-song 4006381333931 GBABC2600001 --title \"Spring Tide\"\n"
           "  tidemark release propose 4006381333931 2026-12-04\n"
           "  tidemark release approve 4006381333931 --label harbour\n"
           "  tidemark release search \"low wter\"\n",
};

static const ResultColumn release_columns[] = {
    {"upc", "UPC", false},     {"title", "TITLE", false}, {"artist_name", "ARTIST", false},
    {"label", "LABEL", false}, {"state", "STATE", false}, {"date", "DATE", false}};
static const ResultColumn found_columns[] = {{"upc", "UPC", false},
                                             {"title", "TITLE", false},
                                             {"artist_name", "ARTIST", false},
                                             {"date", "RELEASED", false},
                                             {"distance", "DISTANCE", true}};
static const ResultColumn one_columns[] = {{"upc", "UPC", false},
                                           {"title", "TITLE", false},
                                           {"artist_name", "ARTIST", false},
                                           {"label", "LABEL", false},
                                           {"state", "STATE", false},
                                           {"proposed_date", "PROPOSED", false},
                                           {"approved_date", "APPROVED", false}};
static const ResultColumn song_columns[] = {{"position", "#", true},
                                            {"isrc", "ISRC", false},
                                            {"title", "SONG", false},
                                            {"is_primary", "PRIMARY", false}};
static const ResultColumn history_columns[] = {
    {"changed_at", "WHEN", false}, {"changed_by", "WHO", false}, {"from_state", "FROM", false},
    {"to_state", "TO", false},     {"date", "DATE", false},      {"reason", "WHY", false}};
static const ResultColumn event_columns[] = {
    {"provider", "PROVIDER", false}, {"kind", "EVENT", false}, {"state", "STATE", false},
    {"attempts", "ATTEMPTS", true},  {"key", "KEY", false},    {"last_error", "ERROR", false}};

static Status print_release(Stage *stage, Store *store, const char *upc, Error *error)
{
    Status status = STATUS_OK;
    ReleaseView view = {0};

    TRY(release_show(store, upc, &view, error));
    TRY(stage_table(stage, "release", json_of_rows(view.release), one_columns,
                    COUNT_OF(one_columns), error));
    TRY(stage_table(stage, "songs", json_of_rows(view.songs), song_columns, COUNT_OF(song_columns),
                    error));
    TRY(stage_table(stage, "history", json_of_rows(view.history), history_columns,
                    COUNT_OF(history_columns), error));
    TRY(stage_table(stage, "events", json_of_rows(view.events), event_columns,
                    COUNT_OF(event_columns), error));

cleanup:
    release_view_clear(&view);
    return status;
}

static Status run_create(Store *store, const Options *options, Error *error)
{
    const ReleaseDraft draft = {.upc = options->words[1],
                                .title = options->title,
                                .artist = options->artist,
                                .reason =
                                    options->reason == NULL ? "release create" : options->reason};

    if (draft.title == NULL || draft.artist == NULL)
        return error_set(error, STATUS_USAGE, "release create needs --title and --artist");
    return release_create(store, &draft, error);
}

static Status run_add_song(Store *store, const Options *options, Error *error)
{
    const ReleaseSong song = {.upc = options->words[1],
                              .isrc = options->words[2],
                              .title = options->title,
                              .is_primary = options->is_primary};

    return release_add_song(store, &song, error);
}

static Status run_move(Store *store, const Options *options, ReleaseAction action, Error *error)
{
    ReleaseChange change = {.upc = options->words[1],
                            .action = action,
                            .date = DAY_NONE,
                            .label = options->label,
                            .reason = options->reason};

    if (options->word_count == 3 && !day_parse(slice_of(options->words[2]), &change.date))
        return error_set(error, STATUS_USAGE,
                         "date \"%s\": expected a day of the calendar, as 2026-12-04",
                         options->words[2]);
    if (action == RELEASE_APPROVE && change.label == NULL)
        return error_set(error, STATUS_USAGE,
                         "release approve needs --label, the label that approves");
    if (action == RELEASE_WITHDRAW && change.reason == NULL)
        return error_set(error, STATUS_USAGE, "release withdraw needs --reason");
    if (change.reason == NULL)
        change.reason =
            action == RELEASE_APPROVE ? "approved by its label" : "proposed by its artist";
    return release_change(store, &change, error);
}

static Status run_propose(Store *store, const Options *options, Error *error)
{
    return run_move(store, options, RELEASE_PROPOSE, error);
}

static Status run_approve(Store *store, const Options *options, Error *error)
{
    return run_move(store, options, RELEASE_APPROVE, error);
}

static Status run_withdraw(Store *store, const Options *options, Error *error)
{
    return run_move(store, options, RELEASE_WITHDRAW, error);
}

/** A command that changes a release; the release is shown afterwards. */
typedef struct Command {
    const char *name;
    size_t words_min; // with its name
    size_t words_max;
    Status (*run)(Store *store, const Options *options, Error *error);
} Command;

static const Command commands[] = {
    {"create", 2, 2, run_create},     {"add-song", 3, 3, run_add_song},
    {"propose", 3, 3, run_propose},   {"approve", 2, 3, run_approve},
    {"withdraw", 2, 2, run_withdraw},
};

static Status change_release(Stage *stage, Store *store, const Command *command,
                             const Options *options, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_begin(store, error));
    TRY(command->run(store, options, error));
    TRY(print_release(stage, store, options->words[1], error));
    TRY(stage_commit(stage, store, error));

cleanup:
    store_rollback(store);
    return status;
}

static Status print_rows(Stage *stage, Rows *taken_rows, const ResultColumn columns[],
                         size_t column_count, Error *error)
{
    Status status = STATUS_OK;

    if (rows_count(taken_rows) == 0)
        stage_say(stage, "There is none.");
    TRY(stage_table(stage, "releases", json_of_rows(taken_rows), columns, column_count, error));

cleanup:
    rows_free(taken_rows);
    return status;
}

static Status run_command(Stage *stage, Store *store, const Options *options, Error *error)
{
    Status status = STATUS_OK;
    const char *name = options->words[0];
    Rows *rows = NULL;

    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(commands[i].name, name) == 0 && options->word_count >= commands[i].words_min &&
            options->word_count <= commands[i].words_max)
            return change_release(stage, store, &commands[i], options, error);
    if (strcmp(name, "show") == 0 && options->word_count == 2)
        return print_release(stage, store, options->words[1], error);
    if (strcmp(name, "list") == 0 && options->word_count == 1) {
        TRY(release_list(store, options->state, &rows, error));
        return print_rows(stage, rows, release_columns, COUNT_OF(release_columns), error);
    }
    if (strcmp(name, "search") == 0 && options->word_count == 2) {
        TRY(release_search(store, options->words[1], SEARCH_ROWS_MAX, &rows, error));
        return print_rows(stage, rows, found_columns, COUNT_OF(found_columns), error);
    }
    TRY(error_set(error, STATUS_USAGE,
                  "release %s: no such command, or not so many arguments; see --help", name));

cleanup:
    return status;
}

/**
 * tidemark-release: makes releases, fills them with songs, and moves them through their life cycle.
 *
 * What may follow what is one table (distribution/life_cycle.c); every change is kept with who,
 * when and why.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    if (options.word_count == 0)
        TRY(error_set(&error, STATUS_USAGE,
                      "a command is missing: create, add-song, propose, approve, withdraw, show, "
                      "list or search; see --help"));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(run_command(stage, store, &options, &error));

cleanup:
    return stage_close(stage, status, &error);
}
