#ifndef TIDEMARK_PAYOUT_RUN_FOLDER_H
#define TIDEMARK_PAYOUT_RUN_FOLDER_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * The folder of a payout run, payouts/000007, which is there whole or not at all: its files are
 * written into payouts/.000007.tmp, which is then renamed.
 */

/** "payouts", 7 → "payouts/000007"; the caller's, for free(). */
char *run_folder_path(const char *payout_folder, int64_t run);
/** "000007" → 7. False: it is the name of no run. */
bool run_folder_number(const char *name, int64_t *out_run);

/** Makes the folder to write into anew, empty; *out_path is the caller's, for free(). */
Status run_folder_begin(const char *payout_folder, int64_t run, char **out_path, Error *error);
/**
 * Puts what was written under its name, synced. STATUS_CANNOT_WRITE: something is there already;
 * nothing is overwritten.
 */
Status run_folder_publish(const char *payout_folder, int64_t run, Error *error);
/** Removes what was written and not published; it may not be there. */
Status run_folder_discard(const char *payout_folder, int64_t run, Error *error);

#endif
