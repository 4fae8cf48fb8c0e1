#include "night/overview.h"

#include "base/memory.h"
#include "night/inboxes.h"
#include "night/problems.h"
#include "sql.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
            problems_add(problems, ingest, "feed %s: no report has come yet", feed);
        if (late_days > 0)
            problems_add(problems, ingest, "feed %s: its next report is late: by %s", feed, days);
        if (missing > 0)
            problems_add(problems, gaps, "feed %s: missing: %s, money not yet counted", feed, ids);
        if (rows_bool(feeds, i, "rejects_are_open"))
            problems_add(problems, gaps, "feed %s: rejected: %s", feed, rejects);
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

        problems_add(problems, command, "%s in suspense, of which monetised: %s (%s)", streams,
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
        int64_t attempts = rows_int64(events, i, "attempts");
        char *retry = text_format("tidemark deliver --retry %s", key);
        char *tried = count_of(attempts, "attempt");

        if (strcmp(state, "pending") == 0 && attempts == 0)
            problems_add(problems, "tidemark deliver", "event %s waits to be delivered", key);
        else if (strcmp(state, "pending") == 0)
            problems_add(problems, "tidemark deliver",
                         "event %s waits to be delivered, after %s: %s", key, tried,
                         rows_text(events, i, "last_error"));
        else if (strcmp(state, "delivered") != 0)
            problems_add(problems, retry, "event %s: %s: %s", key, state,
                         rows_text(events, i, "last_error"));
        free(tried);
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
            problems_add(problems, steps[i].command, "%s", steps[i].of_one);
        else if (count > 1)
            problems_add(problems, steps[i].command, "%" PRId64 " %s", count, steps[i].of_more);
    }
}

/** The feeds as rows, each with the number of files in its inbox. */
static json_t *feeds_with_inboxes(const Rows *feeds, const json_t *inbox)
{
    json_t *rows = json_of_rows(feeds);

    for (size_t i = 0; i < rows_count(feeds); i++)
        (void)json_object_set_new(
            json_array_get(rows, i), "inbox",
            json_integer((json_int_t)inboxes_count(inbox, rows_text(feeds, i, "feed"))));
    return rows;
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
    json_t *inbox = NULL;

    TRY(store_begin_snapshot(store, error));
    TRY(query_feeds(store, settings, today, &feeds, error));
    TRY(store_query(store, &sql_status_suspense, NO_PARAMS, &suspense, error));
    TRY(store_query(store, &sql_status_owed, NO_PARAMS, &owed, error));
    TRY(store_query(store, &sql_status_events, NO_PARAMS, &events, error));
    TRY(store_query_row(store, &sql_status_pipeline, NO_PARAMS, &pipeline, error));
    TRY(inboxes_read(store, settings, &inbox, error));
    TRY(store_commit(store, error));

    Overview overview = {.feeds = feeds_with_inboxes(feeds, inbox),
                         .inbox = inbox,
                         .suspense = json_of_rows(suspense),
                         .owed = json_of_rows(owed),
                         .events = json_of_rows(events),
                         .problems = json_array()};

    inboxes_judge(inbox, overview.problems);
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
    json_decref(overview->inbox);
    json_decref(overview->suspense);
    json_decref(overview->owed);
    json_decref(overview->events);
    json_decref(overview->problems);
    *overview = (Overview){0};
}

char *overview_sentence(const Overview *overview)
{
    size_t problems = json_array_size(overview->problems);
    char *feeds = count_of((int64_t)json_array_size(overview->feeds), "feed");
    char *things = count_of((int64_t)problems, "thing");
    char *sentence = problems == 0
                         ? text_format("All is well: %s, nothing missing, nothing waiting.", feeds)
                         : text_format("%s; %s to look at.", feeds, things);

    free(things);
    free(feeds);
    return sentence;
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
