#include "payout/reconcile.h"

#include "base/files.h"
#include "base/memory.h"
#include "payout/payment_reader.h"
#include "payout/run_folder.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

static Status list_runs(const char *payout_folder, int64_t **out_runs, size_t *out_count,
                        Error *error)
{
    Status status = STATUS_OK;
    char **names = NULL;
    size_t name_count = 0;
    size_t count = 0;

    TRY(folder_list_folders(payout_folder, &names, &name_count, error));

    int64_t *runs = MEMORY_NEW(int64_t, name_count);

    for (size_t i = 0; i < name_count; i++)
        if (run_folder_number(names[i], &runs[count]))
            count++;
    *out_runs = runs;
    *out_count = count;

cleanup:
    names_free(names, name_count);
    return status;
}

/** The runs of the folder that the database does not know; for rows_free(). */
static Status find_unknown(Store *store, const char *payout_folder, Rows **out_unknown,
                           Error *error)
{
    Status status = STATUS_OK;
    int64_t *runs = NULL;
    size_t count = 0;

    TRY(list_runs(payout_folder, &runs, &count, error));
    TRY(store_query(store, &sql_unknown_payout_runs, PARAMS(param_int64_array(runs, count)),
                    out_unknown, error));

cleanup:
    free(runs);
    return status;
}

Status payout_reconcile(Store *store, const char *payout_folder, Error *error)
{
    Status status = STATUS_OK;
    Rows *unknown = NULL;
    char *folder = NULL;

    TRY(find_unknown(store, payout_folder, &unknown, error));
    if (rows_count(unknown) == 0)
        goto cleanup;

    int64_t first = rows_int64(unknown, 0, "number");

    folder = run_folder_path(payout_folder, first);
    status = error_set(error, STATUS_CONFIG,
                       "\"%s\" was exported, but the database does not know it (%zu such): it has "
                       "lost payments that were made; look at the folder, then run \"tidemark "
                       "export --adopt %" PRId64 "\"",
                       folder, rows_count(unknown), first);

cleanup:
    free(folder);
    rows_free(unknown);
    return status;
}

static bool pays(const json_t *payments, const char *request)
{
    size_t index = 0;
    json_t *payment = NULL;

    json_array_foreach(payments, index, payment)
    {
        if (text_equal(json_string_value(json_object_get(payment, "request")), request))
            return true;
    }
    return false;
}

static Status check_run(const char *payout_folder, int64_t run, int64_t request, Error *error)
{
    Status status = STATUS_OK;
    json_t *payments = NULL;
    char *folder = run_folder_path(payout_folder, run);
    char *path = path_join(folder, "payments.csv");
    char *number = text_format("%" PRId64, request);

    TRY(payments_read(path, &payments, error));
    if (pays(payments, number))
        status = error_set(error, STATUS_CONFIG,
                           "request %" PRId64 " is paid by \"%s\", which the database does not "
                           "know; run \"tidemark export --adopt %" PRId64 "\"",
                           request, folder, run);

cleanup:
    json_decref(payments);
    free(number);
    free(path);
    free(folder);
    return status;
}

Status payout_reconcile_request(Store *store, const char *payout_folder, int64_t request,
                                Error *error)
{
    Status status = STATUS_OK;
    Rows *unknown = NULL;

    TRY(find_unknown(store, payout_folder, &unknown, error));
    for (size_t i = 0; i < rows_count(unknown); i++)
        TRY(check_run(payout_folder, rows_int64(unknown, i, "number"), request, error));

cleanup:
    rows_free(unknown);
    return status;
}
