#include "payout/reconcile.h"

#include "base/files.h"
#include "base/memory.h"
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

Status payout_reconcile(Store *store, const char *payout_folder, Error *error)
{
    Status status = STATUS_OK;
    int64_t *runs = NULL;
    size_t count = 0;
    Rows *unknown = NULL;
    char *folder = NULL;

    TRY(list_runs(payout_folder, &runs, &count, error));
    TRY(store_query(store, &sql_unknown_payout_runs, PARAMS(param_int64_array(runs, count)),
                    &unknown, error));
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
    free(runs);
    rows_free(unknown);
    return status;
}
