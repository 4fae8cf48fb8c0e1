#include "payout/run_files.h"

#include "base/files.h"
#include "base/memory.h"
#include "payout/lines.h"
#include "payout/manifest.h"
#include "payout/run_folder.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char manifest_name[] = "manifest.json";

typedef struct FileColumn {
    const char *name; // in the file's header, and of the statement's column
    bool is_text;     // somebody else wrote it
} FileColumn;

static const FileColumn payment_columns[] = {
    {"file_number", false},
    {"msg_id", false},
    {"instruction", false},
    {"request", false},
    {"attempt", false},
    {"payee_id", true},
    {"vendor_id", true},
    {"account_holder", true},
    {"iban", true},
    {"bic", true},
    {"clearing_system", true},
    {"clearing_code", true},
    {"account_number", true},
    {"country", true},
    {"currency", false},
    {"gross", false},
    {"withheld", false},
    {"net", false},
    {"execution_date", false},
    {"purpose", false},
    {"remittance", true},
    {"period_from", false},
    {"period_to", false},
    {"first_accrual", false},
    {"last_accrual", false},
    {"end_to_end_id", false},
    {"uetr", false},
    {"approved_by", true},
    {"approved_at", false},
    {"state", false},
};

static Status write_payment(void *context, const Rows *rows, size_t row, Error *error)
{
    CsvFile *file = context;
    CsvCell cells[COUNT_OF(payment_columns)];

    for (size_t i = 0; i < COUNT_OF(payment_columns); i++) {
        const char *text = rows_text(rows, row, payment_columns[i].name);

        cells[i] = payment_columns[i].is_text ? csv_text(text) : csv_value(text);
    }
    return csv_file_row(file, cells, error);
}

static Status write_payments(Store *store, int64_t run, const char *path,
                             CsvFileSummary *out_summary, Error *error)
{
    Status status = STATUS_OK;
    CsvFile *file = NULL;
    const char *names[COUNT_OF(payment_columns)];

    for (size_t i = 0; i < COUNT_OF(payment_columns); i++)
        names[i] = payment_columns[i].name;
    TRY(csv_file_open(path, CSV_PLAIN, names, COUNT_OF(payment_columns), &file, error));
    TRY(store_query_each(store, &sql_payout_payments, PARAMS(param_int64(run)), write_payment, file,
                         error));
    TRY(csv_file_commit(file, out_summary, error));

cleanup:
    csv_file_close(file);
    return status;
}

static ManifestSum *payment_sums(const Rows *rows)
{
    ManifestSum *sums = MEMORY_NEW(ManifestSum, rows_count(rows));

    for (size_t i = 0; i < rows_count(rows); i++)
        sums[i] = (ManifestSum){.currency = rows_text(rows, i, "currency"),
                                .amount = rows_text(rows, i, "amount")};
    return sums;
}

static ManifestSum *line_sums(const LinesSummary *lines)
{
    ManifestSum *sums = MEMORY_NEW(ManifestSum, lines->sum_count);

    for (size_t i = 0; i < lines->sum_count; i++)
        sums[i] =
            (ManifestSum){.currency = lines->sums[i].currency, .amount = lines->sums[i].amount};
    return sums;
}

/** All but its files; texts are borrowed from the row. */
static Manifest manifest_of(const Rows *run)
{
    return (Manifest){
        .run = rows_int64(run, 0, "number"),
        .previous_manifest = rows_text(run, 0, "previous_manifest"),
        .program_version = rows_text(run, 0, "program_version"),
        .built_at = rows_text(run, 0, "built_at"),
        .execution_date = rows_text(run, 0, "execution_date"),
        .payer = rows_text(run, 0, "payer"),
        .first_accrual = rows_int64(run, 0, "first_accrual"),
        .last_accrual = rows_int64(run, 0, "last_accrual"),
        .period_from = rows_text(run, 0, "period_from"),
        .period_to = rows_text(run, 0, "period_to"),
        .request_hash = rows_text(run, 0, "request_hash"),
        .account_hash = rows_text(run, 0, "account_hash"),
    };
}

static void manifest_add(Manifest *manifest, const RunFile *file, const ManifestSum *sums,
                         size_t sum_count)
{
    manifest->files[manifest->file_count++] = (ManifestFile){
        .name = file->name,
        .sha256 = file->summary.sha256,
        .size_bytes = file->summary.size_bytes,
        .records = file->summary.records,
        .sums = sums,
        .sum_count = sum_count,
    };
}

static Status write_manifest(Store *store, const Rows *run, const char *folder,
                             const LinesSummary *lines, RunFiles *files, Error *error)
{
    Status status = STATUS_OK;
    Rows *totals = NULL;
    NewFile *file = NULL;
    ManifestSum *sums[RUN_FILE_COUNT] = {NULL};
    Manifest manifest = manifest_of(run);
    char *bytes = NULL;
    char *path = path_join(folder, manifest_name);

    TRY(store_query(store, &sql_payout_sums, PARAMS(param_int64(manifest.run)), &totals, error));
    sums[RUN_FILE_PAYMENTS] = payment_sums(totals);
    sums[RUN_FILE_LINES] = line_sums(lines);
    manifest_add(&manifest, &files->files[RUN_FILE_PAYMENTS], sums[RUN_FILE_PAYMENTS],
                 rows_count(totals));
    manifest_add(&manifest, &files->files[RUN_FILE_LINES], sums[RUN_FILE_LINES], lines->sum_count);
    bytes = manifest_print(&manifest);
    TRY(new_file_open(path, &file, error));
    TRY(new_file_write(file, bytes, strlen(bytes), error));
    TRY(new_file_commit(file, error));
    (void)digest_bytes(bytes, strlen(bytes), files->manifest_sha256);

cleanup:
    for (size_t i = 0; i < RUN_FILE_COUNT; i++)
        free(sums[i]);
    new_file_close(file);
    rows_free(totals);
    free(bytes);
    free(path);
    return status;
}

