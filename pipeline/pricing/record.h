#ifndef TIDEMARK_PRICING_RECORD_H
#define TIDEMARK_PRICING_RECORD_H

#include "pricing/before.h"
#include "pricing/deals.h"

/** What of some buckets is priced: all of it is read already. */
typedef struct Priced {
    int64_t accrual;
    const PriceLots *lots;
    const PriceTerms *terms;
    const PriceSplits *splits;
    const PriceDeals *deals;
} Priced;

/** What was priced again and is to be appended: all of it is written already. */
typedef struct PricedDifferences {
    int64_t accrual;
    const PriceWorth *worth;
    const Names *currencies; // of what waited
    const PriceTerms *terms;
    const PriceSplits *splits;
    const PriceDeals *earned;
    const PriceDeals *reversed;
} PricedDifferences;

/**
 * Records what was read and what it came to, once it is written what earns and what waits.
 * *out_earned is what payees earn of it (record_prices.sql); the caller's, for rows_free().
 * STATUS_BUG: it does not add up; both figures are named.
 */
Status price_record(Store *store, const Priced *priced, Rows **out_earned, Error *error);
/** The same of differences (record_differences.sql). */
Status price_record_differences(Store *store, const PricedDifferences *priced, Rows **out_earned,
                                Error *error);

#endif
