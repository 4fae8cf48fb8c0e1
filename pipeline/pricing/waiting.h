#ifndef TIDEMARK_PRICING_WAITING_H
#define TIDEMARK_PRICING_WAITING_H

#include "pricing/lots.h"

/**
 * Copies what waits into tidemark.unpriced_usage, as chunks: each of a lot, and of what waits for a
 * rate, or for a split and would earn in one currency. What it would earn is multiplied here, exactly;
 * SQL holds the sum of it against what it multiplies itself (record_prices.sql).
 *
 * STATUS_BUG: a value has more digits than there is room for.
 */
Status price_waiting_write(Store *store, int64_t accrual, const PriceLots *lots,
                           const PriceTerms *terms, Error *error);

#endif
