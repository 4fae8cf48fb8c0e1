#include "pricing/chunk.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static Status read_amounts(PriceChunk *chunk, Error *error)
{
    Status status = STATUS_OK;
    const UsageChunk *usage = &chunk->usage;

    if (!usage->has_amounts)
        return STATUS_OK;
    if (usage->count > chunk->amount_capacity) {
        chunk->amount_capacity = usage->count;
        chunk->amounts = memory_resize(chunk->amounts, usage->count, sizeof chunk->amounts[0]);
    }
    for (size_t i = 0; i < usage->count; i++)
        TRY(usage_chunk_amount(usage, i, &chunk->amounts[i], error));

cleanup:
    return status;
}

static Status add_up(PriceChunk *chunk, Error *error)
{
    const UsageChunk *usage = &chunk->usage;

    chunk->total_streams = 0;
    chunk->total_monetised = 0;
    chunk->total_amount = (Decimal){{0}};
    for (size_t i = 0; i < usage->count; i++) {
        if (__builtin_add_overflow(chunk->total_streams, usage->streams[i],
                                   &chunk->total_streams) ||
            __builtin_add_overflow(chunk->total_monetised, usage->monetised[i],
                                   &chunk->total_monetised))
            return error_set(error, STATUS_DATA, "its cells have more than 2^63 streams");
        if (usage->has_amounts)
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

    TRY(usage_chunk_read(&chunk->usage, rows, row, error));
    TRY(read_amounts(chunk, error));
    TRY(add_up(chunk, error));
    TRY(check_totals(chunk, rows, row, error));

cleanup:
    return status;
}

void price_chunk_free(PriceChunk *chunk)
{
    usage_chunk_free(&chunk->usage);
    free(chunk->amounts);
    *chunk = (PriceChunk){0};
}
