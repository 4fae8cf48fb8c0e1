#ifndef TIDEMARK_PRICING_BEFORE_H
#define TIDEMARK_PRICING_BEFORE_H

#include "pricing/differences.h"

/** What waited in a bucket and would have earned in a currency. */
typedef struct PriceWaited {
    int64_t bucket;
    uint32_t currency; // its number in the differences, from 0: a text with its end
    Exact value;
} PriceWaited;

/** What was rated, by bucket and tariff as in PriceLots, and what waited: of many ranges. {0} is
 * empty. */
typedef struct PriceWorth {
    PriceSums rated;
    PriceWaited *waited;
    size_t waited_count;
    size_t waited_capacity;
} PriceWorth;

/** What is priced again: usage by the terms of now. */
typedef struct PricedAgain {
    const TouchedRange *range;
    const PriceLots *lots;
    PriceTerms *terms;
    const PriceSplits *splits;
} PricedAgain;

/**
 * Reads what was priced of a range before, and takes it from the differences, and from what it is
 * worth. STATUS_DATA, STATUS_BUG: what is stored cannot be read, or is of no usage; bucket and
 * period are named.
 */
Status price_before_read(Store *store, const PricedAgain *again, PriceDifferences *differences,
                         PriceWorth *worth, Error *error);
void price_worth_free(PriceWorth *worth);

#endif
