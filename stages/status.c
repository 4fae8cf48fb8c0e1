#include "night/overview.h"
#include "stage/stage.h"

#include <stdlib.h>

typedef struct Options {
    Day date;
} Options;

static const struct argp_option options_of_stage[] = {
    {"date", 'd', "DATE", 0, "Judge lateness as if today were DATE (YYYY-MM-DD)", 0},
    {0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    if (key == 'd')
        return stage_usage_day(state, "--date", argument, &options->date);
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .doc = "Says how everything stands, and for each problem the command that settles it."
           "\vExamples:\n"
           "  tidemark status\n"
           "  tidemark status --json | jq .problems\n",
};

static const ResultColumn feed_columns[] = {
    {"feed", "FEED", false},         {"watermark", "WATERMARK", true}, {"highest", "HIGHEST", true},
    {"counted", "COUNTED", true},    {"missing", "MISSING", true},     {"waived", "WAIVED", true},
    {"last_period", "UP TO", false}, {"late_days", "DAYS LATE", true}, {"inbox", "INBOX", true}};
static const ResultColumn suspense_columns[] = {
    {"reason", "SUSPENSE", false}, {"streams", "STREAMS", true}, {"monetised", "MONETISED", true}};
static const ResultColumn owed_columns[] = {{"currency", "OWED", false},
                                            {"requests", "REQUESTS", true},
                                            {"requested", "REQUESTED", true},
                                            {"payees", "PAYEES", true},
                                            {"carried", "CARRIED", true}};
static const ResultColumn event_columns[] = {{"event", "EVENT", false},
                                             {"kind", "KIND", false},
                                             {"state", "STATE", false},
                                             {"attempts", "ATTEMPTS", true},
                                             {"last_error", "ERROR", false}};
static const ResultColumn problem_columns[] = {{"problem", "PROBLEM", false},
                                               {"command", "WHAT TO DO", false}};

static Status print_overview(Stage *stage, const Overview *overview, Error *error)
{
    Status status = STATUS_OK;
    char *sentence = overview_sentence(overview);

    stage_say(stage, "%s", sentence);
    TRY(stage_table(stage, "feeds", json_incref(overview->feeds), feed_columns,
                    COUNT_OF(feed_columns), error));
    stage_value(stage, "inbox", json_incref(overview->inbox));
    TRY(stage_table(stage, "suspense", json_incref(overview->suspense), suspense_columns,
                    COUNT_OF(suspense_columns), error));
    TRY(stage_table(stage, "owed", json_incref(overview->owed), owed_columns,
                    COUNT_OF(owed_columns), error));
    TRY(stage_table(stage, "events", json_incref(overview->events), event_columns,
                    COUNT_OF(event_columns), error));
    TRY(stage_table(stage, "problems", json_incref(overview->problems), problem_columns,
                    COUNT_OF(problem_columns), error));

cleanup:
    free(sentence);
    return status;
}

/**
 * tidemark-status: one sentence, then feeds, suspense, what is owed, events, and each problem with
 * its command.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.date = DAY_NONE};
    Overview overview = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(overview_read(store, stage_settings(stage), options.date, &overview, &error));
    TRY(print_overview(stage, &overview, &error));

cleanup:
    overview_clear(&overview);
    return stage_close(stage, status, &error);
}
