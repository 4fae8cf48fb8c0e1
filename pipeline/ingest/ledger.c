#include "ingest/ledger.h"

#include "base/memory.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_digest(char digest[DIGEST_TEXT_BYTES], const char *text)
{
    (void)snprintf(digest, DIGEST_TEXT_BYTES, "%s", text == NULL ? "" : text);
}

static char *copy_bytes_text(const Rows *rows, size_t row, const char *column)
{
    return rows_is_null(rows, row, column) ? NULL : slice_copy(rows_bytes(rows, row, column));
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
        .file_name = copy_bytes_text(rows, 0, "file_name"),
        .file_state = memory_copy_text(rows_text(rows, 0, "file_state")),
        .file_reason = memory_copy_text(rows_text(rows, 0, "file_reason")),
        .file_key = memory_copy_text(rows_text(rows, 0, "file_key")),
        .file_rows = rows_int64(rows, 0, "file_rows"),
        .batch = rows_int64(rows, 0, "batch"),
        .report_file = rows_int64(rows, 0, "report_file"),
        .report_name = copy_bytes_text(rows, 0, "report_name"),
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
    free(entry->file_key);
    free(entry->report_name);
    *entry = (LedgerEntry){0};
}

static bool is_counted(const Rows *rows, size_t row)
{
    return text_equal(rows_text(rows, row, "state"), "counted");
}

// The row that is meant: the only one, or the only one that is still counted. SIZE_MAX: unclear.
static size_t choose(const Rows *rows)
{
    size_t chosen = SIZE_MAX;

    if (rows_count(rows) == 1)
        return 0;
    for (size_t i = 0; i < rows_count(rows); i++) {
        if (!is_counted(rows, i))
            continue;
        if (chosen != SIZE_MAX)
            return SIZE_MAX;
        chosen = i;
    }
    return chosen;
}

static Status refuse_unclear(const Rows *rows, const char *word, Error *error)
{
    enum { SHOWN_MAX = 8 };
    Text list = {0};

    for (size_t i = 0; i < rows_count(rows) && i < SHOWN_MAX; i++)
        text_append_format(&list, "%s%s %.12s… (%s)", i == 0 ? "" : ", ",
                           rows_text(rows, i, "feed"), rows_text(rows, i, "sha256"),
                           rows_text(rows, i, "state"));

    Status status = error_set(error, STATUS_USAGE,
                              "\"%s\" may be any of %zu files: %s; expected the SHA-256 of one",
                              word, rows_count(rows), text_bytes(&list));

    text_free(&list);
    return status;
}

Status ledger_find(Store *store, const char *feed, const char *word, LedgerFile *out_file,
                   Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    Slice name = slice_of(word);
    bool is_digest = strspn(word, "0123456789abcdef") == name.size_bytes;

    TRY(store_query(store, &sql_find_files,
                    PARAMS(param_text(feed), param_text(is_digest ? word : NULL),
                           param_bytes(name.bytes, name.size_bytes)),
                    &rows, error));
    if (rows_count(rows) == 0) {
        status = error_set(error, STATUS_NO_INPUT,
                           "no counted file is called \"%s\", or has a SHA-256 that begins so "
                           "(at least four letters)",
                           word);
        goto cleanup;
    }

    size_t row = choose(rows);

    if (row == SIZE_MAX) {
        status = refuse_unclear(rows, word, error);
        goto cleanup;
    }
    *out_file = (LedgerFile){
        .id = rows_int64(rows, row, "file"),
        .feed = memory_copy_text(rows_text(rows, row, "feed")),
        .name = copy_bytes_text(rows, row, "name"),
        .state = memory_copy_text(rows_text(rows, row, "state")),
        .reason = memory_copy_text(rows_text(rows, row, "reason")),
        .counted = rows_int64(rows, row, "counted"),
        .report_key = memory_copy_text(rows_text(rows, row, "report_key")),
        .batch = rows_int64(rows, row, "batch"),
        .batch_id = rows_int64(rows, row, "batch_id"),
    };
    copy_digest(out_file->sha256, rows_text(rows, row, "sha256"));
    copy_digest(out_file->successor, rows_text(rows, row, "successor"));

cleanup:
    rows_free(rows);
    return status;
}

void ledger_file_clear(LedgerFile *file)
{
    free(file->feed);
    free(file->name);
    free(file->state);
    free(file->reason);
    free(file->report_key);
    *file = (LedgerFile){0};
}
