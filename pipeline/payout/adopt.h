#ifndef TIDEMARK_PAYOUT_ADOPT_H
#define TIDEMARK_PAYOUT_ADOPT_H

#include "base/dates.h"
#include "store/store.h"

/**
 * Takes over a payout run that the database has lost, from its files, within the caller's
 * transaction: what they pay is in payment, so that it is not paid again. Requests that were lost
 * too are made anew, under their numbers.
 *
 * STATUS_NO_INPUT: the folder has no such run. STATUS_DATA: a file is not the one that the manifest
 * names, or what it pays contradicts the database; both are named. STATUS_USAGE: the database knows
 * the run.
 */
Status payout_adopt(Store *store, const char *payout_folder, int64_t run, Day today, Error *error);

#endif
