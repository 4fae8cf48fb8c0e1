#ifndef TIDEMARK_PAYOUT_RECONCILE_H
#define TIDEMARK_PAYOUT_RECONCILE_H

#include "store/store.h"

/**
 * The folder of payout runs can outlive the database (a failover, a backup put back), and then says
 * what the database forgot: money that was paid. STATUS_CONFIG: it has a run that the database does
 * not know; nothing may be paid until a person has looked, and the sentence says with which command
 * it is adopted.
 */
Status payout_reconcile(Store *store, const char *payout_folder, Error *error);

/**
 * The same of one request: STATUS_CONFIG where a run that the database does not know pays it. It
 * must not be cancelled then, or the run could never be adopted.
 */
Status payout_reconcile_request(Store *store, const char *payout_folder, int64_t request,
                                Error *error);

#endif
