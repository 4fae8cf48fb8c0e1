#include "night/overview.h"

#include "base/memory.h"
#include "sql.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void add_problem(json_t *problems, const char *command, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void add_problem(json_t *problems, const char *command, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    json_array_append_new(
        problems,
        json_pack("{s:o, s:s}", "problem", json_vsprintf(format, arguments), "command", command));
    va_end(arguments);
}

/** "1 row", "2 rows"; the caller's, for free(). */
static char *count_of(int64_t count, const char *thing)
{
    return text_format("%" PRId64 " %s%s", count, thing, count == 1 ? "" : "s");
}

static int64_t days_between_reports(Rhythm rhythm)
{
    switch (rhythm) {
    case RHYTHM_DAILY:
        return 1;
    case RHYTHM_WEEKLY:
        return 7;
    case RHYTHM_MONTHLY:
        return 31;
    case RHYTHM_NONE:
        break;
    }
    return 0;
}

static Status query_feeds(Store *store, const Settings *settings, Day today, Rows **out_rows,
                          Error *error)
{
    Status status = STATUS_OK;
    size_t count = settings->feed_count;
    const char **names = MEMORY_NEW(const char *, count);
    const char **zones = MEMORY_NEW(const char *, count);
    int64_t *every = MEMORY_NEW(int64_t, count);
    int64_t *grace = MEMORY_NEW(int64_t, count);

    for (size_t i = 0; i < count; i++) {
        names[i] = settings->feeds[i].name;
        zones[i] = settings->feeds[i].zone;
        every[i] = days_between_reports(settings->feeds[i].rhythm);
        grace[i] = settings->feeds[i].rhythm_grace_days;
    }
    TRY(store_query(store, &sql_status_feeds,
                    PARAMS(param_text_array(names, count), param_text_array(zones, count),
                           param_int64_array(every, count), param_int64_array(grace, count),
                           param_day(today)),
                    out_rows, error));

cleanup:
    free(names);
    free(zones);
    free(every);
    free(grace);
    return status;
}

static void judge_feeds(const Rows *feeds, json_t *problems)
{
    for (size_t i = 0; i < rows_count(feeds); i++) {
        const char *feed = rows_text(feeds, i, "feed");
        int64_t missing = rows_int64(feeds, i, "missing");
        int64_t late_days = rows_int64(feeds, i, "late_days");
        char *gaps = text_format("tidemark gaps --feed %s", feed);
        char *ids = count_of(missing, "sequence ID");
        char *days = count_of(late_days, "day");
        char *rejects = count_of(rows_int64(feeds, i, "rejected"), "row");
        char *ingest = text_format("tidemark ingest --feed %s FILE", feed);

        if (rows_bool(feeds, i, "never_came"))
            add_problem(problems, ingest, "feed %s: no report has come yet", feed);
        if (late_days > 0)
            add_problem(problems, ingest, "feed %s: its next report is late: by %s", feed, days);
        if (missing > 0)
            add_problem(problems, gaps, "feed %s: missing: %s, money not yet counted", feed, ids);
        if (rows_bool(feeds, i, "rejects_are_open"))
            add_problem(problems, gaps, "feed %s: rejected: %s", feed, rejects);
        free(gaps);
        free(ids);
        free(days);
        free(rejects);
        free(ingest);
    }
}

static void judge_suspense(const Rows *suspense, json_t *problems)
{
    for (size_t i = 0; i < rows_count(suspense); i++) {
        const char *reason = rows_text(suspense, i, "reason");
        char *command = text_format("tidemark suspense --reason %s", reason);
        char *streams = count_of(rows_int64(suspense, i, "streams"), "stream");

        add_problem(problems, command, "%s in suspense, of which monetised: %s (%s)", streams,
                    rows_text(suspense, i, "monetised"), reason);
        free(streams);
        free(command);
    }
}

static void judge_events(const Rows *events, json_t *problems)
{
    for (size_t i = 0; i < rows_count(events); i++) {
        const char *state = rows_text(events, i, "state");
        const char *key = rows_text(events, i, "event");
        char *retry = text_format("tidemark deliver --retry %s", key);

        if (strcmp(state, "pending") == 0)
            add_problem(problems, "tidemark deliver",
                        "event %s waits to be delivered, after %s attempts", key,
                        rows_text(events, i, "attempts"));
        else if (strcmp(state, "delivered") != 0)
            add_problem(problems, retry, "event %s: %s: %s", key, state,
                        rows_text(events, i, "last_error"));
        free(retry);
    }
}

