#ifndef TIDEMARK_PAYOUT_LINE_SPLITS_H
#define TIDEMARK_PAYOUT_LINE_SPLITS_H

#include "base/exact.h"
#include "cells/names.h"
#include "payout/line_terms.h"

/**
 * Who has what share of what some buckets earned: their splits, of which only the payees are kept
 * that the run pays. Shares are numbered over all buckets, so that a line needs only the number.
 */
typedef struct LinePart {
    uint32_t payee; // its place in LineTerms.by_payee
    uint32_t order; // of the shares of its split as they rise; equal ones have the same
    uint32_t share; // its number
} LinePart;

typedef struct LineSplit {
    int64_t bucket;
    int64_t id;
    uint32_t first_part;
    uint32_t part_count;
} LineSplit;

typedef struct LineShares {
    Names texts; // as trim_scale() has them
    Exact *values;
    size_t capacity;
} LineShares;

/** {0} is empty. */
typedef struct LineSplits {
    LineShares shares; // of all that were read
    LineSplit *splits; // of the last that were read, by bucket and id
    size_t split_count;
    size_t split_capacity;
    LinePart *parts;
    size_t part_count;
    size_t part_capacity;
} LineSplits;

/** Reads the splits of some buckets in place of those before. STATUS_BUG: a share has more digits
 * than any that the catalogue takes. */
Status line_splits_read(LineSplits *splits, Store *store, const LineTerms *terms, int first_bucket,
                        int last_bucket, Error *error);
/** NULL: there is none. */
const LineSplit *line_splits_find(const LineSplits *splits, int64_t bucket, int64_t id);
void line_splits_free(LineSplits *splits);

#endif
