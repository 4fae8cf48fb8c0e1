#ifndef TIDEMARK_PRICING_SPLITS_H
#define TIDEMARK_PRICING_SPLITS_H

#include "cells/index.h"
#include "cells/names.h"
#include "store/store.h"

/**
 * By which splits the releases of some buckets are shared. A deal is who gets what share, as many
 * splits say it alike (a label has one for all its releases): what a deal gets is added up before it
 * is multiplied.
 */
typedef struct PriceSplit {
    int64_t id;
    int64_t release;
    int64_t recording; // 0: all of the release that have no split of their own
    Day first_day;     // DAY_NONE: always
    Day end_day;       // the first behind it; DAY_NONE: there is none
    uint32_t deal;
} PriceSplit;

/** {0} is empty. */
typedef struct PriceSplits {
    PriceSplit *splits;
    size_t count;
    size_t capacity;
    Index index; // of those in force, by release and recording
    Index ids;   // of all, where all were read
    Names deals; // payees and shares, as SQL writes arrays; of all that were read
} PriceSplits;

/** What usage the splits are for. */
typedef struct PriceRange {
    int64_t accrual;
    int64_t version; // of the catalogue
    const int64_t *buckets;
    size_t bucket_count;
    int64_t cells; // of them
} PriceRange;

/** Reads the splits in force of some buckets in place of those before: all of them, or, where there
 * are few cells, those of their releases. */
Status price_splits_read(PriceSplits *splits, Store *store, const PriceRange *range, Error *error);
/** Reads all splits of some buckets in place of those before. Those that are in force are found by
 * release and recording, and each by its number. */
Status price_splits_read_all(PriceSplits *splits, Store *store, int64_t version,
                             const int64_t buckets[], size_t count, Error *error);
/** The place of a split by its number, where all were read; or PRICE_NONE. */
uint32_t price_splits_place(const PriceSplits *splits, int64_t id);
/** The place of the split of a recording on a release, on a day: its own, else the release's; or
 * PRICE_NONE (sums.h). */
uint32_t price_splits_find(const PriceSplits *splits, int64_t release, int64_t recording, Day day);
void price_splits_free(PriceSplits *splits);

#endif
