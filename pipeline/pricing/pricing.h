#ifndef TIDEMARK_PRICING_PRICING_H
#define TIDEMARK_PRICING_PRICING_H

#include "base/dates.h"
#include "pricing/buckets.h"
#include "store/store.h"

/**
 * Pricing: release usage × rates × splits → earnings and the payees' ledgers, an accrual at a time,
 * in order. What can be read is in store/schema/009_pricing.sql; no amount is ever a number here.
 */

/** The accruals that are not priced, in order, as unpriced_accruals.sql gives them; the caller's,
 * for rows_free(). */
Status accruals_unpriced(Store *store, Rows **out_rows, Error *error);

/**
 * Prices one of them, within the caller's transaction: what it brought (by `jobs` connections, as
 * price_buckets() says; 0: as many as pay), and again what terms touch that came or ended with its version of the
 * catalogue; then enters both into the ledgers. *out_rows are its totals (priced_totals.sql), for
 * rows_free(); untouched where somebody else has priced it.
 *
 * STATUS_BUSY: not all buckets are recorded yet, or what is read is not what was recorded: it is
 * not visible yet; later. STATUS_BUG: the totals do not add up; both figures are named.
 */
Status accrual_price(Store *store, const Rows *unpriced, size_t row, int jobs, Day booked_on,
                     Rows **out_rows, Error *error);

#endif
