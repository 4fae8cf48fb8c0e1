#ifndef TIDEMARK_AGGREGATE_HELD_H
#define TIDEMARK_AGGREGATE_HELD_H

#include "aggregate/codes.h"
#include "aggregate/flow.h"

/**
 * Chunks of a table to be opened. Its index finds them by accrual and bucket, and with them chunks of
 * other days and reasons that were not looked at: what those name is not known.
 */
typedef struct HeldChunks {
    struct HeldKey {
        int64_t bucket;
        int64_t accrual;
        Day period_to;
        Suspended reason;
    } * keys; // as buckets and then accruals rise, each once
    size_t count;
    size_t capacity;
} HeldChunks;

/**
 * What earlier accruals left under names of which the catalogue has learned since, waiting or with
 * releases, to be resolved again. It is append-only: the cells of a name lie in several accruals
 * and with both signs, so those of a bucket are first added up by where they lie.
 *
 *     unplaced usage ─┐  opened, touched  ┌───────────────┐          ┌─► −  where it lies ─┐
 *     release usage ──┴──► cells only ───►│ lying, netted │─ moves? ─┴─► +  where it goes ─┴─► Flow
 *                                         └───────────────┘
 *
 * {0} is empty.
 */
typedef struct Held {
    Codes releases; // names of which the catalogue has learned, as rows have them
    Codes recordings;
    Codes markets;          // whose territory became known
    Codes lost_markets;     // whose territory is not known any more
    HeldChunks waiting;     // in unplaced usage
    HeldChunks counted;     // in release usage
    int64_t cells[BUCKETS]; // at most, of each bucket
    Flow lying;
} Held;

/** So many cells at most are in hand for each that is held: where it lies, and twice where it
 * flows. */
enum { HELD_CELLS_IN_HAND = 3 };

/**
 * Finds out where such names may lie, in some buckets before an accrual, and seeks them. Places
 * have begun. $1 of accrual_and_buckets is the accrual, $2 the buckets.
 */
Status held_find(Held *held, Store *store, Params versions, Params accrual_and_buckets,
                 Places *places, Error *error);

/**
 * Of what is held in buckets from one to another, lets flow what goes elsewhere now: out of where
 * it lies, as cells with the opposite sign, and into its new place. Places know all names by now.
 * STATUS_DATA: a chunk is no chunk; its bucket is named.
 */
Status held_flow(Held *held, Store *store, const Places *places, int64_t first_bucket,
                 int64_t last_bucket, Flow *flow, Error *error);
void held_free(Held *held);

#endif
