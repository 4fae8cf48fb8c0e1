#include "catalogue/catalogue.h"
#include "stage/stage.h"

#include <errno.h>
#include <inttypes.h>

typedef struct Options {
    const char *command;
    const char *folder;
} Options;

static error_t parse_argument(char *argument, Options *options, const struct argp_state *state)
{
    static const char *const commands[] = {"import"};
    size_t index = 0;

    switch (state->arg_num) {
    case 0:
        if (stage_usage_word(state, "the command", argument, commands, COUNT_OF(commands),
                             &index) != 0)
            return EINVAL;
        options->command = commands[index];
        return 0;
    case 1:
        options->folder = argument;
        return 0;
    default:
        return stage_usage(state, "one argument too many: \"%s\"", argument);
    }
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        return parse_argument(argument, options, state);
    case ARGP_KEY_END:
        if (options->folder == NULL)
            return stage_usage(state, "expected the command and a folder: import DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse_option,
    .args_doc = "import DIR",
    .doc = "Brings what the files of DIR say into the catalogue: labels.csv, artists.csv, "
           "payees.csv, releases.csv, recordings.csv, tracks.csv, aliases.csv, rates.csv and "
           "splits.csv, those that are there, all or nothing."
           "\vExamples:\n"
           "  tidemark catalogue import catalogue/\n"
           "  tidemark catalogue import catalogue/ --dry-run   what would change, and all faults\n",
};

static const ResultColumn columns[] = {
    {"file", "FILE", false}, {"rows", "ROWS", true},       {"items", "ITEMS", true},
    {"added", "NEW", true},  {"changed", "CHANGED", true}, {"unchanged", "UNCHANGED", true},
    {"ended", "ENDED", true}};

static Status import_folder(Stage *stage, Store *store, const char *folder, Error *error)
{
    Status status = STATUS_OK;
    CatalogueImport import = {0};
    Faults faults = {0};

    TRY(store_begin(store, error));
    status = catalogue_import(store, stage_settings(stage), folder, &faults, &import, error);
    if (status == STATUS_DATA)
        status = stage_faults(stage, &faults, STATUS_DATA, error);
    TRY(status);
    stage_value(stage, "version", json_integer(import.version));
    TRY(stage_table(stage, "files", json_incref(import.files), columns, COUNT_OF(columns), error));
    if (import.version == 0)
        stage_say(stage, "The catalogue was so already.");
    else
        stage_say(stage, "This is version %" PRId64 " of the catalogue.", import.version);
    TRY(stage_commit(stage, store, error));

cleanup:
    store_rollback(store);
    json_decref(import.files);
    faults_free(&faults);
    return status;
}

/**
 * tidemark-catalogue: what the label knows, from its CSV files.
 *
 * An import is one transaction and one version of the catalogue: all or nothing. Terms that it ends
 * or brings are applied to what was counted before by the next aggregate and request.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ALONE, &store, &error));
    TRY(import_folder(stage, store, options.folder, &error));

cleanup:
    return stage_close(stage, status, &error);
}
