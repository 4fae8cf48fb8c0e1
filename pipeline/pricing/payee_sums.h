#ifndef TIDEMARK_PRICING_PAYEE_SUMS_H
#define TIDEMARK_PRICING_PAYEE_SUMS_H

#include "base/dates.h"
#include "store/store.h"

/**
 * What payees earned in an accrual, in the parts in which it was priced: rows of payee, currency,
 * kind, amount and service period, which are added up where they are entered. Amounts are numeric in
 * SQL and stay texts here.
 */
typedef struct PayeeSums { // {0} is empty; payee_sums_clear() frees what it holds
    Rows **parts;
    size_t part_count;
    size_t part_capacity;
} PayeeSums;

void payee_sums_add(PayeeSums *sums, Rows *taken_part);
/** Moves all parts of `taken`, which is empty afterwards. */
void payee_sums_move(PayeeSums *sums, PayeeSums *taken);

/** Enters them into the ledgers, within the caller's transaction. STATUS_BUG: they are not what was
 * priced; both figures are named. */
Status payee_sums_enter(const PayeeSums *sums, Store *store, int64_t accrual, Day booked_on,
                        Error *error);

void payee_sums_clear(PayeeSums *sums);

#endif
