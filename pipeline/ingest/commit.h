#ifndef TIDEMARK_INGEST_COMMIT_H
#define TIDEMARK_INGEST_COMMIT_H

#include "ingest/count.h"
#include "ingest/feed_tide.h"
#include "ingest/takeout.h"

/**
 * One file = one transaction = one batch.
 *
 *     cells and rejects are copied       under identities taken early; this may last, and begins
 *                                        while the file is read where its cells fill the memory
 *     what it changes in money           is asked for, where a person is to be told
 *     the feed's tide is locked          from here on only milliseconds
 *     others added the same IDs?         rolled back, to be read again
 *     ledger, tide, batch                whose number is the last, gapless, in commit order
 *     COMMIT
 */
typedef struct ContributionOptions { // all borrowed
    const Feed *feed;
    const char *name;
    const char *sha256;
    int64_t size_bytes;
    const char *report_key; // identity `line`, else NULL
    FeedTide *tide;         // read against it; brought to the state that is committed
    Takeout *takeout;       // of the file that this one supersedes; NULL: none
    Rows **out_effect; // what the transaction changes in money, for rows_free(); NULL: not asked
    bool is_dry_run;   // everything up to the commit
} ContributionOptions;

typedef struct Contribution Contribution;

/** Nothing is written yet. The caller's, for contribution_free(), which rolls back what was not
 * committed. */
Contribution *contribution_new(Store *store, const ContributionOptions *options);
void contribution_free(Contribution *contribution);

/** Copies cells, which may be emptied then. The transaction is open from here on. */
Status contribution_add_cells(Contribution *contribution, Cells *cells, Error *error);

typedef struct Committed {
    bool is_done;        // false: the tide has changed so that the file must be read again
    int64_t report_file; // its identity in the ledger, also where the commit failed
    int64_t batch;       // its number
    int64_t first_id;    // of what was counted; 0: nothing was
    int64_t last_id;
    bool commit_failed; // at COMMIT: whether it is committed must be looked up
} Committed;

/** Writes what needs no lock, once all is counted: the cells that are left, the rejects. The count
 * is borrowed until the commit. */
Status contribution_write(Contribution *contribution, Count *count, Error *error);

/**
 * Commits what was written; the store is in no transaction afterwards. STATUS_BUG with the SQLSTATE
 * of a violated unique key where the same file, or one of the same report, has been committed
 * meanwhile.
 */
Status contribution_commit(Contribution *contribution, Committed *out_committed, Error *error);

#endif