static void judge_pipeline(const Rows *pipeline, json_t *problems)
{
    static const struct {
        const char *column;
        const char *command;
        const char *of_one;
        const char *of_more; // behind their number
    } steps[] = {
        {"batches_to_aggregate", "tidemark aggregate", "a batch is counted and not aggregated",
         "batches are counted and not aggregated"},
        {"accruals_open", "tidemark aggregate", "an accrual was begun and not completed",
         "accruals were begun and not completed"},
        {"accruals_to_price", "tidemark request", "an accrual is not priced",
         "accruals are not priced"},
        {"requests_to_export", "tidemark export", "a payment request is not exported",
         "payment requests are not exported"},
        {"payout_runs_to_release", "tidemark export", "a payout run has no files yet",
         "payout runs have no files yet"},
        {"runs_interrupted", "tidemark nightly", "the last night was interrupted",
         "nights were interrupted, one after another"},
    };

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        int64_t count = rows_int64(pipeline, 0, steps[i].column);

        if (count == 1)
            add_problem(problems, steps[i].command, "%s", steps[i].of_one);
        else if (count > 1)
            add_problem(problems, steps[i].command, "%" PRId64 " %s", count, steps[i].of_more);
    }
}

Status overview_read(Store *store, const Settings *settings, Day today, Overview *out_overview,
                     Error *error)
{
    Status status = STATUS_OK;
    Rows *feeds = NULL;
    Rows *suspense = NULL;
    Rows *owed = NULL;
    Rows *events = NULL;
    Rows *pipeline = NULL;

    TRY(store_begin_snapshot(store, error));
    TRY(query_feeds(store, settings, today, &feeds, error));
    TRY(store_query(store, &sql_status_suspense, NO_PARAMS, &suspense, error));
    TRY(store_query(store, &sql_status_owed, NO_PARAMS, &owed, error));
    TRY(store_query(store, &sql_status_events, NO_PARAMS, &events, error));
    TRY(store_query_row(store, &sql_status_pipeline, NO_PARAMS, &pipeline, error));
    TRY(store_commit(store, error));

    Overview overview = {.feeds = json_of_rows(feeds),
                         .suspense = json_of_rows(suspense),
                         .owed = json_of_rows(owed),
                         .events = json_of_rows(events),
                         .problems = json_array()};

    judge_feeds(feeds, overview.problems);
    judge_suspense(suspense, overview.problems);
    judge_events(events, overview.problems);
    judge_pipeline(pipeline, overview.problems);
    *out_overview = overview;

cleanup:
    store_rollback(store);
    rows_free(feeds);
    rows_free(suspense);
    rows_free(owed);
    rows_free(events);
    rows_free(pipeline);
    return status;
}

void overview_clear(Overview *overview)
{
    json_decref(overview->feeds);
    json_decref(overview->suspense);
    json_decref(overview->owed);
    json_decref(overview->events);
    json_decref(overview->problems);
    *overview = (Overview){0};
}

char *overview_sentence(const Overview *overview)
{
    size_t problems = json_array_size(overview->problems);

    if (problems == 0)
        return text_format("All is well: %zu feeds, nothing missing, nothing waiting.",
                           json_array_size(overview->feeds));
    return text_format("%zu feeds; %zu %s to look at.", json_array_size(overview->feeds), problems,
                       problems == 1 ? "thing" : "things");
}

char *unmonetised_words(const Feed *feed)
{
    const Layout *layout = &feed->layout;

    switch (layout->monetised_by) {
    case MONETISED_BY_DURATION:
        return text_format("%s than %" PRId64 ".%03" PRId64 " s",
                           layout->monetised_at_threshold ? "shorter" : "not longer",
                           layout->monetised_threshold_us / 1000000,
                           layout->monetised_threshold_us / 1000 % 1000);
    case MONETISED_BY_FLAG:
        return memory_copy_text("the provider's flag says so");
    case MONETISED_BY_COUNT:
        return memory_copy_text("the provider counts them so");
    case MONETISED_ALL:
        break;
    }
    return memory_copy_text("");
}
