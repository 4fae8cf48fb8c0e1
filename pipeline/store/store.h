#ifndef TIDEMARK_STORE_STORE_H
#define TIDEMARK_STORE_STORE_H

#include "base/dates.h"
#include "base/error.h"
#include "base/text.h"
#include "store/statement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The database: one connection, and all that is done with it. The only room that knows libpq.
 *
 * The connection is found by libpq's own conventions (PG* variables, service file, password file).
 * Statements come from .sql files, are prepared under the file's name at their first use, and get
 * their values as parameters only. Errors are told apart by SQLSTATE:
 *
 *     08…, 57P…, 53…, 58…       STATUS_UNAVAILABLE   connection, shutdown, resources, disk
 *     55P03, 40001, 40P01, 57014   STATUS_BUSY          lock, serialization, deadlock, cancelled
 *     42501, 28…                   STATUS_PERMISSION
 *     TMnnn                        the status of exit status nnn; our own SQL raises it
 *     anything else                STATUS_BUG           our statement, or a constraint that our
 *                                                       code should not have met
 *
 * One thread at a time for each Store.
 */
typedef struct Store Store;

/** What the environment or the service file says of the same (PGCONNECT_TIMEOUT, PGOPTIONS, …)
 * wins. */
typedef struct StoreOptions {
    const char *application; // for pg_stat_activity: "tidemark-ingest"; borrowed during the call
    int connect_timeout_s;
    int lock_timeout_ms;
    int statement_timeout_ms; // 0: none
    int tcp_user_timeout_ms;
} StoreOptions;

/** Connects. STATUS_UNAVAILABLE, STATUS_PERMISSION. *out_store is the caller's, for store_close().
 */
Status store_open(const StoreOptions *options, Store **out_store, Error *error);
/** Closes; what was not committed is rolled back. */
void store_close(Store *store);
/** A further connection with the same options, for a thread of its own. */
Status store_open_another(const Store *store, Store **out_store, Error *error);
/** Connects anew after STATUS_UNAVAILABLE, trying for some seconds; statements are prepared again
 * when they are used. */
Status store_reconnect(Store *store, Error *error);

/** Begins a transaction (READ COMMITTED, synchronous_commit on). STATUS_UNAVAILABLE on a standby. */
Status store_begin(Store *store, Error *error);
/** Begins a read-only transaction that sees one snapshot (REPEATABLE READ). */
Status store_begin_snapshot(Store *store, Error *error);
/**
 * Commits. Where the connection is lost at COMMIT the outcome is unknown: STATUS_UNAVAILABLE; the
 * caller reconnects, looks its work up under the lock that guards it, and decides.
 */
Status store_commit(Store *store, Error *error);
/** In the header for tests: whoever commits looks its work up after any failure. */
bool store_commit_unknown(const Store *store);
/** Rolls back what is open, if any; for cleanup, it leaves an error that is set as it is. */
void store_rollback(Store *store);
bool store_in_transaction(const Store *store);

/** A value for $1, $2, …; all pointers are borrowed during the call. */
typedef struct Param {
    enum {
        PARAM_NULL,
        PARAM_BOOL,
        PARAM_INT64,
        PARAM_TEXT,
        PARAM_BYTES,
        PARAM_DAY,
        PARAM_INT64_ARRAY,
        PARAM_TEXT_ARRAY
    } kind;
    int64_t number; // also bool, day
    Slice bytes;    // text, bytes
    const int64_t *numbers;
    const char *const *texts; // NULL in it is SQL's null
    size_t count;
} Param;

typedef struct Params {
    const Param *values;
    size_t count;
} Params;

Param param_null(void);
Param param_bool(bool value);
Param param_int64(int64_t number);
/** Null for NULL. Also for numeric (money is numeric in SQL and text in C), jsonb, enums, ranges.
 */
