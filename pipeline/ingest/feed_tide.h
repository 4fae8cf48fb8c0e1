#ifndef TIDEMARK_INGEST_FEED_TIDE_H
#define TIDEMARK_INGEST_FEED_TIDE_H

#include "settings/settings.h"
#include "store/store.h"
#include "tide/fingerprint.h"
#include "tide/tide.h"

/**
 * A feed's tide between the database and memory: loaded without a lock while files are read,
 * locked for a commit's milliseconds, stored part by part.
 *
 * A tide's sets are kept for identity `column` alone. Where a report's lines are their own identity
 * a file's IDs are always new: its tide counts, and gives reports their ordinals.
 */
typedef struct FeedTide {
    int32_t feed;             // the database's number; 0: the feed has never been stored
    Tide *tide;               // empty for identity `line`
    int64_t stored_watermark; // as it was loaded
    int64_t counted;
    int64_t waived;
    int64_t last_batch;
    int64_t last_ordinal; // of reports; identity `line`
} FeedTide;

/** Loads a feed's tide as it is now; that of a feed that was never stored is empty. STATUS_BUG: what
 * is stored contradicts itself. *out_tide is the caller's, for feed_tide_clear(). */
Status feed_tide_load(Store *store, const Feed *feed, FeedTide *out_tide, Error *error);
void feed_tide_clear(FeedTide *tide);

/**
 * Locks the feed's tide until the transaction ends, and loads it anew if it has changed since it was
 * loaded; *out_changed tells. The feed must have been stored.
 */
Status feed_tide_lock(Store *store, const Feed *feed, FeedTide *tide, bool *out_changed,
                      Error *error);

/** What a transaction changes; NULL: nothing comes in, or goes out. */
typedef struct TideChange {
    const IdSet *in;
    const Fingerprints *in_sums;
    const IdSet *out;
    const Fingerprints *out_sums;
} TideChange;

/** Stores a locked tide, in which the change has been made, and the feed's fingerprints with it. */
Status feed_tide_save(Store *store, const FeedTide *tide, const TideChange *change, Error *error);

/** The feed's fingerprints of some parts; the caller's, for fingerprints_free(). */
Status feed_fingerprints_load(Store *store, int32_t feed, const int64_t numbers[], size_t count,
                              Fingerprints **out_fingerprints, Error *error);

#endif
