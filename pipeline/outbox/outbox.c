#include "outbox/outbox.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

static Status insert_events(Store *store, int64_t release, const char *kind,
                            const char *const providers[], size_t provider_count, Error *error)
{
    return store_execute(
        store, &sql_insert_events,
        PARAMS(param_int64(release), param_text(kind), param_text_array(providers, provider_count)),
        NULL, error);
}

Status outbox_announce_release(Store *store, const char *upc, const char *const providers[],
                               size_t provider_count, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_release_code, PARAMS(param_text(upc)), &rows, error));
    TRY(insert_events(store, rows_int64(rows, 0, "code"), "distribute", providers, provider_count,
                      error));

cleanup:
    rows_free(rows);
    return status;
}

Status outbox_announce_withdrawal(Store *store, int64_t release, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    const char **providers = NULL;

    TRY(store_query(store, &sql_told_providers, PARAMS(param_int64(release)), &rows, error));
    providers = MEMORY_NEW(const char *, rows_count(rows));
    for (size_t i = 0; i < rows_count(rows); i++)
        providers[i] = rows_text(rows, i, "name");
    TRY(insert_events(store, release, "withdraw", providers, rows_count(rows), error));

cleanup:
    free(providers);
    rows_free(rows);
    return status;
}

Status outbox_retry(Store *store, const char *key, Error *error)
{
    Status status = STATUS_OK;
    int64_t taken_up = 0;

    TRY(store_execute(store, &sql_retry_event, PARAMS(param_text(key)), &taken_up, error));
    if (taken_up == 0)
        TRY(error_set(error, STATUS_DATA,
                      "event \"%s\": there is none of that key that was given up or rejected, and "
                      "that no later one has overtaken; `tidemark status` lists them",
                      key));

cleanup:
    return status;
}
