#include "aggregate/usage_chunk.h"

#include "aggregate/packed_column.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

void usage_chunk_free(UsageChunk *chunk)
{
    free(chunk->releases);
    free(chunk->recordings);
    free(chunk->pairs);
    free(chunk->markets);
    free(chunk->streams);
    free(chunk->monetised);
    free(chunk->amount_texts);
    *chunk = (UsageChunk){0};
}

static void make_room(UsageChunk *chunk, size_t pair_count, size_t count)
{
    chunk->pair_count = pair_count;
    chunk->count = count;
    if (pair_count > chunk->pair_capacity) {
        chunk->pair_capacity = pair_count;
        chunk->releases = memory_resize(chunk->releases, pair_count, sizeof(Code));
        chunk->recordings = memory_resize(chunk->recordings, pair_count, sizeof(Code));
    }
    if (count > chunk->capacity) {
        chunk->capacity = count;
        chunk->pairs = memory_resize(chunk->pairs, count, sizeof(int64_t));
        chunk->markets = memory_resize(chunk->markets, count, sizeof(int64_t));
        chunk->streams = memory_resize(chunk->streams, count, sizeof(int64_t));
        chunk->monetised = memory_resize(chunk->monetised, count, sizeof(int64_t));
        chunk->amount_texts = memory_resize(chunk->amount_texts, count, sizeof(Slice));
    }
}

static Status check_cells(const UsageChunk *chunk, Error *error)
{
    for (size_t i = 0; i < chunk->count; i++) {
        if (chunk->pairs[i] < 0 || (size_t)chunk->pairs[i] >= chunk->pair_count)
            return error_set(error, STATUS_DATA, "a cell is of pair %" PRId64 " of %zu",
                             chunk->pairs[i], chunk->pair_count);
        if (chunk->markets[i] < 0 || chunk->markets[i] > INT32_MAX)
            return error_set(error, STATUS_DATA, "a cell is of market %" PRId64, chunk->markets[i]);
    }
    return STATUS_OK;
}

Status usage_chunk_read(UsageChunk *chunk, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;

    chunk->bucket = rows_int64(rows, row, "bucket");
    chunk->period_to = rows_day(rows, row, "period_to");
    make_room(chunk, (size_t)rows_int64(rows, row, "pair_count"),
              (size_t)rows_int64(rows, row, "cells"));
    TRY(packed_column_read(rows, row, "releases", chunk->releases, chunk->pair_count, error));
    TRY(packed_column_read(rows, row, "recordings", chunk->recordings, chunk->pair_count, error));
    TRY(packed_column_read(rows, row, "pairs", chunk->pairs, chunk->count, error));
    TRY(packed_column_read(rows, row, "markets", chunk->markets, chunk->count, error));
    TRY(packed_column_read(rows, row, "streams", chunk->streams, chunk->count, error));
    TRY(packed_column_read(rows, row, "monetised", chunk->monetised, chunk->count, error));
    chunk->has_amounts = !rows_is_null(rows, row, "amounts");
    if (chunk->has_amounts)
        rows_number_array(rows, row, "amounts", chunk->amount_texts, chunk->count);
    TRY(check_cells(chunk, error));

cleanup:
    return status;
}

size_t usage_chunk_pair_end(const UsageChunk *chunk, size_t cell)
{
    size_t end = cell + 1;

    while (end < chunk->count && chunk->pairs[end] == chunk->pairs[cell])
        end++;
    return end;
}

Status usage_chunk_amount(const UsageChunk *chunk, size_t cell, Decimal *out_amount, Error *error)
{
    Slice text = chunk->amount_texts[cell];

    if (decimal_parse_sum(text, out_amount) == DECIMAL_PARSED)
        return STATUS_OK;
    return error_set(error, STATUS_DATA, "%.*s was reported, which no reports can add up to",
                     SLICE_ARGUMENTS(text));
}

void usage_chunk_error(const Rows *rows, size_t row, Error *error)
{
    error_context(error, "bucket %" PRId64 ", usage of %s to %s", rows_int64(rows, row, "bucket"),
                  rows_text(rows, row, "period_from"), rows_text(rows, row, "period_to"));
}
