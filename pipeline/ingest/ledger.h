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

#endif
