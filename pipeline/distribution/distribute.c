#include "distribution/distribute.h"

#include "base/memory.h"
#include "distribution/release.h"
#include "outbox/outbox.h"
#include "sql.h"

#include <stdlib.h>

struct DueReleases {
    Rows *rows;
};

/** The providers that get releases, as columns for a statement; texts are the settings'. */
typedef struct Receivers {
    const char **names;
    const char **zones;
    int64_t *lead_times;
    size_t count;
} Receivers;

static Receivers receivers_of(const Settings *settings)
{
    Receivers receivers = {
        .names = MEMORY_NEW(const char *, settings->provider_count),
        .zones = MEMORY_NEW(const char *, settings->provider_count),
        .lead_times = MEMORY_NEW(int64_t, settings->provider_count),
    };

    for (size_t i = 0; i < settings->provider_count; i++) {
        const Provider *provider = &settings->providers[i];

        if (provider->drop_folder == NULL)
            continue;
        receivers.names[receivers.count] = provider->name;
        receivers.zones[receivers.count] = provider->zone;
        receivers.lead_times[receivers.count] = provider->lead_time_days;
        receivers.count++;
    }
    return receivers;
}

static void receivers_free(Receivers *receivers)
{
    free(receivers->names);
    free(receivers->zones);
    free(receivers->lead_times);
}

static Status find_horizon(Store *store, const Receivers *receivers, Day date, Rows **out_rows,
                           Error *error)
{
    return store_query_row(store, &sql_distribution_horizon,
                           PARAMS(param_text_array(receivers->zones, receivers->count),
                                  param_int64_array(receivers->lead_times, receivers->count),
                                  param_day(date)),
                           out_rows, error);
}

Status due_releases_find(Store *store, const Settings *settings, Day date, DueReleases **out_due,
                         Error *error)
{
    Status status = STATUS_OK;
    Receivers receivers = receivers_of(settings);
    Rows *horizon = NULL;
    Rows *rows = NULL;

    TRY(find_horizon(store, &receivers, date, &horizon, error));
    TRY(store_query(store, &sql_due_releases, PARAMS(param_day(rows_day(horizon, 0, "due_to"))),
                    &rows, error));

    DueReleases *due = MEMORY_NEW(DueReleases, 1);

    due->rows = rows;
    rows = NULL;
    *out_due = due;

cleanup:
    rows_free(rows);
    rows_free(horizon);
    receivers_free(&receivers);
    return status;
}

size_t due_releases_count(const DueReleases *due)
{
    return rows_count(due->rows);
}

const char *due_releases_upc(const DueReleases *due, size_t index)
{
    return rows_text(due->rows, index, "upc");
}

const char *due_releases_title(const DueReleases *due, size_t index)
{
    return rows_text(due->rows, index, "title");
}

Day due_releases_date(const DueReleases *due, size_t index)
{
    return rows_day(due->rows, index, "date");
}

void due_releases_free(DueReleases *due)
{
    if (due == NULL)
        return;
    rows_free(due->rows);
    free(due);
}

Status distribute_release(Store *store, const Settings *settings, const char *upc, Error *error)
{
    Status status = STATUS_OK;
    Receivers receivers = receivers_of(settings);
    const ReleaseChange change = {
        .upc = upc, .action = RELEASE_SET, .date = DAY_NONE, .reason = "its date is due"};

    TRY(release_change(store, &change, error));
    TRY(store_execute(store, &sql_ensure_providers,
                      PARAMS(param_text_array(receivers.names, receivers.count)), NULL, error));
    TRY(outbox_announce_release(store, upc, receivers.names, receivers.count, error));

cleanup:
    receivers_free(&receivers);
    return status;
}

Status distribute_finish(Store *store, const Settings *settings, Day date, Rows **out_rows,
                         Error *error)
{
    Status status = STATUS_OK;
    Receivers receivers = receivers_of(settings);
    Rows *horizon = NULL;
    Rows *finished = NULL;

    TRY(find_horizon(store, &receivers, date, &horizon, error));
    TRY(store_query(store, &sql_finished_releases,
                    PARAMS(param_day(rows_day(horizon, 0, "reached"))), &finished, error));
    for (size_t i = 0; i < rows_count(finished); i++) {
        const ReleaseChange change = {.upc = rows_text(finished, i, "upc"),
                                      .action = RELEASE_DISTRIBUTE,
                                      .date = DAY_NONE,
                                      .reason = "every provider has it, and its date is reached"};

        TRY(release_change(store, &change, error));
    }
    *out_rows = finished;
    finished = NULL;

cleanup:
    rows_free(finished);
    rows_free(horizon);
    receivers_free(&receivers);
    return status;
}
