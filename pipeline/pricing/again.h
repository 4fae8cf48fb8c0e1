#ifndef TIDEMARK_PRICING_AGAIN_H
#define TIDEMARK_PRICING_AGAIN_H

#include "pricing/payee_sums.h"
#include "store/store.h"

/** Of which accrual, by the terms of which version of the catalogue, and which one the accrual
 * before it had. */
typedef struct PriceAgain {
    int64_t accrual;
    int64_t version;
    int64_t version_before;
} PriceAgain;

/**
 * Prices again what terms touch that came or ended between two versions: all usage of the accruals
 * before by the terms of now (lots.h), less all that was priced of it before (before.h). The
 * difference is appended, by rate and split; nothing is updated. Within the caller's transaction;
 * what payees earn of it, or give back, is added to `sums`.
 *
 * STATUS_BUSY: what is read is not what was stored; later. STATUS_BUG: it does not add up; both
 * figures are named.
 */
Status price_again(Store *store, const PriceAgain *again, PayeeSums *sums, Error *error);

#endif
