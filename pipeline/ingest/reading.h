#ifndef TIDEMARK_INGEST_READING_H
#define TIDEMARK_INGEST_READING_H

#include "base/digest.h"
#include "ingest/archive.h"
#include "report/blocks.h"
#include "settings/settings.h"

/**
 * A report file being read by its feed's layout, by three threads that seldom wait for each other. The
 * digest is taken on the way: what was read is what is remembered.
 *
 *     file → digest, copy → gunzip → utf8      a thread; 1 MiB ahead, in source_ahead()
 *                                    │
 *                           lines → rows       a thread; a few blocks ahead, in Blocks
 *                                    │
 *                            reading_next()    the caller's: tide, fingerprints, cells
 *
 *     TRY(reading_open(&file, &reading, error));
 *     for (bool more = true; more;) {
 *         TRY(reading_next(reading, &more, error));
 *         ... reading->block, reading->rejects ...
 *     }
 *     TRY(reading_expect(reading, sha256, error));
 * cleanup:
 *     reading_close(reading);
 */
typedef struct ReadingOptions { // all borrowed
    const char *path;
    const char
        *name; // what the file was called when it came, which may tell more than its path does
    const Feed *feed;
    const DayTable *days;
    ReaderChoice reader;
    ArchiveCopy *copy; // gets what is read, byte for byte; NULL: none is made
} ReadingOptions;

typedef struct Reading {
    Report *report;
    Blocks *blocks;
    const RowBlock *block;     // the rows that were read last, until the next
    const RejectList *rejects; // and what was rejected between them
    ReportName name;
    Source *digest; // a link of the report's source, borrowed
} Reading;

/**
 * Opens a file. STATUS_DATA: a name that does not fit the feed's pattern, or as report_open().
 * *out_reading is the caller's, for reading_close().
 */
Status reading_open(const ReadingOptions *options, Reading **out_reading, Error *error);
/** As report_next(). */
Status reading_next(Reading *reading, bool *out_more, Error *error);
/** Behind the last row: the SHA-256 of what was read. */
void reading_digest(Reading *reading, char sha256[DIGEST_TEXT_BYTES]);
/** The same, instead: STATUS_CANNOT_READ if what was read is not what has this SHA-256. */
Status reading_expect(Reading *reading, const char *sha256, Error *error);
void reading_close(Reading *reading);

/** A row of a file: where it stands and what it says, for a person to compare. */
typedef struct FoundRow {
    int64_t line; // 0: the file has no such row
    char *text;   // "2026-10-01, recording DEA629900012, …"; the caller's, for free()
} FoundRow;

/** Reads a file for its first row with this sequence ID (0: any) that begins at this line (0: any).
 */
Status reading_find_row(const ReadingOptions *options, int64_t sequence_id, int64_t line,
                        FoundRow *out_row, Error *error);

#endif
