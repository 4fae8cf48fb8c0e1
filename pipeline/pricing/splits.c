#include "pricing/splits.h"

#include "base/memory.h"
#include "pricing/sums.h"
#include "sql.h"

#include <stdlib.h>

static uint32_t hash_of(int64_t release, int64_t recording)
{
    return index_hash((uint64_t)release, (uint64_t)recording);
}

static uint32_t hash_of_id(int64_t id)
{
    return index_hash((uint64_t)id, 0);
}

/** Behind the others, without an index. */
static const PriceSplit *add_split(PriceSplits *splits, const Rows *rows, size_t row)
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
    splits->splits[splits->count] = split;
    return &splits->splits[splits->count++];
}

static void clear(PriceSplits *splits)
{
    splits->count = 0;
    index_clear(&splits->index);
    index_clear(&splits->ids);
}

Status price_splits_read(PriceSplits *splits, Store *store, const PriceRange *range, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    clear(splits);
    TRY(store_query(store, &sql_price_splits,
                    PARAMS(param_int64(range->accrual), param_int64(range->version),
                           param_int64_array(range->buckets, range->bucket_count),
                           param_int64(range->cells)),
                    &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++) {
        const PriceSplit *split = add_split(splits, rows, i);

        index_add(&splits->index, hash_of(split->release, split->recording), i);
    }

cleanup:
    rows_free(rows);
    return status;
}

Status price_splits_read_all(PriceSplits *splits, Store *store, int64_t version,
                             const int64_t buckets[], size_t count, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    clear(splits);
    TRY(store_query(store, &sql_splits_of_buckets,
                    PARAMS(param_int64(version), param_int64_array(buckets, count)), &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++) {
        const PriceSplit *split = add_split(splits, rows, i);

        index_add(&splits->ids, hash_of_id(split->id), i);
        if (rows_bool(rows, i, "is_in_force"))
            index_add(&splits->index, hash_of(split->release, split->recording), i);
    }

cleanup:
    rows_free(rows);
    return status;
}

uint32_t price_splits_place(const PriceSplits *splits, int64_t id)
{
    uint32_t place = 0;

    for (IndexProbe probe = index_probe(&splits->ids, hash_of_id(id));
         index_next(&splits->ids, &probe, &place);)
        if (splits->splits[place].id == id)
            return place;
    return PRICE_NONE;
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
    clear(splits);
    free(splits->splits);
    names_clear(&splits->deals);
    *splits = (PriceSplits){0};
}
