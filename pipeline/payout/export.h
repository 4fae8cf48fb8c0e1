#ifndef TIDEMARK_PAYOUT_EXPORT_H
#define TIDEMARK_PAYOUT_EXPORT_H

#include "settings/settings.h"
#include "store/store.h"

/**
 * Payout runs: payment requests → instructions → files. Rows first, then bytes: a run is committed
 * with everything that its files need (`built`), the files are written aside and put under their
 * names, and then their digests are stored (`released`). Killed anywhere between, the next call
 * goes on where it stopped, with the same bytes.
 */

/** The runs that have no files yet (built_payout_runs.sql), for rows_free(). */
Status payout_runs_built(Store *store, Rows **out_rows, Error *error);

/**
 * Builds a run of all requests that are proposed and whose payee has an account, within the
 * caller's transaction; *out_run is 0 where there are none. (Approval will stand between: then only
 * what is approved is paid.) *out_proposed are all of them (lock_proposed_requests.sql), for
 * rows_free(): those without an account stay proposed.
 */
Status payout_build(Store *store, const Settings *settings, Day today, int64_t *out_run,
                    Rows **out_proposed, Error *error);

/**
 * Writes the files of a run that is built, and releases it; in transactions of its own.
 * STATUS_CANNOT_WRITE: its folder is there with other files; nothing is overwritten.
 */
Status payout_release(Store *store, const char *payout_folder, int64_t run, Error *error);

/**
 * Writes the files of a released run again, into its folder below `into`; where that is there, they
 * are only compared, and a trial leaves none. STATUS_DATA: they are not what was released.
 */
Status payout_again(Store *store, const char *into, int64_t run, bool is_trial, Error *error);

/** The payments of a run (payout_payments.sql), for rows_free(). */
Status payout_payments(Store *store, int64_t run, Rows **out_rows, Error *error);
/** What a run pays, by currency (payout_totals.sql), for rows_free(). */
Status payout_totals(Store *store, int64_t run, Rows **out_rows, Error *error);

#endif
