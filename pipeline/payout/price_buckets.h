#ifndef TIDEMARK_PAYOUT_PRICE_BUCKETS_H
#define TIDEMARK_PAYOUT_PRICE_BUCKETS_H

#include "payout/payee_sums.h"
#include "store/store.h"

enum { PRICE_JOBS_MAX = 64 };

/**
 * Prices what an accrual brought, the buckets that are not priced yet, on `jobs` connections at the
 * same time: the caller's, in the transaction that is open, and further ones of their own. All wait
 * until what they read together is known to be what aggregate recorded; then the others commit, and
 * after them the caller. Killed in between, the next run prices the buckets that are left, and adds
 * up again what payees earn of the others. What payees earn of all of them is added to `sums`.
 *
 *     claimed ──┬─ price ───┬─ compare ──┬─ … ──── commit    the caller's transaction
 *               └─ price ───┘            └─ commit           each other's
 *
 * STATUS_BUSY: what is read is not what was recorded: it is not visible yet; later. STATUS_BUG: the
 * totals do not add up; both figures are named.
 */
Status price_buckets(Store *store, int64_t accrual, int64_t version, size_t jobs, PayeeSums *sums,
                     Error *error);

#endif