static Status find_run(Store *store, int64_t run, Rows **out_rows, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_payout_run, PARAMS(param_int64(run)), &rows, error));
    if (rows_count(rows) == 0)
        TRY(error_set(error, STATUS_USAGE, "there is no payout run %" PRId64, run));
    if (rows_bool(rows, 0, "is_adopted"))
        TRY(error_set(error, STATUS_USAGE,
                      "payout run %" PRId64 " was adopted: the rows that its files were made from "
                      "were lost, its files are their own record",
                      run));
    *out_rows = rows;
    rows = NULL;

cleanup:
    rows_free(rows);
    return status;
}

Status run_files_write(Store *store, int64_t run, const char *folder, RunFiles *out_files,
                       Error *error)
{
    Status status = STATUS_OK;
    bool is_ours = !store_in_transaction(store);
    Rows *rows = NULL;
    LinesSummary lines = {0};
    RunFiles files = {.files = {[RUN_FILE_PAYMENTS] = {.name = "payments.csv"},
                                [RUN_FILE_LINES] = {.name = "lines.csv.gz"}}};
    char *paths[RUN_FILE_COUNT];

    for (size_t i = 0; i < RUN_FILE_COUNT; i++)
        paths[i] = path_join(folder, files.files[i].name);
    if (is_ours)
        TRY(store_begin_snapshot(store, error));
    TRY(find_run(store, run, &rows, error));
    TRY(write_payments(store, run, paths[RUN_FILE_PAYMENTS],
                       &files.files[RUN_FILE_PAYMENTS].summary, error));
    TRY(lines_write(store, run, paths[RUN_FILE_LINES], &lines, error));
    files.files[RUN_FILE_LINES].summary = lines.file;
    TRY(write_manifest(store, rows, folder, &lines, &files, error));
    *out_files = files;

cleanup:
    if (is_ours)
        store_rollback(store); // it only read
    for (size_t i = 0; i < RUN_FILE_COUNT; i++)
        free(paths[i]);
    lines_summary_free(&lines);
    rows_free(rows);
    return status;
}

static Status compare_file(const char *folder, const char *name, const char *sha256, Error *error)
{
    Status status = STATUS_OK;
    char found[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    char *path = path_join(folder, name);

    TRY(digest_file(path, found, &size_bytes, error));
    if (!text_equal(found, sha256))
        status = error_set(error, STATUS_CANNOT_WRITE,
                           "\"%s\" is there with SHA-256 %s, the database gives %s; nothing was "
                           "overwritten",
                           path, found, sha256);

cleanup:
    free(path);
    return status;
}

Status run_files_compare_folder(const RunFiles *files, const char *folder, Error *error)
{
    Status status = STATUS_OK;

    for (size_t i = 0; i < RUN_FILE_COUNT; i++)
        TRY(compare_file(folder, files->files[i].name, files->files[i].summary.sha256, error));
    TRY(compare_file(folder, manifest_name, files->manifest_sha256, error));

cleanup:
    return status;
}

static Status compare_digest(int64_t run, const char *name, const char *found, const char *released,
                             Error *error)
{
    if (text_equal(found, released))
        return STATUS_OK;
    return error_set(error, STATUS_DATA,
                     "payout run %" PRId64 ": %s made again has SHA-256 %s, released was %s", run,
                     name, found, released == NULL ? "nothing" : released);
}

/** The digest of a file as it was released; NULL: there is none of that name. */
static const char *released_digest(const Rows *released, const char *name)
{
    for (size_t i = 0; i < rows_count(released); i++)
        if (text_equal(rows_text(released, i, "name"), name))
            return rows_text(released, i, "sha256");
    return NULL;
}

Status run_files_compare_released(Store *store, int64_t run, const RunFiles *files, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    Rows *released = NULL;

    TRY(find_run(store, run, &rows, error));
    TRY(store_query(store, &sql_payout_files, PARAMS(param_int64(run)), &released, error));
    for (size_t i = 0; i < RUN_FILE_COUNT; i++)
        TRY(compare_digest(run, files->files[i].name, files->files[i].summary.sha256,
                           released_digest(released, files->files[i].name), error));
    TRY(compare_digest(run, manifest_name, files->manifest_sha256,
                       rows_text(rows, 0, "manifest_sha256"), error));

cleanup:
    rows_free(rows);
    rows_free(released);
    return status;
}

Status run_files_check(Store *store, int64_t run, const char *scratch, Error *error)
{
    Status status = STATUS_OK;
    Error ignored = {0};
    RunFiles files = {0};
    char *folder = NULL;

    TRY(run_folder_begin(scratch, run, &folder, error));
    TRY(run_files_write(store, run, folder, &files, error));
    TRY(run_files_compare_released(store, run, &files, error));
    TRY(run_folder_discard(scratch, run, error));

cleanup:
    if (status != STATUS_OK && folder != NULL)
        (void)run_folder_discard(scratch, run, &ignored); // the error that is set says more
    free(folder);
    return status;
}
