#ifndef TIDEMARK_PRICING_EARNINGS_H
#define TIDEMARK_PRICING_EARNINGS_H

#include "pricing/lots.h"

/** Copies what earns into tidemark.earning: a row for each lot, basis and currency. What was neither
 * monetised nor reported in money in the end is left out. */
Status price_earnings_write(Store *store, int64_t accrual, const PriceLots *lots,
                            const PriceTerms *terms, const PriceSplits *splits, Error *error);

#endif
