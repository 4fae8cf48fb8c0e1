#ifndef TIDEMARK_INGEST_LEDGER_H
#define TIDEMARK_INGEST_LEDGER_H

#include "base/digest.h"
#include "store/store.h"

#include <stdbool.h>

/** What the ledger of files says of one that has come. {0} is nothing; for ledger_entry_clear(). */
typedef struct LedgerEntry {
    int64_t file;     // that has these bytes; 0: none
    char *file_name;  // what it was called
    char *file_state; // counted, revoked, superseded
    char *file_reason;
    char *file_key;                          // its report; NULL for identity `column`
    int64_t file_rows;                       // rows read
    int64_t batch;                           // that it was counted in
    char namesake_sha256[DIGEST_TEXT_BYTES]; // the latest of the same name with other bytes, or ""
    int64_t report_file;                     // live, of the same report, with other bytes; 0: none
    char *report_name;
    char report_sha256[DIGEST_TEXT_BYTES];
} LedgerEntry;

/** Looks a file up by its SHA-256, its name, and its report's key (NULL for identity `column`). */
Status ledger_look_up(Store *store, const char *feed, const char *sha256, const char *name,
                      const char *report_key, LedgerEntry *out_entry, Error *error);
void ledger_entry_clear(LedgerEntry *entry);

/** A file that was counted. {0} is none; for ledger_file_clear(). */
typedef struct LedgerFile {
    int64_t id;
    char *feed;
    char sha256[DIGEST_TEXT_BYTES];
    char *name;
    char *state;  // counted, revoked, superseded
    char *reason; // why, unless it is counted
    int64_t counted;
    char *report_key;                  // identity `line`, else NULL
    int64_t batch;                     // its number
    int64_t batch_id;                  // what its cells carry
    char successor[DIGEST_TEXT_BYTES]; // that superseded it, or ""
} LedgerFile;

/**
 * Finds the file that a person means by a word: its name, its SHA-256, or at least four letters of
 * its beginning. `feed` may be NULL. Of several, the one that is still counted. STATUS_NO_INPUT:
 * there is none; STATUS_USAGE: there are several, which are named.
 */
Status ledger_find(Store *store, const char *feed, const char *word, LedgerFile *out_file,
                   Error *error);
void ledger_file_clear(LedgerFile *file);

#endif
