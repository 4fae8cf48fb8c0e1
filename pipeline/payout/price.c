#include "payout/price.h"

#include "sql.h"

#include <inttypes.h>

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

/** Old usage before new: what is priced again is then all that lies before this accrual. */
static Status price_claimed(Store *store, const Rows *unpriced, size_t row, Error *error)
{
    Status status = STATUS_OK;
    Rows *ignored = NULL;
    Rows *was_read = NULL;
    int64_t accrual = rows_int64(unpriced, row, "accrual");
    int64_t version = rows_int64(unpriced, row, "version");
    int64_t version_before = rows_int64(unpriced, row, "version_before");

    TRY(store_query_row(store, &sql_set_pricing_memory, NO_PARAMS, &ignored, error));
    if (accrual > 1 && version_before < version)
        TRY(store_execute(
            store, &sql_price_again,
            PARAMS(param_int64(accrual), param_int64(version), param_int64(version_before)), NULL,
            error));
    TRY(store_query_row(store, &sql_price_usage, PARAMS(param_int64(accrual), param_int64(version)),
                        &was_read, error));

cleanup:
    rows_free(ignored);
    rows_free(was_read);
    return status;
}

Status accrual_price(Store *store, const Rows *unpriced, size_t row, Day booked_on, Rows **out_rows,
                     Error *error)
{
    Status status = STATUS_OK;
    int64_t accrual = rows_int64(unpriced, row, "accrual");
    int64_t claimed = 0;

    TRY(check_complete(unpriced, row, error));
    TRY(store_execute(store, &sql_claim_accrual, PARAMS(param_int64(accrual)), &claimed, error));
    if (claimed == 0)
        goto cleanup;
    TRY(price_claimed(store, unpriced, row, error));
    TRY(store_execute(store, &sql_post_earnings, PARAMS(param_int64(accrual), param_day(booked_on)),
                      NULL, error));
    TRY(store_query(store, &sql_priced_totals, PARAMS(param_int64(accrual)), out_rows, error));

cleanup:
    return status;
}
