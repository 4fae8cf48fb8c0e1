#ifndef TIDEMARK_INGEST_PROOF_H
#define TIDEMARK_INGEST_PROOF_H

#include "ingest/count.h"
#include "ingest/feed_tide.h"

/**
 * A duplicate is proved, not assumed: a row whose ID was counted before must be the row that was
 * counted.
 *
 * Where a file covers what the feed has of a block of IDs, their fingerprints tell. For the others
 * the archived files that brought the IDs are read again, and the rows are compared. Rows of one ID
 * within the file itself are compared with each other. A file that was committed a moment ago may
 * still be on its way into the archive; one that a crash stopped there lies in the inbox.
 */
typedef struct ProofOptions {
    const ReadingOptions *reading; // how the file was read
    const char *sha256;
    const Count *count; // what came of it
    int32_t feed;
    const Settings *settings;
    int64_t taken_out;       // a file whose rows do not count as counted any more; 0: none
    size_t memory_bytes_max; // of this and the count's cells together
} ProofOptions;

/**
 * STATUS_DATA: so many rows conflict, *out_conflicts; the message shows the first pair.
 * STATUS_CANNOT_READ: an archived file is missing or is not what it was, so that nothing is proved.
 */
Status prove_duplicates(Store *store, const ProofOptions *options, int64_t *out_conflicts,
                        Error *error);

#endif
