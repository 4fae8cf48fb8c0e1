#include "pricing/pricing.h"

#include "base/jobs.h"
#include "pricing/again.h"
#include "pricing/buckets.h"
#include "pricing/payee_sums.h"
#include "sql.h"

#include <inttypes.h>

enum { JOB_CELLS_MIN = 300000 }; // fewer are priced before a further connection is of use

Status accruals_unpriced(Store *store, Rows **out_rows, Error *error)
{
    return store_query(store, &sql_unpriced_accruals, NO_PARAMS, out_rows, error);
}

static Status check_complete(const Rows *unpriced, size_t row, Error *error)
{
    if (rows_bool(unpriced, row, "is_complete"))
        return STATUS_OK;
    return error_set(error, STATUS_BUSY,
                     "accrual %" PRId64 " is not complete: %" PRId64
                     " of its 256 buckets are recorded; run \"tidemark aggregate\" for the others",
                     rows_int64(unpriced, row, "accrual"), rows_int64(unpriced, row, "buckets"));
}

static Status price_claimed(Store *store, const Rows *unpriced, size_t row, int jobs,
                            PayeeSums *sums, Error *error)
{
    Status status = STATUS_OK;
    int64_t accrual = rows_int64(unpriced, row, "accrual");
    int64_t version = rows_int64(unpriced, row, "version");
    PriceAgain again = {.accrual = accrual,
                        .version = version,
                        .version_before = rows_int64(unpriced, row, "version_before")};
    size_t parts =
        jobs_count(jobs, rows_int64(unpriced, row, "cells"), JOB_CELLS_MIN, PRICE_JOBS_MAX);

    TRY(price_buckets(store, accrual, version, parts, sums, error));
    if (accrual > 1 && again.version_before < version)
        TRY(price_again(store, &again, sums, error));

cleanup:
    return status;
}

Status accrual_price(Store *store, const Rows *unpriced, size_t row, int jobs, Day booked_on,
                     Rows **out_rows, Error *error)
{
    Status status = STATUS_OK;
    int64_t accrual = rows_int64(unpriced, row, "accrual");
    int64_t claimed = 0;
    PayeeSums sums = {0};

    TRY(check_complete(unpriced, row, error));
    TRY(store_execute(store, &sql_claim_accrual, PARAMS(param_int64(accrual)), &claimed, error));
    if (claimed == 0)
        goto cleanup;
    TRY(price_claimed(store, unpriced, row, jobs, &sums, error));
    TRY(store_execute(store, &sql_lock_ledgers, NO_PARAMS, NULL, error));
    TRY(payee_sums_enter(&sums, store, accrual, booked_on, error));
    TRY(store_query(store, &sql_priced_totals, PARAMS(param_int64(accrual)), out_rows, error));

cleanup:
    payee_sums_clear(&sums);
    return status;
}
