#ifndef TIDEMARK_PRICING_CHUNK_H
#define TIDEMARK_PRICING_CHUNK_H

#include "aggregate/usage_chunk.h"
#include "base/decimal.h"
#include "store/store.h"

/** A chunk of release usage as it is read (price_chunks.sql), with its amounts as numbers, and its
 * sums. */
typedef struct PriceChunk {
    UsageChunk usage;
    Decimal *amounts; // of each cell, where usage.has_amounts
    size_t amount_capacity;
    int64_t total_streams;
    int64_t total_monetised;
    Decimal total_amount;
} PriceChunk;

/**
 * Reads a row in place of the chunk before. Errors say what is wrong with it, and the caller which
 * chunk it is.
 *
 * STATUS_BUSY: its cells do not add up to what it was stored with. STATUS_DATA: they are no cells.
 */
Status price_chunk_read(PriceChunk *chunk, const Rows *rows, size_t row, Error *error);
void price_chunk_free(PriceChunk *chunk);

#endif
