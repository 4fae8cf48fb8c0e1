#include "pricing/earning_chunk.h"

#include "aggregate/packed_column.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static void reserve_pairs(EarningChunk *chunk, size_t count)
{
    chunk->pair_count = count;
    if (count <= chunk->pair_capacity)
        return;
    chunk->pair_capacity = count;
    chunk->releases = memory_resize(chunk->releases, count, sizeof chunk->releases[0]);
    chunk->recordings = memory_resize(chunk->recordings, count, sizeof chunk->recordings[0]);
    chunk->split_ids = memory_resize(chunk->split_ids, count, sizeof chunk->split_ids[0]);
}

static void reserve_rates(EarningChunk *chunk, size_t count)
{
    chunk->rate_count = count;
    if (count <= chunk->rate_capacity)
        return;
    chunk->rate_capacity = count;
    chunk->rates = memory_resize(chunk->rates, count, sizeof chunk->rates[0]);
    chunk->rate_ends = memory_resize(chunk->rate_ends, count, sizeof chunk->rate_ends[0]);
}

static void reserve_parts(EarningChunk *chunk, size_t count)
{
    chunk->part_count = count;
    if (count <= chunk->part_capacity)
        return;
    chunk->part_capacity = count;
    chunk->pairs = memory_resize(chunk->pairs, count, sizeof chunk->pairs[0]);
    chunk->monetised = memory_resize(chunk->monetised, count, sizeof chunk->monetised[0]);
    chunk->reported = memory_resize(chunk->reported, count, sizeof chunk->reported[0]);
}

static Status read_arrays(EarningChunk *chunk, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;

    reserve_pairs(chunk, (size_t)rows_int64(rows, row, "pair_count"));
    reserve_rates(chunk, (size_t)rows_int64(rows, row, "rate_count"));
    reserve_parts(chunk, (size_t)rows_int64(rows, row, "part_count"));
    rows_int64_array(rows, row, "releases", chunk->releases, chunk->pair_count);
    rows_int64_array(rows, row, "recordings", chunk->recordings, chunk->pair_count);
    rows_int64_array(rows, row, "splits", chunk->split_ids, chunk->pair_count);
    rows_int64_array(rows, row, "rates", chunk->rates, chunk->rate_count);
    rows_int64_array(rows, row, "rate_ends", chunk->rate_ends, chunk->rate_count);
    TRY(packed_column_read(rows, row, "pairs", chunk->pairs, chunk->part_count, error));
    rows_int64_array(rows, row, "monetised", chunk->monetised, chunk->part_count);
    chunk->has_reported = !rows_is_null(rows, row, "reported");
    if (chunk->has_reported)
        rows_number_array(rows, row, "reported", chunk->reported, chunk->part_count);

cleanup:
    return status;
}

/** Whether each part has a pair and a rate. */
static Status check_places(const EarningChunk *chunk, Error *error)
{
    int64_t end = 0;

    for (size_t i = 0; i < chunk->part_count; i++)
        if (chunk->pairs[i] < 0 || (size_t)chunk->pairs[i] >= chunk->pair_count)
            return error_set(error, STATUS_BUG, "a part is of pair %" PRId64 " of %zu",
                             chunk->pairs[i], chunk->pair_count);
    for (size_t i = 0; i < chunk->rate_count; i++) {
        if (chunk->rate_ends[i] <= end)
            return error_set(error, STATUS_BUG,
                             "a rate ends with part %" PRId64 ", the one before it with %" PRId64,
                             chunk->rate_ends[i], end);
        end = chunk->rate_ends[i];
    }
    if ((size_t)end != chunk->part_count)
        return error_set(error, STATUS_BUG, "its rates end with part %" PRId64 " of %zu", end,
                         chunk->part_count);
    return STATUS_OK;
}

Status earning_chunk_read(EarningChunk *chunk, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;

    chunk->bucket = rows_int64(rows, row, "bucket");
    chunk->currency = rows_text(rows, row, "currency");
    TRY(read_arrays(chunk, rows, row, error));
    TRY(check_places(chunk, error));

cleanup:
    return status;
}

void earning_chunk_free(EarningChunk *chunk)
{
    free(chunk->releases);
    free(chunk->recordings);
    free(chunk->split_ids);
    free(chunk->rates);
    free(chunk->rate_ends);
    free(chunk->pairs);
    free(chunk->monetised);
    free(chunk->reported);
    *chunk = (EarningChunk){0};
}

Status earning_chunk_reported(const EarningChunk *chunk, size_t part, Decimal *out_reported,
                              Error *error)
{
    *out_reported = (Decimal){{0}};
    if (!chunk->has_reported ||
        decimal_parse_sum(chunk->reported[part], out_reported) == DECIMAL_PARSED)
        return STATUS_OK;
    return error_set(error, STATUS_BUG, "%.*s was reported, which no reports can add up to",
                     SLICE_ARGUMENTS(chunk->reported[part]));
}
