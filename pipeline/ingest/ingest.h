#ifndef TIDEMARK_INGEST_INGEST_H
#define TIDEMARK_INGEST_INGEST_H

#include "base/digest.h"
#include "base/log.h"
#include "cells/cells.h"
#include "ingest/day_tables.h"
#include "ingest/ledger.h"
#include "report/report.h"
#include "settings/settings.h"
#include "store/store.h"

#include <stdbool.h>

/**
 * One report file, from the inbox into the archive.
 *
 *     size, perhaps digest → ledger: known? → claim → read against the tide, digest → prove duplicates
 *     → commit → archive
 *
 * A crash anywhere leaves the file where it was, and the next run starts it afresh; or it is
 * committed, and the next run finds it known and moves it.
 */
typedef struct Ingest { // what the files of a run share
    const Settings *settings;
    Log *log;
    DayTables *days;       // borrowed; filled by who first reads a file of a zone
    bool is_dry_run;       // everything up to the commit; no file is moved or written
    ReaderChoice reader;   // of reports
    size_t file_bytes_max; // memory for the cells of a file, and the proof of its duplicates
} Ingest;

/** What a thread works with: its connections, and the cells in which it counts one file after the
 * other. A file is claimed on a connection of its own, in a transaction that is open while the file
 * is read on the other. */
typedef struct IngestTools {
    Store *work;
    Store *claims;
    Cells *cells;
} IngestTools;

typedef enum IngestOrigin {
    INGEST_FROM_INBOX,   // moved into the archive
    INGEST_FROM_ARCHIVE, // is there already: the ledger had lost it
    INGEST_FROM_OUTSIDE, // copied into the archive, and left where it is; "-" is standard input
} IngestOrigin;

/** What a file takes the place of: both happen in one transaction, or neither. */
typedef struct IngestSuccession {
    const LedgerFile *old; // a file that is counted
    const char *reason;
    Rows *effect; // what it changes (effect_of_batches.sql), once it is committed or tried
} IngestSuccession;

typedef struct IngestFile {
    const Feed *feed;
    IngestOrigin origin;
    char *path;
    char *name;
    char *waits_for;              // why it is not ready; NULL: it is
    IngestSuccession *succession; // borrowed; NULL: it stands by itself
} IngestFile;

void ingest_file_clear(IngestFile *file);

typedef enum IngestOutcome {
    INGEST_COUNTED, // committed as a batch
    INGEST_KNOWN,   // the ledger has its bytes
    INGEST_REFUSED, // see `status` and `reason`
    INGEST_WAITING, // not ready, or another run is at it
    INGEST_OUTCOMES
} IngestOutcome;

typedef struct IngestResult {
    Status status; // of this file
    IngestOutcome outcome;
    char *reason;                   // a sentence; NULL: there is nothing to say
    char sha256[DIGEST_TEXT_BYTES]; // "" where it was not read
    int64_t batch;                  // 0: none
    int64_t rows_read;
    int64_t counted;
    int64_t duplicate;
    int64_t rejected;
    int64_t conflict;
    int64_t first_id; // 0: none
    int64_t last_id;
    int64_t streams;
    int64_t monetised;
    int64_t cells;
} IngestResult;

/** "counted", "known", "refused", "waiting". */
const char *ingest_outcome_key(IngestOutcome outcome);

/**
 * Ingests a file; *out_result is the caller's, for ingest_result_clear(), whatever the status: that
 * of the file (also in the result, with the error's message as its reason).
 */
Status ingest_file(const Ingest *ingest, const IngestTools *tools, const IngestFile *file,
                   IngestResult *out_result, Error *error);
void ingest_result_clear(IngestResult *result);

#endif
