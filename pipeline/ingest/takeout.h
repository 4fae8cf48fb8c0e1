#ifndef TIDEMARK_INGEST_TAKEOUT_H
#define TIDEMARK_INGEST_TAKEOUT_H

#include "ingest/feed_tide.h"
#include "ingest/ledger.h"

/**
 * A counted file on its way out: revoked, or superseded by another.
 *
 * Nothing is deleted. A further batch has its cells with the opposite sign, its IDs leave the tide,
 * and its row in the ledger says why. It stays in the archive.
 */
typedef struct Takeout {
    const LedgerFile *file;
    const char *reason;
    IdSet *ids; // that leave the tide; none for identity `line`
    Fingerprints *fingerprints;
    int64_t batch_id; // of the further batch, once its cells are copied
} Takeout;

/** Loads what the file brought. File and reason are borrowed; *out_takeout is the caller's, for
 * takeout_clear(). */
Status takeout_load(Store *store, const LedgerFile *file, Identity identity, const char *reason,
                    Takeout *out_takeout, Error *error);
void takeout_clear(Takeout *takeout);

/** Copies the cells, before the tide is locked. */
Status takeout_copy_cells(Store *store, Takeout *takeout, Error *error);
/**
 * The rest, under the lock: state and batch; and the tide in memory, to be saved by the caller.
 * STATUS_BUSY: the file was taken out by somebody else meanwhile.
 */
Status takeout_apply(Store *store, const Takeout *takeout, int64_t superseded_by, FeedTide *tide,
                     Error *error);

/**
 * Revokes a file in a transaction of its own. *out_effect, if it is not NULL, is what that changes
 * (effect_of_batches.sql), for rows_free(). A dry run does everything up to the commit. *out_batch is
 * the number of the batch.
 */
Status takeout_revoke(Store *store, const Feed *feed, Takeout *takeout, bool is_dry_run,
                      Rows **out_effect, int64_t *out_batch, Error *error);

#endif
