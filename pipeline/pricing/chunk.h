#ifndef TIDEMARK_PRICING_CHUNK_H
#define TIDEMARK_PRICING_CHUNK_H

#include "base/decimal.h"
#include "store/store.h"

#include <stdbool.h>

/** A chunk of release usage as it is read (price_chunks.sql); arrays are used again for the next. */
typedef struct PriceChunk {
    size_t pair_count;
    size_t pair_capacity;
    int64_t *releases; // of each pair
    int64_t *recordings;
    size_t count;
    size_t capacity;
    int64_t *pairs; // of each cell, the place of its pair; below pair_count
    int64_t *markets;
    int64_t *streams;
    int64_t *monetised;
    Decimal *amounts; // where it has_amounts
    bool has_amounts;
    Slice *amount_texts; // borrowed from the row
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
