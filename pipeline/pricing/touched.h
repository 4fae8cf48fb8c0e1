#ifndef TIDEMARK_PRICING_TOUCHED_H
#define TIDEMARK_PRICING_TOUCHED_H

#include "base/dates.h"
#include "cells/index.h"
#include "cells/names.h"
#include "pricing/terms.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What usage is touched by the rates, splits and territories that came or ended with some versions
 * of the catalogue: lots in which there is some, and of those that are not touched as a whole, which
 * releases and recordings. Rather too much than too little: that costs time, this would cost money.
 */
typedef struct TouchedTerm {
    int64_t provider; // 0: of any, and so with the two that follow
    int64_t release;
    int64_t recording;
    Day first_day; // on which it may be in force, by a service period's last day
    Day last_day;
} TouchedTerm;

/** Small: of a term that touches everything there is one for each bucket of each day of a feed. */
typedef struct TouchedLot {
    int64_t cells; // of usage
    int32_t feed;
    int32_t provider;
    Day period_from;
    Day period_to;
    int16_t bucket;
    bool is_whole;
} TouchedLot;

/** {0} is empty. */
typedef struct PriceTouched {
    TouchedTerm *terms; // that name a release or a recording
    size_t term_count;
    Index index;      // of them, by release and recording
    TouchedLot *lots; // by bucket, feed and period
    size_t lot_count;
    size_t lot_capacity;
    PriceUsed *used; // of the lots, each once
    size_t used_count;
    size_t used_capacity;
    Index used_index;
    Names currencies; // of what is used: texts with their ends
} PriceTouched;

/** {0}, then this, then price_touched_free(), in either case. Usage is that of the accruals before
 * one. */
Status price_touched_read(PriceTouched *touched, Store *store, int64_t accrual,
                          int64_t version_before, int64_t version, Error *error);
void price_touched_free(PriceTouched *touched);

/** Some of the lots, one behind the other, that are priced together. */
typedef struct TouchedRange {
    const PriceTouched *touched;
    int64_t accrual; // of the usage before
    int64_t version; // of the catalogue
    size_t first;
    size_t count;
} TouchedRange;

/** Asks for what is stored of the usage of a range, before its accrual: again_usage.sql and its
 * like. */
Status touched_range_each(const TouchedRange *range, Store *store, const Statement *statement,
                          StoreRowFunction *function, void *context, Error *error);

/** NULL: nothing of it is touched. */
const TouchedLot *price_touched_lot(const PriceTouched *touched, int64_t bucket, int64_t feed,
                                    Day period_from, Day period_to);
bool price_touched_has(const PriceTouched *touched, const TouchedLot *lot, int64_t release,
                       int64_t recording);

#endif
