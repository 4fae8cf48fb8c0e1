#ifndef TIDEMARK_PRICING_WAITING_H
#define TIDEMARK_PRICING_WAITING_H

#include "pricing/lots.h"

/** A cell that waits, or, with the opposite sign, waits no more. */
typedef struct PriceWait {
    const PriceLot *lot;
    const char *currency; // in which it would earn; NULL: it has no rate
    int64_t release;
    int64_t recording;
    int64_t market;
    int64_t streams;
    int64_t monetised;
    Decimal amount;
    const Exact *value; // what it would earn; NULL: it has no rate
} PriceWait;

/**
 * Copies what waits into tidemark.unpriced_usage, as chunks: each of a lot, and of what waits for a
 * rate, or for a split and would earn in one currency.
 *
 *     TRY(waiting_open(store, accrual, &waiting, error));
 *     for (...)
 *         TRY(waiting_add(waiting, &wait, error)); // those of a chunk one behind the other
 *     TRY(waiting_end(waiting, error));
 * cleanup:
 *     waiting_free(waiting);
 */
typedef struct Waiting Waiting;

Status waiting_open(Store *store, int64_t accrual, Waiting **out_waiting, Error *error);
/** STATUS_BUG: the values of a chunk have more digits than there is room for. */
Status waiting_add(Waiting *waiting, const PriceWait *wait, Error *error);
Status waiting_end(Waiting *waiting, Error *error);
void waiting_free(Waiting *waiting);

/** In which currency a sum would earn; NULL: it has no rate. */
const char *price_sum_currency(const PriceSum *sum, const PriceTerms *terms);
/** What a sum would earn under its tariff, exactly. SQL holds the sum of these values against what
 * it multiplies itself (record_prices.sql). STATUS_BUG: there are too many digits. */
Status price_sum_value(const PriceSum *sum, const PriceTerms *terms, Exact *out_value,
                       Error *error);

/** Copies what waits of some lots. */
Status price_waiting_write(Store *store, int64_t accrual, const PriceLots *lots,
                           const PriceTerms *terms, Error *error);

#endif
