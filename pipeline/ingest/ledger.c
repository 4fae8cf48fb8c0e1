#include "ingest/ledger.h"

#include "base/memory.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>

static void copy_digest(char digest[DIGEST_TEXT_BYTES], const char *text)
{
    (void)snprintf(digest, DIGEST_TEXT_BYTES, "%s", text == NULL ? "" : text);
}

static char *copy_bytes_text(const Rows *rows, const char *column)
{
    return rows_is_null(rows, 0, column) ? NULL : slice_copy(rows_bytes(rows, 0, column));
}

Status ledger_look_up(Store *store, const char *feed, const char *sha256, const char *name,
                      const char *report_key, LedgerEntry *out_entry, Error *error)
{
    Rows *rows = NULL;
    Slice name_bytes = slice_of(name);
    Status status = store_query_row(store, &sql_look_up_file,
                                    PARAMS(param_text(feed), param_text(sha256),
                                           param_bytes(name_bytes.bytes, name_bytes.size_bytes),
                                           param_text(report_key)),
                                    &rows, error);

    if (status != STATUS_OK)
        return status;
    *out_entry = (LedgerEntry){
        .file = rows_int64(rows, 0, "file"),
        .file_name = copy_bytes_text(rows, "file_name"),
        .file_state = memory_copy_text(rows_text(rows, 0, "file_state")),
        .file_reason = memory_copy_text(rows_text(rows, 0, "file_reason")),
        .batch = rows_int64(rows, 0, "batch"),
        .report_file = rows_int64(rows, 0, "report_file"),
        .report_name = copy_bytes_text(rows, "report_name"),
    };
    copy_digest(out_entry->namesake_sha256, rows_text(rows, 0, "namesake_sha256"));
    copy_digest(out_entry->report_sha256, rows_text(rows, 0, "report_sha256"));
    rows_free(rows);
    return STATUS_OK;
}

void ledger_entry_clear(LedgerEntry *entry)
{
    free(entry->file_name);
    free(entry->file_state);
    free(entry->file_reason);
    free(entry->report_name);
    *entry = (LedgerEntry){0};
}
