#include "payout/adopt.h"

#include "base/digest.h"
#include "base/files.h"
#include "payout/manifest.h"
#include "payout/payment_reader.h"
#include "payout/request_state.h"
#include "payout/run_folder.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MANIFEST_BYTES_MAX = 1 << 20 };

static Status check_file(const char *folder, const ManifestFile *file, Error *error)
{
    Status status = STATUS_OK;
    char sha256[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    char *path = path_join(folder, file->name);

    TRY(digest_file(path, sha256, &size_bytes, error));
    if (!text_equal(sha256, file->sha256))
        status = error_set(error, STATUS_DATA, "\"%s\" has SHA-256 %s, its manifest says %s", path,
                           sha256, file->sha256);

cleanup:
    free(path);
    return status;
}

/** A run's folder, read and held against its own manifest. {0}, then found_run_clear(). */
typedef struct FoundRun {
    Manifest manifest;
    json_t *document; // the manifest's texts
    char manifest_sha256[DIGEST_TEXT_BYTES];
    json_t *payments;
} FoundRun;

static void found_run_clear(FoundRun *found)
{
    json_decref(found->document);
    json_decref(found->payments);
}

static Status read_run(const char *folder, int64_t run, FoundRun *found, Error *error)
{
    Status status = STATUS_OK;
    char *manifest = path_join(folder, "manifest.json");
    char *payments = path_join(folder, "payments.csv");
    char *bytes = NULL;
    size_t size_bytes = 0;

    TRY(file_read(manifest, MANIFEST_BYTES_MAX, &bytes, &size_bytes, error));
    (void)digest_bytes(bytes, size_bytes, found->manifest_sha256);
    TRY(manifest_read(bytes, size_bytes, &found->manifest, &found->document, error));
    if (found->manifest.run != run)
        TRY(error_set(error, STATUS_DATA,
                      "\"%s\" is the manifest of run %" PRId64 ", expected %" PRId64, manifest,
                      found->manifest.run, run));
    for (size_t i = 0; i < found->manifest.file_count; i++)
        TRY(check_file(folder, &found->manifest.files[i], error));
    TRY(payments_read(payments, &found->payments, error));

cleanup:
    free(bytes);
    free(manifest);
    free(payments);
    return status;
}

static Status insert_run(Store *store, const FoundRun *found, Error *error)
{
    Status status = STATUS_OK;
    const Manifest *manifest = &found->manifest;
    int64_t inserted = 0;

    TRY(store_execute(
        store, &sql_adopt_payout_run,
        PARAMS(param_int64(manifest->run), param_text(manifest->built_at),
               param_text(manifest->execution_date), param_text(manifest->payer),
               param_text(manifest->program_version), param_int64(manifest->first_accrual),
               param_int64(manifest->last_accrual), param_text(manifest->previous_manifest),
               param_text(found->manifest_sha256)),
        &inserted, error));
    if (inserted == 0)
        TRY(error_set(error, STATUS_USAGE,
                      "the database knows payout run %" PRId64 ": there is nothing to adopt",
                      manifest->run));
    for (size_t i = 0; i < manifest->file_count; i++)
        TRY(store_execute(store, &sql_insert_payout_file,
                          PARAMS(param_int64(manifest->run), param_text(manifest->files[i].name),
                                 param_text(manifest->files[i].sha256),
                                 param_int64(manifest->files[i].size_bytes),
                                 param_int64(manifest->files[i].records)),
                          NULL, error));

cleanup:
    return status;
}

/** The chain of runs has no gap: what a run that is missing paid would be requested again. */
static Status check_chain(Store *store, const Manifest *manifest, Error *error)
{
    Status status = STATUS_OK;
    Rows *faults = NULL;

    TRY(store_query(store, &sql_adopt_chain_faults,
                    PARAMS(param_int64(manifest->run), param_text(manifest->previous_manifest)),
                    &faults, error));
    if (rows_count(faults) > 0)
        status = error_set(error, STATUS_DATA, "%s", rows_text(faults, 0, "fault"));

cleanup:
    rows_free(faults);
    return status;
}

static Status check_payments(Store *store, Param payments, Error *error)
{
    Status status = STATUS_OK;
    Rows *faults = NULL;

    TRY(store_query(store, &sql_adopt_faults, PARAMS(payments), &faults, error));
    if (rows_count(faults) > 0)
        status = error_set(error, STATUS_DATA, "%s (%zu such)", rows_text(faults, 0, "fault"),
                           rows_count(faults));

cleanup:
    rows_free(faults);
    return status;
}

static Status insert_payments(Store *store, int64_t run, Param payments, Day today, Error *error)
{
    Status status = STATUS_OK;
    char *reason = text_format("payout run %" PRId64 ", adopted", run);

    TRY(store_execute(store, &sql_adopt_requests,
                      PARAMS(payments, param_day(today), param_text(reason)), NULL, error));
    TRY(store_execute(store, &sql_adopt_instructions, PARAMS(param_int64(run), payments), NULL,
                      error));
    TRY(store_execute(store, &sql_take_requests,
                      PARAMS(param_int64(run), param_text(request_state_name(REQUEST_PROPOSED)),
                             param_text(request_state_name(REQUEST_IN_PAYMENT)),
                             param_text(reason)),
                      NULL, error));

cleanup:
    free(reason);
    return status;
}

Status payout_adopt(Store *store, const char *payout_folder, int64_t run, Day today, Error *error)
{
    Status status = STATUS_OK;
    FoundRun found = {0};
    char *json = NULL;
    char *folder = run_folder_path(payout_folder, run);

    TRY(read_run(folder, run, &found, error));
    json = json_dumps(found.payments, JSON_COMPACT);

    Param payments = param_text(json);

    TRY(store_execute(store, &sql_lock_ledgers, NO_PARAMS, NULL, error));
    TRY(insert_run(store, &found, error));
    TRY(check_chain(store, &found.manifest, error));
    TRY(check_payments(store, payments, error));
    TRY(insert_payments(store, run, payments, today, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "payout run %" PRId64, run);
    free(json);
    free(folder);
    found_run_clear(&found);
    return status;
}
