#ifndef TIDEMARK_PRICING_EARNING_CHUNK_H
#define TIDEMARK_PRICING_EARNING_CHUNK_H

#include "base/decimal.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A chunk of earnings as it is read (store/schema/013_earnings_by_rate.sql); arrays are used again
 * for the next. {0} has none yet.
 */
typedef struct EarningChunk {
    int64_t bucket;
    const char *currency; // borrowed from the row
    size_t pair_count;
    size_t pair_capacity;
    int64_t *releases; // of each pair
    int64_t *recordings;
    int64_t *split_ids;
    size_t rate_count;
    size_t rate_capacity;
    int64_t *rates;
    int64_t *rate_ends; // how many parts there are up to the last of each rate
    size_t part_count;
    size_t part_capacity;
    int64_t *pairs; // of each part, the place of its pair; below pair_count
    int64_t *monetised;
    Slice *reported; // borrowed from the row
    bool has_reported;
} EarningChunk;

/**
 * Reads a row in place of the chunk before: bucket, currency, pair_count, releases, recordings,
 * splits, rate_count, rates, rate_ends, part_count, pairs, monetised, reported.
 * STATUS_BUG, STATUS_DATA: it is no chunk.
 */
Status earning_chunk_read(EarningChunk *chunk, const Rows *rows, size_t row, Error *error);
void earning_chunk_free(EarningChunk *chunk);

/** What was reported of a part; 0 where it pays by the stream. STATUS_BUG: it is no amount that
 * reports add up to. */
Status earning_chunk_reported(const EarningChunk *chunk, size_t part, Decimal *out_reported,
                              Error *error);

#endif
