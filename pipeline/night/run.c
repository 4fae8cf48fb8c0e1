#include "night/run.h"

#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

Status run_open(Store *store, const char *stage, int64_t *out_number, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_begin(store, error));
    TRY(store_query_row(store, &sql_open_run, PARAMS(param_text(stage)), &rows, error));
    TRY(store_commit(store, error));
    *out_number = rows_int64(rows, 0, "number");

cleanup:
    store_rollback(store);
    rows_free(rows);
    return status;
}

Status run_close(Store *store, int64_t number, int exit_status, const json_t *summary, Error *error)
{
    Status status = STATUS_OK;
    char *text = json_dumps(summary, JSON_COMPACT);

    TRY(store_begin(store, error));
    TRY(store_execute(store, &sql_close_run,
                      PARAMS(param_int64(number), param_int64(exit_status), param_text(text)), NULL,
                      error));
    TRY(store_commit(store, error));

cleanup:
    store_rollback(store);
    free(text);
    return status;
}

Status run_list(Store *store, int most, Rows **out_rows, Error *error)
{
    return store_query(store, &sql_list_runs, PARAMS(param_int64(most)), out_rows, error);
}

Status run_show(Store *store, int64_t number, Rows **out_rows, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_show_run, PARAMS(param_int64(number)), &rows, error));
    if (rows_count(rows) == 0)
        TRY(error_set(error, STATUS_DATA,
                      "run %" PRId64 ": there is none; `tidemark runs` lists the latest", number));
    *out_rows = rows;
    rows = NULL;

cleanup:
    rows_free(rows);
    return status;
}
