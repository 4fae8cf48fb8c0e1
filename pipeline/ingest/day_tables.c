#include "ingest/day_tables.h"

#include "base/memory.h"
#include "report/times.h"
#include "sql.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// A table of one zone. Each lies in memory of its own, so that it stays where it is.
typedef struct ZoneDays {
    char *zone;
    Instant *starts;
    DayTable table;
    struct ZoneDays *next;
} ZoneDays;

struct DayTables {
    pthread_mutex_t mutex; // held while a table is asked for: who else needs it waits for that
    ZoneDays *first;       // the one that was loaded last
};

static const DayTable no_days;

DayTables *day_tables_new(void)
{
    DayTables *tables = MEMORY_NEW(DayTables, 1);

    (void)pthread_mutex_init(&tables->mutex, NULL);
    return tables;
}

void day_tables_free(DayTables *tables)
{
    if (tables == NULL)
        return;
    for (ZoneDays *days = tables->first; days != NULL;) {
        ZoneDays *next = days->next;

        free(days->zone);
        free(days->starts);
        free(days);
        days = next;
    }
    (void)pthread_mutex_destroy(&tables->mutex);
    free(tables);
}

// Fills in the days that begin 24 hours after the day before.
static void fill_starts(Instant *starts, size_t count, const Rows *rows)
{
    static const Instant day_us = INT64_C(24) * 60 * 60 * 1000000;
    size_t next = 0;

    for (size_t i = 0; i < count; i++) {
        if (next < rows_count(rows) && rows_int64(rows, next, "day") == (int64_t)i)
            starts[i] = rows_int64(rows, next++, "start");
        else
            starts[i] = starts[i - 1] + day_us;
    }
    assert(next == rows_count(rows));
}

static Status load(DayTables *tables, Store *store, const char *zone, Error *error)
{
    // All days that rows may have: each costs the server a microsecond before the first file is
    // read. One more, since the last day's end is needed too.
    size_t count = (size_t)(REPORT_DAY_MAX - REPORT_DAY_MIN) + 1;
    Rows *rows = NULL;
    Status status = store_query(
        store, &sql_local_day_starts,
        PARAMS(param_text(zone), param_day(REPORT_DAY_MIN), param_int64((int64_t)count + 1)), &rows,
        error);

    if (status != STATUS_OK) {
        if (text_equal(store_sqlstate(store), "22023")) // invalid_parameter_value
            return error_set(error, STATUS_CONFIG,
                             "the database knows no time zone \"%s\"; its view pg_timezone_names "
                             "lists them",
                             zone);
        return status;
    }
    assert(rows_count(rows) > 0 && rows_int64(rows, 0, "day") == 0);

    ZoneDays *days = MEMORY_NEW(ZoneDays, 1);

    days->zone = memory_copy_text(zone);
    days->starts = MEMORY_NEW(Instant, count + 1);
    fill_starts(days->starts, count + 1, rows);
    days->table = (DayTable){.first_day = REPORT_DAY_MIN, .count = count, .starts = days->starts};
    days->next = tables->first;
    tables->first = days;
    rows_free(rows);
    return STATUS_OK;
}

static bool is_set(const LayoutColumn *column)
{
    return column->name != NULL || column->position > 0 || column->constant != NULL ||
           column->name_part != NULL;
}

// A period may be written as instants too, "2026-10-01T00:00:00Z", if its format has any.
static bool has_instants(const Layout *layout)
{
    bool has_offsets =
        layout->time_format != TIME_PATTERN || strstr(layout->time_pattern, "%z") != NULL;

    return is_set(&layout->columns[COLUMN_TIME]) ||
           (has_offsets && (is_set(&layout->columns[COLUMN_PERIOD]) ||
                            is_set(&layout->columns[COLUMN_PERIOD_FROM]) ||
                            is_set(&layout->columns[COLUMN_PERIOD_TO])));
}

static const DayTable *find(const DayTables *tables, const char *zone)
{
    for (const ZoneDays *days = tables->first; days != NULL; days = days->next)
        if (text_equal(days->zone, zone))
            return &days->table;
    return NULL;
}

Status day_tables_get(DayTables *tables, Store *store, const Feed *feed, const DayTable **out_table,
                      Error *error)
{
    Status status = STATUS_OK;

    *out_table = &no_days;
    if (!has_instants(&feed->layout))
        return STATUS_OK;
    (void)pthread_mutex_lock(&tables->mutex);
    if (find(tables, feed->zone) == NULL)
        status = load(tables, store, feed->zone, error);
    *out_table = find(tables, feed->zone);
    (void)pthread_mutex_unlock(&tables->mutex);
    return status;
}
