#include "aggregate/flow_record.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

/** Columns of what flowed, a bucket a place. */
typedef struct Sums {
    int64_t *streams;
    int64_t *monetised;
    const char **amounts;
    char (*texts)[DECIMAL_TEXT_BYTES];
} Sums;

static Sums sums_of(const Flow *flow, const int64_t buckets[], size_t count, bool of_suspense)
{
    Sums sums = {MEMORY_NEW(int64_t, count), MEMORY_NEW(int64_t, count),
                 MEMORY_NEW(const char *, count), memory_new(count, DECIMAL_TEXT_BYTES)};

    for (size_t i = 0; i < count; i++) {
        const FlowTotals *totals = &flow->totals[buckets[i]];
        const CellsTotals *sum = of_suspense ? &totals->suspended : &totals->matched;

        sums.streams[i] = sum->streams;
        sums.monetised[i] = sum->monetised;
        sums.amounts[i] = decimal_print(&sum->amount, sums.texts[i]);
    }
    return sums;
}

static void sums_free(Sums *sums)
{
    free(sums->streams);
    free(sums->monetised);
    free(sums->amounts);
    free(sums->texts);
}

/** A column of what was carried, as text; the caller's, for free(). */
static const char **carried_column(const Rows *carried, const char *column)
{
    const char **texts = MEMORY_NEW(const char *, rows_count(carried));

    for (size_t i = 0; i < rows_count(carried); i++)
        texts[i] = rows_text(carried, i, column);
    return texts;
}

Status flow_record(const Flow *flow, Store *store, int64_t accrual, const int64_t buckets[],
                   size_t count, const Rows *carried, Rows **out_recorded, Error *error)
{
    size_t carried_count = rows_count(carried);
    Sums matched = sums_of(flow, buckets, count, false);
    Sums suspended = sums_of(flow, buckets, count, true);
    const char **carried_buckets = carried_column(carried, "bucket");
    const char **streams = carried_column(carried, "streams");
    const char **monetised = carried_column(carried, "monetised");
    const char **amounts = carried_column(carried, "amount");
    Status status = store_query_row(
        store, &sql_record_buckets,
        PARAMS(
            param_int64(accrual), param_int64_array(buckets, count),
            param_int64_array(matched.streams, count), param_int64_array(matched.monetised, count),
            param_text_array(matched.amounts, count), param_int64_array(suspended.streams, count),
            param_int64_array(suspended.monetised, count),
            param_text_array(suspended.amounts, count),
            param_text_array(carried_buckets, carried_count),
            param_text_array(streams, carried_count), param_text_array(monetised, carried_count),
            param_text_array(amounts, carried_count)),
        out_recorded, error);

    sums_free(&matched);
    sums_free(&suspended);
    free(carried_buckets);
    free(streams);
    free(monetised);
    free(amounts);
    return status;
}