Param param_text(const char *text);
Param param_bytes(const void *bytes, size_t size_bytes);
/** Null for DAY_NONE. */
Param param_day(Day day);
Param param_int64_array(const int64_t numbers[], size_t count);
Param param_text_array(const char *const texts[], size_t count);

#define PARAMS(...)                                   \
    ((Params){.values = (const Param[]){__VA_ARGS__}, \
              .count = sizeof((const Param[]){__VA_ARGS__}) / sizeof(Param)})
#define NO_PARAMS ((Params){.values = NULL, .count = 0})

/** What a statement returned; texts and bytes in it are borrowed until rows_free(). */
typedef struct Rows Rows;

/** Runs a statement whose rows, if any, are of no interest. `out_affected` may be NULL. */
Status store_execute(Store *store, const Statement *statement, Params params, int64_t *out_affected,
                     Error *error);
/** Runs a statement and keeps all its rows; *out_rows is the caller's, for rows_free(). */
Status store_query(Store *store, const Statement *statement, Params params, Rows **out_rows,
                   Error *error);
/** As store_query(), for a statement that gives exactly one row; STATUS_BUG if it does not. */
Status store_query_row(Store *store, const Statement *statement, Params params, Rows **out_rows,
                       Error *error);

/**
 * The two halves of store_query(), for who has something to do while the server works: sends a
 * statement, and later waits for its rows. One at a time, and nothing else between; a statement
 * whose rows nobody waits for ends with the transaction.
 */
Status store_send(Store *store, const Statement *statement, Params params, Error *error);
/** *out_rows is the caller's, for rows_free(). */
Status store_receive(Store *store, Rows **out_rows, Error *error);

/** Called for each row of a large result, which is never held whole; it cannot use the same store.
 * After a Status but OK it is not called again; the transaction stays good. */
typedef Status StoreRowFunction(void *context, const Rows *rows, size_t row, Error *error);
/** Reads a result through, row by row. */
Status store_query_each(Store *store, const Statement *statement, Params params,
                        StoreRowFunction *each, void *context, Error *error);

size_t rows_count(const Rows *rows);
/** For tests, which print what they do not know. */
size_t rows_column_count(const Rows *rows);
const char *rows_column_name(const Rows *rows, size_t column);
/** The column must be there: a name that is not is a bug of ours, and asserted. Null gives 0,
 * false, NULL, DAY_NONE. */
bool rows_is_null(const Rows *rows, size_t row, const char *column);
int64_t rows_int64(const Rows *rows, size_t row, const char *column);
bool rows_bool(const Rows *rows, size_t row, const char *column);
const char *rows_text(const Rows *rows, size_t row, const char *column);
Day rows_day(const Rows *rows, size_t row, const char *column);
/** A bytea, decoded. */
Slice rows_bytes(const Rows *rows, size_t row, const char *column);
/**
 * The elements of an array of numbers, none of them null, of which there are `count` (the statement
 * says how many: cardinality()). Whole ones as numbers; others as texts, borrowed until rows_free().
 * (As text, since the server takes twice as long to send the elements of an array in binary.)
 */
void rows_int64_array(const Rows *rows, size_t row, const char *column, int64_t out_numbers[],
                      size_t count);
void rows_number_array(const Rows *rows, size_t row, const char *column, Slice out_texts[],
                       size_t count);
void rows_free(Rows *rows);

/** The SQLSTATE of the last statement that failed ("23505"), "" if none did. Borrowed until the
 * next call. */
const char *store_sqlstate(const Store *store);

/**
 * One run at a time: an advisory lock held by an open transaction on a connection of its own, so
 * that it ends with the process, however that ends. STATUS_BUSY: another run has it. Correctness
 * never stands on it. *out_lock is the caller's, for store_unlock().
 */
typedef struct StoreLock StoreLock;
Status store_lock(const Store *store, const char *name, StoreLock **out_lock, Error *error);
void store_unlock(StoreLock *lock);

#endif
