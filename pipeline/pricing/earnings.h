#ifndef TIDEMARK_PRICING_EARNINGS_H
#define TIDEMARK_PRICING_EARNINGS_H

#include "pricing/lots.h"

/** What earns, or is taken back: sums of lots, which have a tariff and a split. */
typedef struct PriceEarnings {
    int64_t accrual;
    const char *kind; // tidemark.earning_kind
    const PriceLot *lots;
    const PriceSums *sums;
    const PriceTerms *terms;
    const PriceSplits *splits;
} PriceEarnings;

/** Copies it into tidemark.earning: a row for each lot, basis and currency. What was neither
 * monetised nor reported in money in the end is left out. */
Status price_earnings_write(Store *store, const PriceEarnings *earnings, Error *error);

#endif
