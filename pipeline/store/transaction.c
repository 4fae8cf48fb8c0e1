#include "sql.h"
#include "store/internal.h"

#include <assert.h>

bool store_in_transaction(const Store *store)
{
    switch (PQtransactionStatus(store->connection)) {
    case PQTRANS_ACTIVE:
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
        return true;
    case PQTRANS_IDLE:
    case PQTRANS_UNKNOWN: // the connection is lost, and the transaction with it
        return false;
    }
    return false;
}

static Status begin(Store *store, const Statement *statement, Error *error)
{
    assert(!store_in_transaction(store));
    store->commit_unknown = false;

    Status status = store_run_text(store, statement, PGRES_COMMAND_OK, NULL, error);

    // feature_not_supported, of READ WRITE: no fault of ours, and gone when libpq finds the primary.
    if (status == STATUS_BUG && text_equal(store->sqlstate, "0A000"))
        status = error_set(error, STATUS_UNAVAILABLE,
                           "the server is a standby, where nothing can be written; name the "
                           "primary in PGHOST, or several servers, of which "
                           "PGTARGETSESSIONATTRS=read-write takes the primary");
    return status;
}

Status store_begin(Store *store, Error *error)
{
    return begin(store, &sql_begin, error);
}

Status store_begin_snapshot(Store *store, Error *error)
{
    return begin(store, &sql_begin_snapshot, error);
}

// The server did not say what became of the COMMIT: the connection is gone, or SQLSTATE
// transaction_resolution_unknown or statement_completion_unknown say so themselves.
static bool is_unknown(const Store *store)
{
    return PQstatus(store->connection) != CONNECTION_OK || text_equal(store->sqlstate, "08007") ||
           text_equal(store->sqlstate, "40003");
}

Status store_commit(Store *store, Error *error)
{
    PGresult *result = NULL;
    bool was_lost = PQstatus(store->connection) != CONNECTION_OK; // then it is certainly undone

    assert(PQtransactionStatus(store->connection) != PQTRANS_IDLE);

    Status status = store_run_text(store, &sql_commit, PGRES_COMMAND_OK, &result, error);

    if (status != STATUS_OK) {
        store->commit_unknown = !was_lost && is_unknown(store);
        if (store->commit_unknown)
            status = STATUS_UNAVAILABLE;
    } else if (text_equal(PQcmdStatus(result), "ROLLBACK")) {
        status = error_set(error, STATUS_BUG,
                           "could not commit: a statement of the transaction had failed (%s), "
                           "and it was rolled back",
                           store->sqlstate);
    }
    PQclear(result);
    return status;
}

bool store_commit_unknown(const Store *store)
{
    return store->commit_unknown;
}

void store_rollback(Store *store)
{
    // A failure here changes nothing: a transaction that is not committed is never kept. libpq
    // ends a COPY that was under way.
    if (store != NULL && store_in_transaction(store))
        PQclear(PQexec(store->connection, sql_rollback.text));
}
