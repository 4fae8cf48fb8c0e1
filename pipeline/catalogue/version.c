#include "catalogue/version.h"

#include "sql.h"

Status catalogue_new_version(Store *store, const char *made_from, const char *summary,
                             int64_t *out_version, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_new_catalogue_version,
                        PARAMS(param_text(made_from), param_text(summary)), &rows, error));
    *out_version = rows_int64(rows, 0, "version");

cleanup:
    rows_free(rows);
    return status;
}
