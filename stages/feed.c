#include "base/files.h"
#include "base/text.h"
#include "ingest/day_tables.h"
#include "ingest/preview.h"
#include "ingest/proposal.h"
#include "stage/stage.h"

#include <stdlib.h>

enum { ROWS_DEFAULT = 10, ROWS_MAX = 1000 };

typedef enum Command { COMMAND_CHECK, COMMAND_GUESS, COMMANDS } Command;

static const char *const commands[COMMANDS] = {
    [COMMAND_CHECK] = "check", [COMMAND_GUESS] = "guess"};

typedef struct Options {
    size_t command; // COMMANDS: none was said
    const char *path;
    const char *feed;
    const char *provider;
    int64_t rows;
} Options;

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "check: the feed that FILE is of (else that of its inbox folder)", 0},
    {"rows", 'n', "N", 0, "check: show N rows (10)", 0},
    {"provider", 'p', "PROVIDER", 0, "guess: whose report FILE is (else by its folder or name)", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'f':
        options->feed = argument;
        return 0;
    case 'n':
        return stage_usage_number(state, "--rows", argument, 1, ROWS_MAX, &options->rows);
    case 'p':
        options->provider = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL)
            return stage_usage(state, "found \"%s\" behind the file; expected no more", argument);
        if (options->command == COMMANDS)
            return stage_usage_word(state, "the command", argument, commands, COMMANDS,
                                    &options->command);
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        return options->path == NULL ? stage_usage(state, "expected check FILE or guess FILE") : 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "check FILE\nguess FILE",
    .doc =
        "Shows what a feed's layout makes of a file's first rows, and why; or proposes a layout, "
        "as a file for config/feeds/ with the reason of each line. Nothing is counted."
        "\vExamples:\n"
        "  tidemark feed check inbox/wavecast/wavecast_2026-11-01.csv.gz\n"
        "  tidemark feed check --feed solara --rows 50 ~/sample.csv\n"
        "  tidemark feed guess ~/sample.csv >solara.yaml\n",
};

static const ResultColumn column_columns[] = {{"role", "VALUE", false},
                                              {"from", "COMES FROM", false}};
static const ResultColumn row_columns[] = {
    {"line", "LINE", true},         {"id", "ID", true},
    {"from", "FROM", false},        {"to", "TO", false},
    {"recording", "ISRC", false},   {"release", "RELEASE", false},
    {"territory", "IN", false},     {"tier", "TIER", false},
    {"streams", "STREAMS", true},   {"monetised", "MONETISED", true},
    {"amount", "AMOUNT", true},     {"currency", "CURRENCY", false},
    {"rejected", "REJECTED", false}};

/** The feed that was named, else that of the folder that the file lies in, as in an inbox. */
static Status find_feed(const Settings *settings, const Options *options, const Feed **out_feed,
                        Error *error)
{
    char *folder = path_folder(options->path);
    Status status = settings_feed(
        settings, options->feed == NULL ? path_name(folder) : options->feed, out_feed, error);

    if (status != STATUS_OK && options->feed == NULL)
        error_context(error, "the folder of \"%s\" names no feed, give it with --feed",
                      options->path);
    free(folder);
    return status;
}

static Status check(Stage *stage, const Options *options, Error *error)
{
    Status status = STATUS_OK;
    Store *store = NULL;
    const Feed *feed = NULL;
    const DayTable *table = NULL;
    DayTables *days = day_tables_new();
    Preview preview = {0};

    TRY(find_feed(stage_settings(stage), options, &feed, error));
    TRY(stage_connect(stage, STAGE_ANY_SCHEMA, &store,
                      error)); // only for the days of the feed's zone
    TRY(day_tables_get(days, store, feed, &table, error));
    TRY(preview_file(options->path, feed, table, (size_t)options->rows, &preview, error));
    TRY(stage_table(stage, "columns", json_incref(preview.columns), column_columns,
                    COUNT_OF(column_columns), error));
    TRY(stage_table(stage, "rows", json_incref(preview.rows), row_columns, COUNT_OF(row_columns),
                    error));

cleanup:
    preview_clear(&preview);
    day_tables_free(days);
    return status;
}

static Status guess(Stage *stage, const Options *options, Error *error)
{
    Proposal proposal = {0};
    Status status = proposal_for_file(options->path, options->provider, stage_settings(stage),
                                      &proposal, error);

    if (status == STATUS_OK) {
        stage_text(stage, "yaml", proposal.yaml);
        stage_value(stage, "choices", json_incref(proposal.choices));
    }
    proposal_clear(&proposal);
    return status;
}

/**
 * tidemark-feed: a layout held against a file, or made for it.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.command = COMMANDS, .rows = ROWS_DEFAULT};
    Stage *stage = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(options.command == COMMAND_CHECK ? check(stage, &options, &error)
                                         : guess(stage, &options, &error));

cleanup:
    return stage_close(stage, status, &error);
}
