#include "base/memory.h"
#include "store/internal.h"

#include <assert.h>

Status store_run_text(Store *store, const Statement *statement, ExecStatusType expected,
                      PGresult **out_result, Error *error)
{
    PGresult *result = PQexec(store->connection, statement->text);
    Status status = STATUS_OK;

    if (PQresultStatus(result) != expected)
        status = store_fail(store, statement->name, result, error);
    if (status == STATUS_OK && out_result != NULL)
        *out_result = result;
    else
        PQclear(result);
    return status;
}

static bool is_prepared(const Store *store, const Statement *statement)
{
    for (size_t i = 0; i < store->prepared_count; i++)
        if (text_equal(store->prepared[i], statement->name))
            return true;
    return false;
}

// A rollback leaves prepared statements alone; a new connection has none.
static Status prepare(Store *store, const Statement *statement, Error *error)
{
    if (is_prepared(store, statement))
        return STATUS_OK;

    PGresult *result = PQprepare(store->connection, statement->name, statement->text, 0, NULL);
    Status status = STATUS_OK;

    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        status = store_fail(store, statement->name, result, error);
    } else {
        MEMORY_GROW(store->prepared, store->prepared_count, store->prepared_capacity);
        store->prepared[store->prepared_count++] = statement->name;
    }
    PQclear(result);
    return status;
}

// Sends a prepared statement and waits for its whole result.
static Status run(Store *store, const Statement *statement, Params params, PGresult **out_result,
                  Error *error)
{
    Status status = STATUS_OK;
    BoundParams bound = {0};

    TRY(prepare(store, statement, error));
    bound_params_set(&bound, params);

    PGresult *result = PQexecPrepared(store->connection, statement->name, bound.count, bound.values,
                                      bound.sizes_bytes, bound.formats, 0);

    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        status = store_fail(store, statement->name, result, error);
        PQclear(result);
        goto cleanup;
    }
    *out_result = result;

cleanup:
    bound_params_free(&bound);
    return status;
}

Status store_execute(Store *store, const Statement *statement, Params params, int64_t *out_affected,
                     Error *error)
{
    PGresult *result = NULL;
    Status status = run(store, statement, params, &result, error);

    if (status != STATUS_OK)
        return status;
    // A statement that counts nothing (CREATE …) is answered with an empty text: no rows.
    if (out_affected != NULL && !slice_to_int64(slice_of(PQcmdTuples(result)), out_affected))
        *out_affected = 0;
    PQclear(result);
    return STATUS_OK;
}

Status store_query(Store *store, const Statement *statement, Params params, Rows **out_rows,
                   Error *error)
{
    PGresult *result = NULL;
    Status status = run(store, statement, params, &result, error);

    if (status == STATUS_OK)
        *out_rows = rows_new(result);
    return status;
}

Status store_query_row(Store *store, const Statement *statement, Params params, Rows **out_rows,
                       Error *error)
{
    Rows *rows = NULL;
    Status status = store_query(store, statement, params, &rows, error);

    if (status != STATUS_OK)
        return status;
    if (rows_count(rows) != 1) {
        status = error_set(error, STATUS_BUG, "statement \"%s\": gave %zu rows, expected one",
                           statement->name, rows_count(rows));
        rows_free(rows);
        return status;
    }
    *out_rows = rows;
    return STATUS_OK;
}

// Reads all results of what was sent, to the end even after a failure: only then is the connection
// free, and the transaction still good.
static Status read_rows(Store *store, const Statement *statement, StoreRowFunction *each,
                        void *context, Error *error)
{
    Status status = STATUS_OK;

    for (PGresult *result; (result = PQgetResult(store->connection)) != NULL;) {
        ExecStatusType kind = PQresultStatus(result);

        if (status == STATUS_OK && kind == PGRES_SINGLE_TUPLE) {
            Rows *rows = rows_new(result);

            status = each(context, rows, 0, error);
            rows_free(rows);
            continue;
        }
        if (status == STATUS_OK && kind != PGRES_SINGLE_TUPLE && kind != PGRES_TUPLES_OK)
            status = store_fail(store, statement->name, result, error);
        PQclear(result);
    }
    return status;
}

Status store_send(Store *store, const Statement *statement, Params params, Error *error)
{
    Status status = STATUS_OK;
    BoundParams bound = {0};

    TRY(prepare(store, statement, error));
    bound_params_set(&bound, params);
    if (PQsendQueryPrepared(store->connection, statement->name, bound.count, bound.values,
                            bound.sizes_bytes, bound.formats, 0) == 0)
        status = store_fail(store, statement->name, NULL, error);
    else
        store->sent = statement;

cleanup:
    bound_params_free(&bound);
    return status;
}

Status store_receive(Store *store, Rows **out_rows, Error *error)
{
    Status status = STATUS_OK;
    PGresult *result = PQgetResult(store->connection);

    assert(store->sent != NULL);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        status = store_fail(store, store->sent->name, result, error);
    for (PGresult *end; (end = PQgetResult(store->connection)) != NULL;)
        PQclear(end); // behind one statement's result there is none, but it has to be asked for
    store->sent = NULL;
    if (status == STATUS_OK)
        *out_rows = rows_new(result);
    else
        PQclear(result);
    return status;
}

Status store_query_each(Store *store, const Statement *statement, Params params,
                        StoreRowFunction *each, void *context, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_send(store, statement, params, error));

    int is_single = PQsetSingleRowMode(store->connection);

    assert(is_single == 1); // it is refused only when nothing was sent
    (void)is_single;
    status = read_rows(store, statement, each, context, error);
    store->sent = NULL;

cleanup:
    return status;
}
