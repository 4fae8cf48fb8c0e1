#include "payout/export.h"

#include "base/memory.h"
#include "payout/request_state.h"
#include "payout/run_files.h"
#include "payout/run_folder.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

Status payout_runs_built(Store *store, Rows **out_rows, Error *error)
{
    return store_query(store, &sql_built_payout_runs, NO_PARAMS, out_rows, error);
}

Status payout_payments(Store *store, int64_t run, Rows **out_rows, Error *error)
{
    return store_query(store, &sql_payout_payments, PARAMS(param_int64(run)), out_rows, error);
}

Status payout_totals(Store *store, int64_t run, Rows **out_rows, Error *error)
{
    return store_query(store, &sql_payout_totals, PARAMS(param_int64(run)), out_rows, error);
}

/** No request comes or goes meanwhile, so each of them has become an instruction and changes its
 * state. */
static Status take_requests(Store *store, int64_t run, const int64_t requests[],
                            size_t request_count, Error *error)
{
    Status status = STATUS_OK;
    int64_t instructed = 0;
    int64_t taken = 0;
    char *reason = text_format("payout run %" PRId64, run);

    TRY(store_execute(store, &sql_insert_instructions,
                      PARAMS(param_int64(run), param_int64_array(requests, request_count)),
                      &instructed, error));
    TRY(store_execute(store, &sql_take_requests,
                      PARAMS(param_int64(run), param_text(request_state_name(REQUEST_PROPOSED)),
                             param_text(request_state_name(REQUEST_IN_PAYMENT)),
                             param_text(reason)),
                      &taken, error));
    if (instructed != (int64_t)request_count || taken != instructed)
        status = error_set(error, STATUS_BUG,
                           "payout run %" PRId64 ": %zu requests, but %" PRId64
                           " instructions, and %" PRId64 " requests in payment",
                           run, request_count, instructed, taken);

cleanup:
    free(reason);
    return status;
}

static size_t with_account(const Rows *proposed, int64_t requests[])
{
    size_t count = 0;

    for (size_t i = 0; i < rows_count(proposed); i++)
        if (rows_bool(proposed, i, "has_account"))
            requests[count++] = rows_int64(proposed, i, "number");
    return count;
}

Status payout_build(Store *store, const Settings *settings, Day today, int64_t *out_run,
                    Rows **out_proposed, Error *error)
{
    Status status = STATUS_OK;
    Rows *proposed = NULL;
    int64_t *requests = NULL;
    Rows *run = NULL;
    int64_t number = 0;

    TRY(store_execute(store, &sql_lock_ledgers, NO_PARAMS, NULL, error));
    TRY(store_query(store, &sql_lock_proposed_requests, NO_PARAMS, &proposed, error));
    requests = MEMORY_NEW(int64_t, rows_count(proposed));

    size_t count = with_account(proposed, requests);

    if (count > 0) {
        TRY(store_query_row(store, &sql_insert_payout_run,
                            PARAMS(param_day(today), param_text(settings->payer_name),
                                   param_text(TIDEMARK_VERSION),
                                   param_int64_array(requests, count)),
                            &run, error));
        number = rows_int64(run, 0, "number");
        TRY(take_requests(store, number, requests, count, error));
    }
    *out_run = number;
    *out_proposed = proposed;
    proposed = NULL;

cleanup:
    free(requests);
    rows_free(proposed);
    rows_free(run);
    return status;
}

static bool folder_exists(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0;
}

/** Puts a run's files, which are written aside, under their name; or, where something has it, holds
 * them against it. A trial puts nothing there. */
static Status publish(const char *into, int64_t run, const RunFiles *files, bool is_trial,
                      Error *error)
{
    Status status = STATUS_OK;
    char *folder = run_folder_path(into, run);
    bool is_there = folder_exists(folder);

    if (is_there)
        TRY(run_files_compare_folder(files, folder, error));
    TRY(is_there || is_trial ? run_folder_discard(into, run, error)
                             : run_folder_publish(into, run, error));

cleanup:
    free(folder);
    return status;
}

/** Only who changes the run's state stores its digests: another may have released it meanwhile. */
static Status store_release(Store *store, int64_t run, const RunFiles *files, Error *error)
{
    Status status = STATUS_OK;
    int64_t released = 0;

    TRY(store_begin(store, error));
    TRY(store_execute(store, &sql_release_payout_run,
                      PARAMS(param_int64(run), param_text(files->manifest_sha256)), &released,
                      error));
    for (size_t i = 0; released > 0 && i < RUN_FILE_COUNT; i++)
        TRY(store_execute(store, &sql_insert_payout_file,
                          PARAMS(param_int64(run), param_text(files->files[i].name),
                                 param_text(files->files[i].summary.sha256),
                                 param_int64(files->files[i].summary.size_bytes),
                                 param_int64(files->files[i].summary.records)),
                          NULL, error));
    TRY(store_execute(store, &sql_release_instructions, PARAMS(param_int64(run)), NULL, error));
    TRY(store_commit(store, error));

cleanup:
    store_rollback(store);
    return status;
}

Status payout_release(Store *store, const char *payout_folder, int64_t run, Error *error)
{
    Status status = STATUS_OK;
    RunFiles files = {0};
    char *folder = NULL;

    TRY(run_folder_begin(payout_folder, run, &folder, error));
    TRY(run_files_write(store, run, folder, &files, error));
    TRY(publish(payout_folder, run, &files, false, error));
    TRY(store_release(store, run, &files, error));

cleanup:
    free(folder);
    return status;
}

Status payout_again(Store *store, const char *into, int64_t run, bool is_trial, Error *error)
{
    Status status = STATUS_OK;
    Error ignored = {0};
    RunFiles files = {0};
    char *folder = NULL;

    TRY(run_folder_begin(into, run, &folder, error));
    TRY(run_files_write(store, run, folder, &files, error));
    TRY(run_files_compare_released(store, run, &files, error));
    TRY(publish(into, run, &files, is_trial, error));

cleanup:
    if (status != STATUS_OK && folder != NULL)
        (void)run_folder_discard(into, run, &ignored); // the error that is set says more
    free(folder);
    return status;
}
