#include "base/memory.h"
#include "sql.h"
#include "store/internal.h"

#include <stdlib.h>

struct StoreLock {
    Store *store;
};

Status store_lock(const Store *store, const char *name, StoreLock **out_lock, Error *error)
{
    Status status = STATUS_OK;
    Store *holder = NULL;
    Rows *rows = NULL;

    TRY(store_open_another(store, &holder, error));
    TRY(store_begin(holder, error));
    TRY(store_query_row(holder, &sql_try_run_lock, PARAMS(param_text(name)), &rows, error));
    if (!rows_bool(rows, 0, "is_taken")) {
        status = error_set(error, STATUS_BUSY, "another run of \"%s\" is under way", name);
        goto cleanup;
    }
    *out_lock = MEMORY_NEW(StoreLock, 1);
    (*out_lock)->store = holder;
    holder = NULL; // the lock's from here on

cleanup:
    rows_free(rows);
    store_close(holder);
    return status;
}

void store_unlock(StoreLock *lock)
{
    if (lock == NULL)
        return;
    // Which ends the lock: the server would do it some time after the program's end.
    store_rollback(lock->store);
    store_close(lock->store);
    free(lock);
}
