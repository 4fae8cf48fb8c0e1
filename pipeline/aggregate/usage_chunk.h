#ifndef TIDEMARK_AGGREGATE_USAGE_CHUNK_H
#define TIDEMARK_AGGREGATE_USAGE_CHUNK_H

#include "base/dates.h"
#include "base/decimal.h"
#include "report/code.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A chunk as it is read, of usage, unplaced usage or release usage; arrays are used again for the
 * next. {0} has none yet.
 */
typedef struct UsageChunk {
    int64_t bucket;
    Day period_to;
    size_t pair_count;
    size_t pair_capacity;
    Code *releases; // of each pair
    Code *recordings;
    size_t count;
    size_t capacity;
    int64_t *pairs; // of each cell, the place of its pair; below pair_count
    int64_t *markets;
    int64_t *streams;
    int64_t *monetised;
    Slice *amount_texts; // where it has_amounts; borrowed from the row
    bool has_amounts;
} UsageChunk;

/**
 * Reads a row (open_chunks.sql) in place of the chunk before.
 * STATUS_DATA: it is no chunk.
 */
Status usage_chunk_read(UsageChunk *chunk, const Rows *rows, size_t row, Error *error);
void usage_chunk_free(UsageChunk *chunk);

/** Behind the last cell of the pair to which a cell belongs; cells stand by their pairs. */
size_t usage_chunk_pair_end(const UsageChunk *chunk, size_t cell);
/** The amount of a cell, where it has_amounts. STATUS_DATA: it is none that reports add up to. */
Status usage_chunk_amount(const UsageChunk *chunk, size_t cell, Decimal *out_amount, Error *error);
/** Puts bucket and period before an error. */
void usage_chunk_error(const Rows *rows, size_t row, Error *error);

#endif
