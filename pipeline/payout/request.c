#include "payout/request.h"

#include "payout/request_state.h"
#include "sql.h"

#include <inttypes.h>

Status payout_today(Store *store, const Settings *settings, Day date, Day *out_today, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    if (date != DAY_NONE) {
        *out_today = date;
        return STATUS_OK;
    }
    TRY(store_query_row(store, &sql_payout_today, PARAMS(param_text(settings->payout_zone)), &rows,
                        error));
    *out_today = rows_day(rows, 0, "today");

cleanup:
    rows_free(rows);
    return status;
}

Status requests_due(Store *store, const Settings *settings, Day today, RequestsDue *out_due,
                    Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    bool is_monthly = settings->request_due == REQUEST_DUE_MONTHLY;

    TRY(store_query_row(store, &sql_requests_due,
                        PARAMS(param_day(today), is_monthly
                                                     ? param_int64(settings->request_day_of_month)
                                                     : param_null()),
                        &rows, error));
    *out_due = (RequestsDue){.is_due = rows_bool(rows, 0, "is_due"),
                             .due_on = rows_day(rows, 0, "due_on"),
                             .next = rows_day(rows, 0, "next")};

cleanup:
    rows_free(rows);
    return status;
}

static Status check_payees(Store *store, Param payees, Error *error)
{
    Status status = STATUS_OK;
    Rows *unknown = NULL;

    TRY(store_query(store, &sql_unknown_payees, PARAMS(payees), &unknown, error));
    if (rows_count(unknown) > 0)
        TRY(error_set(error, STATUS_USAGE, "there is no payee \"%s\"",
                      rows_text(unknown, 0, "key")));

cleanup:
    rows_free(unknown);
    return status;
}

Status requests_make(Store *store, Day today, const char *const payees[], size_t payee_count,
                     Day due_on, Rows **out_rows, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    Param keys = payee_count == 0 ? param_null() : param_text_array(payees, payee_count);

    if (payee_count > 0)
        TRY(check_payees(store, keys, error));
    TRY(store_execute(store, &sql_lock_ledgers, NO_PARAMS, NULL, error));
    TRY(store_query_row(store, &sql_last_priced_accrual, NO_PARAMS, &rows, error));

    int64_t last_accrual = rows_int64(rows, 0, "accrual");

    if (due_on != DAY_NONE)
        TRY(store_execute(store, &sql_keep_request_run,
                          PARAMS(param_day(due_on), param_int64(last_accrual)), NULL, error));
    TRY(store_query(store, &sql_make_requests,
                    PARAMS(param_int64(last_accrual), param_day(today), keys), out_rows, error));

cleanup:
    rows_free(rows);
    return status;
}

/** A request covers the accruals since the last one: what this one covers would be between two, and
 * be paid by a request that has no lines of it. Where it was in a run, that run's files have them. */
static Status check_last(const Rows *request, int64_t number, RequestState state, Error *error)
{
    const char *later = rows_text(request, 0, "later");

    if (later == NULL || state == REQUEST_UNPAID)
        return STATUS_OK;
    return error_set(error, STATUS_DATA,
                     "request %" PRId64 " cannot be cancelled: request %s of payee \"%s\" covers "
                     "what came after it; cancel that first",
                     number, later, rows_text(request, 0, "key"));
}

static Status check_cancellable(const Rows *request, int64_t number, Error *error)
{
    Status status = STATUS_OK;
    RequestState state = REQUEST_PROPOSED;

    if (rows_count(request) == 0)
        return error_set(error, STATUS_USAGE, "there is no payment request %" PRId64, number);
    if (!request_state_of(rows_text(request, 0, "state"), &state))
        return error_set(error, STATUS_BUG, "request %" PRId64 " is \"%s\", which is no state",
                         number, rows_text(request, 0, "state"));
    TRY(request_state_change(number, state, REQUEST_CANCELLED, error));
    TRY(check_last(request, number, state, error));

cleanup:
    return status;
}

Status request_cancel(Store *store, int64_t number, const char *reason, Day today, Rows **out_rows,
                      Error *error)
{
    Status status = STATUS_OK;
    Rows *request = NULL;

    TRY(store_execute(store, &sql_lock_ledgers, NO_PARAMS, NULL, error));
    TRY(store_query(store, &sql_lock_request, PARAMS(param_int64(number)), &request, error));
    TRY(check_cancellable(request, number, error));

    Param payee = param_int64(rows_int64(request, 0, "payee"));

    TRY(store_execute(store, &sql_change_request,
                      PARAMS(payee, param_int64(number), param_text(rows_text(request, 0, "state")),
                             param_text(request_state_name(REQUEST_CANCELLED)), param_text(reason)),
                      NULL, error));
    TRY(store_execute(store, &sql_restore_request,
                      PARAMS(payee, param_int64(number), param_day(today)), NULL, error));
    *out_rows = request;
    request = NULL;

cleanup:
    rows_free(request);
    return status;
}
