#include "pricing/splits.h"

#include "base/memory.h"
#include "pricing/sums.h"
#include "sql.h"

#include <stdlib.h>

static uint32_t hash_of(int64_t release, int64_t recording)
{
    return index_hash((uint64_t)release, (uint64_t)recording);
}

static void add_split(PriceSplits *splits, const Rows *rows, size_t row)
{
    PriceSplit split = {
        .id = rows_int64(rows, row, "id"),
        .release = rows_int64(rows, row, "release"),
        .recording = rows_int64(rows, row, "recording"),
        .first_day = rows_day(rows, row, "first_day"),
        .end_day = rows_day(rows, row, "end_day"),
        .deal = names_number(&splits->deals, slice_of(rows_text(rows, row, "payees")),
                             slice_of(rows_text(rows, row, "shares"))),
    };

    MEMORY_GROW(splits->splits, splits->count, splits->capacity);
    index_add(&splits->index, hash_of(split.release, split.recording), splits->count);
    splits->splits[splits->count++] = split;
}

Status price_splits_read(PriceSplits *splits, Store *store, const PriceRange *range, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    splits->count = 0;
    index_clear(&splits->index);
    TRY(store_query(store, &sql_price_splits,
                    PARAMS(param_int64(range->accrual), param_int64(range->version),
                           param_int64_array(range->buckets, range->bucket_count),
                           param_int64(range->cells)),
                    &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++)
        add_split(splits, rows, i);

cleanup:
    rows_free(rows);
    return status;
}

static bool is_valid(const PriceSplit *split, Day day)
{
    return (split->first_day == DAY_NONE || split->first_day <= day) &&
           (split->end_day == DAY_NONE || day < split->end_day);
}

static uint32_t find_exactly(const PriceSplits *splits, int64_t release, int64_t recording, Day day)
{
    uint32_t place = 0;

    for (IndexProbe probe = index_probe(&splits->index, hash_of(release, recording));
         index_next(&splits->index, &probe, &place);) {
        const PriceSplit *split = &splits->splits[place];

        if (split->release == release && split->recording == recording && is_valid(split, day))
            return place;
    }
    return PRICE_NONE;
}

uint32_t price_splits_find(const PriceSplits *splits, int64_t release, int64_t recording, Day day)
{
    uint32_t own = recording == 0 ? PRICE_NONE : find_exactly(splits, release, recording, day);

    return own != PRICE_NONE ? own : find_exactly(splits, release, 0, day);
}

void price_splits_free(PriceSplits *splits)
{
    free(splits->splits);
    index_clear(&splits->index);
    names_clear(&splits->deals);
    *splits = (PriceSplits){0};
}
