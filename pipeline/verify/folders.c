#include "base/digest.h"
#include "base/files.h"
#include "ingest/archive.h"
#include "payout/run_folder.h"
#include "sql.h"
#include "verify/checks.h"

#include <inttypes.h>
#include <stdlib.h>

/** A check of files that reads its list row by row: a long history is never held whole. */
typedef struct FileCheck {
    const VerifyContext *context;
    VerifyReport *report;
} FileCheck;

/** What cannot be read is a breach, and no failure of ours. */
static Status as_breach(Status status, VerifyReport *report, Error *error)
{
    if (status != STATUS_OK) {
        verify_breach(report, "%s", error->message);
        error_clear(error);
    }
    return STATUS_OK;
}

static Status check_archived(void *context, const Rows *rows, size_t row, Error *error)
{
    FileCheck *check = context;
    int64_t expected = rows_int64(rows, row, "size_bytes");
    int64_t found = 0;
    char *path = archive_path(check->context->archive_folder, rows_text(rows, row, "feed"),
                              rows_text(rows, row, "sha256"));
    Status status = file_size(path, &found, error);

    check->report->compared++;
    if (status == STATUS_OK && found != expected)
        verify_breach(check->report, "\"%s\" has %" PRId64 " bytes, the ledger says %" PRId64, path,
                      found, expected);
    free(path);
    return as_breach(status, check->report, error);
}

Status verify_archive(const VerifyContext *context, VerifyReport *report, Error *error)
{
    FileCheck check = {.context = context, .report = report};

    return store_query_each(context->store, &sql_archived_files, NO_PARAMS, check_archived, &check,
                            error);
}

static Status check_released(void *context, const Rows *rows, size_t row, Error *error)
{
    FileCheck *check = context;
    const char *expected = rows_text(rows, row, "sha256");
    char found[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    char *folder = run_folder_path(check->context->payout_folder, rows_int64(rows, row, "run"));
    char *path = path_join(folder, rows_text(rows, row, "name"));
    Status status = digest_file(path, found, &size_bytes, error);

    check->report->compared++;
    if (status == STATUS_OK && !text_equal(found, expected))
        verify_breach(check->report, "\"%s\" has SHA-256 %s, released was %s", path, found,
                      expected);
    free(folder);
    free(path);
    return as_breach(status, check->report, error);
}

Status verify_run_files(const VerifyContext *context, VerifyReport *report, Error *error)
{
    FileCheck check = {.context = context, .report = report};

    return store_query_each(context->store, &sql_released_files, NO_PARAMS, check_released, &check,
                            error);
}
