#ifndef TIDEMARK_STORE_INTERNAL_H
#define TIDEMARK_STORE_INTERNAL_H

#include "store/migrate.h"
#include "store/store.h"

#include <libpq-fe.h>

/** What the files of this room share, and nobody else sees. */

struct Store {
    PGconn *connection;
    StoreOptions options;
    char *application;     // owned; options.application points to it
    const char **prepared; // names of the statements that the server has prepared; the array owned
    size_t prepared_count;
    size_t prepared_capacity;
    char sqlstate[6];
    bool commit_unknown;
    const Statement *sent; // whose rows are still to be received
};

/**
 * Sets the error, and the store's SQLSTATE, from a result that failed: `statement "lock_tide":
 * canceling statement due to lock timeout (55P03)`. `result` may be NULL, as libpq gives it when
 * the connection is lost.
 */
Status store_fail(Store *store, const char *statement_name, const PGresult *result, Error *error);

/** The status of an SQLSTATE, by the table in store.h. */
Status sqlstate_status(const char *sqlstate);

/** What libpq says of the connection, on one line; the caller's, for free(). */
char *connection_message(const PGconn *connection);

/**
 * Runs a statement, or several in one text, by the simple protocol: transaction control, COPY,
 * migrations. *out_result may be NULL (the result is not wanted), else the caller's, for PQclear().
 */
Status store_run_text(Store *store, const Statement *statement, ExecStatusType expected,
                      PGresult **out_result, Error *error);

enum { PARAMS_MAX = 64 };

/** Params as libpq takes them. {0}, then bound_params_set(), then bound_params_free(). */
typedef struct BoundParams {
    int count;
    const char *values[PARAMS_MAX];
    int sizes_bytes[PARAMS_MAX];
    int formats[PARAMS_MAX]; // 0 text, 1 binary
    Text texts;              // what `values` points into, but for bytes, which stay the caller's
} BoundParams;

void bound_params_set(BoundParams *bound, Params params);
void bound_params_free(BoundParams *bound);

/** Types as results and arrays name them (pg_type.dat). */
enum {
    BOOL_OID = 16,
    BYTEA_OID = 17,
    INT8_OID = 20,
    INT2_OID = 21,
    INT4_OID = 23,
    NUMERIC_OID = 1700,
    JSONB_OID = 3802,
};

struct Rows {
    PGresult *result;
    size_t row_count;
    size_t column_count;
    Slice *bytes;        // decoded bytea, row by row; NULL where no column has any
    char *decoded_bytes; // what `bytes` points into
};

/** Rows of a result; takes it. */
Rows *rows_new(PGresult *taken_result);

/**
 * migrate() and migrate_check() on any list of migrations, in the order of their numbers; a
 * migration's name begins with its number: 001_first.
 */
Status migrations_apply(Store *store, const Statement migrations[], size_t migration_count,
                        MigrateSummary *out_summary, Error *error);
Status migrations_check(Store *store, const Statement migrations[], size_t migration_count,
                        Error *error);

#endif
