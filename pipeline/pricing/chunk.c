#include "pricing/chunk.h"

#include "aggregate/packed_column.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static void reserve_pairs(PriceChunk *chunk, size_t count)
{
    chunk->pair_count = count;
    if (count <= chunk->pair_capacity)
        return;
    chunk->pair_capacity = count;
    chunk->releases = memory_resize(chunk->releases, count, sizeof chunk->releases[0]);
    chunk->recordings = memory_resize(chunk->recordings, count, sizeof chunk->recordings[0]);
}

static void reserve_cells(PriceChunk *chunk, size_t count)
{
    chunk->count = count;
    if (count <= chunk->capacity)
        return;
    chunk->capacity = count;
    chunk->pairs = memory_resize(chunk->pairs, count, sizeof chunk->pairs[0]);
    chunk->markets = memory_resize(chunk->markets, count, sizeof chunk->markets[0]);
    chunk->streams = memory_resize(chunk->streams, count, sizeof chunk->streams[0]);
    chunk->monetised = memory_resize(chunk->monetised, count, sizeof chunk->monetised[0]);
    chunk->amounts = memory_resize(chunk->amounts, count, sizeof chunk->amounts[0]);
    chunk->amount_texts = memory_resize(chunk->amount_texts, count, sizeof chunk->amount_texts[0]);
}

static Status read_amount(Slice text, Decimal *out_amount, Error *error)
{
    if (decimal_parse(text, '.', out_amount) == DECIMAL_PARSED)
        return STATUS_OK;
    return error_set(error, STATUS_DATA, "%.*s was reported, which no report can hold",
                     SLICE_ARGUMENTS(text));
}

static Status read_amounts(PriceChunk *chunk, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;

    chunk->has_amounts = !rows_is_null(rows, row, "amounts");
    if (!chunk->has_amounts)
        return STATUS_OK;
    rows_number_array(rows, row, "amounts", chunk->amount_texts, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        TRY(read_amount(chunk->amount_texts[i], &chunk->amounts[i], error));

cleanup:
    return status;
}

static Status add_up(PriceChunk *chunk, Error *error)
{
    chunk->total_streams = 0;
    chunk->total_monetised = 0;
    chunk->total_amount = (Decimal){{0}};
    for (size_t i = 0; i < chunk->count; i++) {
        if (chunk->pairs[i] < 0 || (size_t)chunk->pairs[i] >= chunk->pair_count)
            return error_set(error, STATUS_DATA, "a cell is of pair %" PRId64 " of %zu",
                             chunk->pairs[i], chunk->pair_count);
        if (__builtin_add_overflow(chunk->total_streams, chunk->streams[i],
                                   &chunk->total_streams) ||
            __builtin_add_overflow(chunk->total_monetised, chunk->monetised[i],
                                   &chunk->total_monetised))
            return error_set(error, STATUS_DATA, "its cells have more than 2^63 streams");
        if (chunk->has_amounts)
            decimal_add(&chunk->total_amount, &chunk->amounts[i]);
    }
    return STATUS_OK;
}

/** Holds what its cells add up to against what it was stored with. */
static Status check_totals(const PriceChunk *chunk, const Rows *rows, size_t row, Error *error)
{
    int64_t streams = rows_int64(rows, row, "total_streams");
    int64_t monetised = rows_int64(rows, row, "total_monetised");
    const char *amount = rows_text(rows, row, "total_amount");
    char printed[DECIMAL_TEXT_BYTES];

    (void)decimal_print(&chunk->total_amount, printed);
    if (streams == chunk->total_streams && monetised == chunk->total_monetised &&
        text_equal(amount, printed))
        return STATUS_OK;
    return error_set(error, STATUS_BUSY,
                     "its cells are %" PRId64 " streams, %" PRId64
                     " monetised, amount %s; it was stored with %" PRId64 ", %" PRId64
                     ", %s; run `tidemark request` again, and `tidemark verify` if it stays so",
                     chunk->total_streams, chunk->total_monetised, printed, streams, monetised,
                     amount);
}

Status price_chunk_read(PriceChunk *chunk, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;

    reserve_pairs(chunk, (size_t)rows_int64(rows, row, "pair_count"));
    reserve_cells(chunk, (size_t)rows_int64(rows, row, "cells"));
    rows_int64_array(rows, row, "releases", chunk->releases, chunk->pair_count);
    rows_int64_array(rows, row, "recordings", chunk->recordings, chunk->pair_count);
    TRY(packed_column_read(rows, row, "pairs", chunk->pairs, chunk->count, error));
    TRY(packed_column_read(rows, row, "markets", chunk->markets, chunk->count, error));
    TRY(packed_column_read(rows, row, "streams", chunk->streams, chunk->count, error));
    TRY(packed_column_read(rows, row, "monetised", chunk->monetised, chunk->count, error));
    TRY(read_amounts(chunk, rows, row, error));
    TRY(add_up(chunk, error));
    TRY(check_totals(chunk, rows, row, error));

cleanup:
    return status;
}

void price_chunk_free(PriceChunk *chunk)
{
    free(chunk->releases);
    free(chunk->recordings);
    free(chunk->pairs);
    free(chunk->markets);
    free(chunk->streams);
    free(chunk->monetised);
    free(chunk->amounts);
    free(chunk->amount_texts);
}
