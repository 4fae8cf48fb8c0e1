#ifndef TIDEMARK_AGGREGATE_NEW_CHUNKS_H
#define TIDEMARK_AGGREGATE_NEW_CHUNKS_H

#include "aggregate/places.h"
#include "store/store.h"

/**
 * The chunks that an accrual's batches brought, of some buckets, by what they name: enough to say
 * which of them are release usage as they are. All others are opened later (flow_read.h). A batch's
 * bucket is opened as a whole, since it is what the index of usage finds.
 */
typedef struct NewChunk {
    int64_t bucket;
    int64_t batch; // tidemark.batch.id
    int64_t cells;
    size_t first_name; // of NewChunks.names
    size_t name_count;
    bool must_be_opened; // some of its cells do not stay under the names of their rows
} NewChunk;

/** {0} is empty. */
typedef struct NewChunks {
    NewChunk *chunks;
    size_t count;
    size_t capacity;
    Name *names;
    size_t name_count;
    size_t name_capacity;
} NewChunks;

/** Reads them; must_be_opened where a market's territory is unknown. Places know markets
 * already. */
Status new_chunks_read(NewChunks *chunks, Store *store, int64_t accrual, Param buckets,
                       const Places *places, Error *error);
/** Sets must_be_opened by all names too, and sorts by bucket and batch. Places know all names by
 * now. */
void new_chunks_settle(NewChunks *chunks, const Places *places);
void new_chunks_free(NewChunks *chunks);

#endif
