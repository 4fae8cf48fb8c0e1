#include "base/text.h"
#include "night/song_report.h"
#include "stage/stage.h"
#include "store/json.h"

#include <stdio.h>
#include <string.h>

typedef struct Options {
    const char *subject; // artist or label
    const char *name;
    SongReport report;
} Options;

static const struct argp_option options_of_stage[] = {
    {"period", 'p', "PERIOD", 0, "A month (2026-10), a day (2026-10-31), or FROM..TO", 0},
    {0},
};

/** A month as 2026-10, or a day. */
static bool parse_span(Slice text, Day *out_from, Day *out_to)
{
    char first_day[DAY_TEXT_BYTES];

    if (day_parse(text, out_from)) {
        *out_to = *out_from;
        return true;
    }
    (void)snprintf(first_day, sizeof first_day, "%.*s-01", SLICE_ARGUMENTS(text));
    if (text.size_bytes != 7 || !day_parse(slice_of(first_day), out_from))
        return false;
    *out_to = day_end_of_month(*out_from);
    return true;
}

static error_t parse_period(const struct argp_state *state, const char *argument,
                            SongReport *report)
{
    const char *dots = strstr(argument, "..");
    Slice from = slice_of(argument);
    Slice to = slice_of(dots == NULL ? argument : dots + 2);
    Day ignored = DAY_NONE;

    if (dots != NULL)
        from.size_bytes = (size_t)(dots - argument);
    if (!parse_span(from, &report->from, &ignored) || !parse_span(to, &ignored, &report->to) ||
        report->from > report->to)
        return stage_usage(
            state, "--period \"%s\": expected a month as 2026-10, a day as 2026-10-31, or FROM..TO",
            argument);
    return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    Options *options = state->input;

    switch (key) {
    case 'p':
        return parse_period(state, argument, &options->report);
    case ARGP_KEY_ARG:
        if (state->arg_num > 1)
            return stage_usage(state, "one argument too many: \"%s\"", argument);
        if (state->arg_num == 0)
            options->subject = argument;
        else
            options->name = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options_of_stage,
    .parser = parse_option,
    .args_doc = "artist NAME\nlabel NAME",
    .doc = "Reports the songs of an artist or a label in a period: streams that are monetised, "
           "those that are not, and why not."
           "\vExamples:\n"
           "  tidemark report artist \"Ebb & Flow\" --period 2026-10\n"
           "  tidemark report label harbour --period 2026-07..2026-09\n",
};

static const ResultColumn columns[] = {
    {"artist", "ARTIST", false},      {"song", "SONG", false},      {"isrc", "ISRC", false},
    {"release", "RELEASE", false},    {"feed", "FEED", false},      {"streams", "STREAMS", true},
    {"monetised", "MONETISED", true}, {"unmonetised", "NOT", true}, {"why_not", "WHY NOT", false},
    {"waiting", "WAITING", true},     {"waiting_for", "FOR", false}};

static Status check_options(Options *options, Error *error)
{
    if (options->name == NULL)
        return error_set(error, STATUS_USAGE, "expected artist NAME or label NAME; see --help");
    if (options->report.from == DAY_NONE)
        return error_set(error, STATUS_USAGE,
                         "--period is missing: a month as 2026-10, a day, or FROM..TO");
    if (text_equal(options->subject, "artist"))
        options->report.artist = options->name;
    else if (text_equal(options->subject, "label"))
        options->report.label = options->name;
    else
        return error_set(error, STATUS_USAGE, "\"%s\": expected artist or label", options->subject);
    return STATUS_OK;
}

/**
 * tidemark-report: what was heard of an artist or a label, and what of it earns money.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    Options options = {.report = {.from = DAY_NONE, .to = DAY_NONE}};
    Stage *stage = NULL;
    Store *store = NULL;
    Rows *rows = NULL;

    TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
    TRY(check_options(&options, &error));
    TRY(stage_connect(stage, STAGE_ANY, &store, &error));
    TRY(song_report_read(store, stage_settings(stage), &options.report, &rows, &error));
    if (rows_count(rows) == 0)
        stage_say(stage, "Nothing was heard in that period.");
    TRY(stage_table(stage, "songs", json_of_rows(rows), columns, COUNT_OF(columns), &error));

cleanup:
    rows_free(rows);
    return stage_close(stage, status, &error);
}
