#ifndef TIDEMARK_PRICING_BUCKETS_H
#define TIDEMARK_PRICING_BUCKETS_H

#include "pricing/payee_sums.h"
#include "store/store.h"

enum { PRICE_JOBS_MAX = 64 };

/**
 * Prices what an accrual brought. Usage, rates and splits come from the database as they are stored;
 * streams and reported amounts are added up here by what decides their fate; SQL multiplies.
 *
 *     usage ────────────┐
 *     rates by market ──┼─► sums by release, recording, rate ─┬─► earnings, suspense
 *     splits ───────────┘   (lots.h, sums.h)                  └─► sums by payees and shares ─► payees
 *                                                                 (deals.h)
 *
 * Of 10 million rows, 2.8 million cells became 473,000 earnings in 2.2 s of CPU time when all of it
 * was SQL, and in 1.0 s of the server's and ours this way. tidemark.price_chunks() is still, for
 * `verify` and for a test, what this should come to.
 *
 * The buckets that are not priced yet are priced on `jobs` connections at the same time: the caller's,
 * in the transaction that is open, and further ones of their own. All wait until what they read together is known to be what aggregate recorded; then the others commit, and
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
