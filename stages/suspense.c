#include "aggregate/suspense.h"
#include "stage/stage.h"
#include "store/json.h"

typedef struct Options {
    const char *feed;
    const char *reason;
} Options;

static const struct argp_option options_of_stage[] = {
    {"feed", 'f', "FEED", 0, "Only what came by FEED", 0},
    {"reason", 'r', "REASON", 0, "Only what waits for REASON", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;
    const char *names[SUSPENSE_REASONS];
    size_t index = 0;
    error_t failed = 0;

    switch (key) {
    case 'f':
        options->feed = argument;
        return 0;
    case 'r':
        for (size_t i = 0; i < SUSPENSE_REASONS; i++)
            names[i] = suspense_reasons[i].name;
        failed = stage_usage_word(state, "--reason", argument, names, SUSPENSE_REASONS, &index);
        if (failed == 0)
            options->reason = suspense_reasons[index].name;
        return failed;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Lists the streams that nothing claims yet, each with its reason."
           "\vExamples:\n"
           "  tidemark suspense\n"
           "  tidemark suspense --reason unknown_recording   what the catalogue should learn\n"
           "  tidemark suspense --json | jq .totals\n",
};

static const ResultColumn waiting_columns[] = {
    {"feed", "FEED", false},       {"reason", "REASON", false},  {"recording", "RECORDING", false},
    {"release", "RELEASE", false}, {"territory", "IN", false},   {"period_from", "FROM", false},
    {"period_to", "TO", false},    {"streams", "STREAMS", true}, {"monetised", "MONETISED", true},
    {"amount", "REPORTED", true},  {"currency", "", false},      {"value", "VALUE", true},
    {"value_currency", "", false}};
static const ResultColumn total_columns[] = {
    {"reason", "REASON", false},   {"streams", "STREAMS", true},   {"monetised", "MONETISED", true},
    {"amount", "REPORTED", true},  {"currency", "", false},        {"value", "VALUE", true},
    {"value_currency", "", false}, {"remedy", "WHAT TO DO", false}};

static json_t *totals_of_rows(const Rows *rows)
{
    json_t *totals = json_of_rows(rows);

    for (size_t i = 0; i < rows_count(rows); i++)
        json_object_set_new(json_array_get(totals, i), "remedy",
                            json_string(suspense_remedy(rows_text(rows, i, "reason"))));
    return totals;
}

typedef struct Waiting {
    Stage *stage;
    bool is_any;
} Waiting;

static Status print_waiting(void *context, const Rows *rows, size_t row, Error *error)
{
    Waiting *waiting = context;

    waiting->is_any = true;
    return stage_list_row(waiting->stage, json_of_row(rows, row), error);
}

/**
 * tidemark-suspense: what waits, and for what: counted streams that no catalogue entry, rate or
 * payee claims yet. The next aggregate and request claim it once the catalogue knows.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {0};
    Stage *stage = NULL;
    Store *store = NULL;
    const Feed *feed = NULL;
    Rows *totals = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(store_begin_snapshot(store, &error));

    Waiting waiting = {.stage = stage};

    stage_list_begin(stage, "waiting", waiting_columns, COUNT_OF(waiting_columns));
    TRY(suspense_list(store, options.feed, options.reason, print_waiting, &waiting, &error));
    TRY(stage_list_end(stage, &error));
    // Of a feed that there is not nothing waits either; one that the settings do not name any more may
    // have left something.
    if (!waiting.is_any && options.feed != NULL)
        TRY(settings_feed(stage_settings(stage), options.feed, &feed, &error));
    if (!waiting.is_any)
        stage_say(stage, "Nothing waits in suspense.");
    TRY(suspense_totals(store, options.feed, options.reason, &totals, &error));
    TRY(stage_table(stage, "totals", totals_of_rows(totals), total_columns, COUNT_OF(total_columns),
                    &error));

cleanup:
    rows_free(totals);
    return stage_close(stage, status, &error);
}
