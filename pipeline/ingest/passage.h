#ifndef TIDEMARK_INGEST_PASSAGE_H
#define TIDEMARK_INGEST_PASSAGE_H

#include "ingest/archive.h"
#include "ingest/ingest.h"
#include "report/name.h"

/**
 * A file on its way through ingest_file(): what it is, whose it is, and what the ledger says of it.
 * Within this room alone.
 */
typedef struct Passage {
    const Ingest *ingest;
    Store *store;
    Store *claims; // in its transaction files are claimed: until it ends nobody else reads them
    Cells *cells;  // the thread's
    const IngestFile *file;
    ReportName name;
    char *path;   // of its bytes: the file's own, or those of a private copy
    bool is_copy; // the latter: taken into the archive, or removed in the end
    int64_t size_bytes;
    int64_t changed_at; // when it was written last; after it was read, still the same
    int held;           // of a file of the inbox: its descriptor + 1; 0: none
    int64_t tried_file; // its identity in the ledger when a COMMIT failed; 0: none has
    int commit_failures;
    bool is_decided; // the outcome stands in the result
    IngestResult *result;
} Passage;

/** Settles the outcome; a reason replaces the one that is there. */
void passage_decide(Passage *passage, IngestOutcome outcome, char *taken_reason);
/** Its name, its bytes (a private copy where they cannot be read twice) and how many they are. A file
 * of the inbox is held from here on, whatever is put in its place. */
Status passage_identify(Passage *passage, Error *error);
/** Of a file from outside without a private copy: makes one, to be written while the file is read.
 * NULL: none is needed. */
Status passage_open_copy(const Passage *passage, ArchiveCopy **out_copy, Error *error);
/** It is written: from now on the passage is of the copy. */
Status passage_take_copy(Passage *passage, ArchiveCopy *copy, Error *error);
/**
 * Makes sure that the archive has a file that is known, or committed. What has been put in its place
 * in the inbox meanwhile is another, and stays there. STATUS_CANNOT_READ: it was written to since it
 * was read.
 */
Status passage_put_away(Passage *passage, Error *error);
/** Claims the file, by its SHA-256 where that is known, else by name and size; decides that it
 * waits where another run has claimed it. */
Status passage_claim(Passage *passage, Error *error);
/**
 * Decides what the ledger can: a file that is known, also because our own commit had arrived after
 * all. STATUS_DATA: one of a report that is known by other bytes.
 *
 * Where the ledger has no file of this size it has none of these bytes: then they are not read for
 * their SHA-256 alone, which takes a twentieth of the time in which they are counted; it is known
 * once they were read (passage_take_digest()).
 */
Status passage_look_up(Passage *passage, Error *error);
/** The SHA-256 of what was read; claims it. The file was changed meanwhile: STATUS_DATA where it is of
 * the inbox, else STATUS_CANNOT_READ. */
Status passage_take_digest(Passage *passage, const char *sha256, Error *error);
/** For a file that does not get so far: reads it for its SHA-256, if it can be read. */
void passage_tell_digest(Passage *passage);
/**
 * After a COMMIT that failed, with its error: looks its outcome up under the lock of the feed's
 * tide, which it held: whoever has the lock knows that the other transaction has ended, one way or
 * the other. The error again when it has failed too often.
 */
Status passage_settle_commit(Passage *passage, int32_t feed, Error *error);
/** The end: no file is held any more, and its path and name are gone. */
void passage_close(Passage *passage);

#endif
