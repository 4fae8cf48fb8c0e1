#ifndef TIDEMARK_INGEST_COUNT_H
#define TIDEMARK_INGEST_COUNT_H

#include "cells/cells.h"
#include "ingest/reading.h"
#include "ingest/reject_spool.h"
#include "tide/fingerprint.h"
#include "tide/tide.h"

/**
 * One reading of a file against a tide: what is new in it, in cells; what is not, by ID, still to be
 * proved; what is rejected. Nothing of it is stored.
 *
 * For identity `line` IDs are line numbers here, all of them new; their report's ordinal is added
 * when the file is committed.
 */
typedef struct RecentRow {
    int64_t id; // 0: none
    uint64_t fingerprint;
} RecentRow;

/** A row that comes twice in a file mostly does so at once: while it is remembered it is compared
 * without reading the file again. More of them would push all else out of the processor's cache. */
enum { RECENT_ROWS = 1 << 14 };

typedef struct Count {
    Cells *cells; // borrowed
    IdSet *ids;   // counted
    Fingerprints *fingerprints;
    IdSet *duplicates; // of what the tide has
    Fingerprints *duplicate_fingerprints;
    IdSet *repeated;   // IDs that come more than once in the file itself, still to be compared
    RecentRow *recent; // RECENT_ROWS of them, by the lower bits of their IDs
    int64_t duplicate_rows;
    RejectSpool *rejects;
    ReportCounts rows;
    char sha256[DIGEST_TEXT_BYTES]; // of what was read
} Count;

/**
 * Stores cells that have taken what memory they may, so that they can be emptied: what it does with
 * them is undone if the file is not counted in the end.
 */
typedef Status CountSpill(void *context, Cells *cells, Error *error);

typedef struct CountOptions {
    ReadingOptions reading;
    const Tide *tide;
    const char *reject_folder;
    Cells *cells; // in which it is counted, whatever was in them before
    CountSpill *spill;
    void *spill_context;
} CountOptions;

/**
 * Reads a file to its end. STATUS_DATA: the file is refused; STATUS_CANNOT_READ: it could not be
 * read. *out_count is the caller's, for count_free().
 */
Status count_file(const CountOptions *options, Count **out_count, Error *error);
void count_free(Count *count);

/** STATUS_DATA where more of the rows are rejected than the feed allows. */
Status count_check_rejects(const Count *count, const Feed *feed, Error *error);

#endif
