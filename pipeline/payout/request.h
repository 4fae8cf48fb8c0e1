#ifndef TIDEMARK_PAYOUT_REQUEST_H
#define TIDEMARK_PAYOUT_REQUEST_H

#include "settings/settings.h"
#include "store/store.h"

#include <stdbool.h>

/** Payment requests: what is owed to each payee since the last one. */

/** Today where the payer is; `date`, if it is not DAY_NONE. */
Status payout_today(Store *store, const Settings *settings, Day date, Day *out_today, Error *error);

typedef struct RequestsDue {
    bool is_due;
    Day due_on; // the day for which they are, or were
    Day next;
} RequestsDue;

/** Whether requests are due, by the settings: daily, or once for each month's day that is reached. */
Status requests_due(Store *store, const Settings *settings, Day today, RequestsDue *out_due,
                    Error *error);

/**
 * Makes the requests of a day, within the caller's transaction, over all accruals that are priced:
 * for all payees, or for those of `payees` (keys). `due_on` is the day for which they are due, kept
 * so that they are made once for it; DAY_NONE: they are made out of turn. *out_rows are the requests
 * (make_requests.sql), for rows_free(). STATUS_USAGE: there is no such payee.
 */
Status requests_make(Store *store, Day today, const char *const payees[], size_t payee_count,
                     Day due_on, Rows **out_rows, Error *error);

/**
 * Cancels a request, within the caller's transaction: its amount goes back to the balance. *out_rows
 * is the request as it was (lock_request.sql), for rows_free(). STATUS_USAGE: there is none of that
 * number; STATUS_DATA: it is too late, the sentence says what it can become.
 */
Status request_cancel(Store *store, int64_t number, const char *reason, Day today, Rows **out_rows,
                      Error *error);

#endif
