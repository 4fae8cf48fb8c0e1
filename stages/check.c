#include "night/checkup.h"
#include "stage/stage.h"

typedef struct Options {
    bool without_database;
} Options;

static const struct argp_option options_of_stage[] = {
    {"no-database", 'n', NULL, 0, "Check settings and folders only", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    (void)argument;
    if (key != 'n')
        return ARGP_ERR_UNKNOWN;
    options->without_database = true;
    return 0;
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Tells every fault of the configuration at once, and whether folders, server, schema "
           "and roles are right."
           "\vExamples:\n"
           "  tidemark check\n"
           "  tidemark check --no-database --config draft/tidemark.yaml\n",
};

static const ResultColumn columns[] = {{"check", "CHECK", false},
                                       {"found", "FOUND", false},
                                       {"is_fault", "FAULT", false},
                                       {"remedy", "WHAT TO DO", false}};

/**
 * tidemark-check: whether everything that a night stands on is as it must be.
 *
 * The settings are read like those of any stage: their faults come first, all at once.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;
    json_t *rows = json_array();

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    checkup_folders(stage_settings(stage), rows);
    if (!options.without_database) {
        TRY(stage_connect(stage, STAGE_ANY_SCHEMA, &store, &error));
        TRY(checkup_database(store, stage_settings(stage), rows, &error));
    }

    size_t faults = checkup_fault_count(rows);

    TRY(stage_table(stage, "checks", json_incref(rows), columns, COUNT_OF(columns), &error));
    if (faults > 0)
        TRY(error_set(&error, STATUS_CONFIG, "%zu of %zu checks found a fault", faults,
                      json_array_size(rows)));
    stage_say(stage, "All is as it must be: %zu feeds, %zu providers.",
              stage_settings(stage)->feed_count, stage_settings(stage)->provider_count);

cleanup:
    json_decref(rows);
    return stage_close(stage, status, &error);
}
