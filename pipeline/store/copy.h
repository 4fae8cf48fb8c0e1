#ifndef TIDEMARK_STORE_COPY_H
#define TIDEMARK_STORE_COPY_H

#include "base/decimal.h"
#include "base/exact.h"
#include "store/store.h"

/**
 * Rows into a table by binary COPY (PostgreSQL manual, COPY, "Binary Format"), within the
 * transaction.
 *
 *     TRY(copy_begin(store, &sql_copy_usage, &copy, error));
 *     for (...) {
 *         TRY(copy_row(copy, 3, error));
 *         copy_int16(copy, bucket);
 *         copy_int64_array(copy, streams, count);
 *         copy_null(copy);
 *     }
 *     TRY(copy_end(copy, &rows, error));
 * cleanup:
 *     copy_free(copy);     // without copy_end(): the COPY is abandoned, the transaction failed
 *
 * Fields only fill a buffer, and a thread of its own sends those that are full: the connection is the
 * COPY's until copy_end() or copy_free(). What goes wrong shows at a later copy_row() or copy_end().
 */
typedef struct Copy Copy;

/** The statement is a `COPY table (columns) FROM STDIN (FORMAT binary)`. */
Status copy_begin(Store *store, const Statement *statement, Copy **out_copy, Error *error);
/** Starts a row of so many fields. */
Status copy_row(Copy *copy, int16_t field_count, Error *error);
void copy_null(Copy *copy);
void copy_bool(Copy *copy, bool value);
void copy_int16(Copy *copy, int16_t number);
void copy_int32(Copy *copy, int32_t number);
void copy_int64(Copy *copy, int64_t number);
void copy_text(Copy *copy, Slice text); // also varchar; must be valid UTF-8 without NUL
void copy_bytes(Copy *copy, Slice bytes);
void copy_day(Copy *copy, Day day); // a date
void copy_numeric(Copy *copy, const Decimal *decimal);
void copy_exact(Copy *copy, const Exact *exact); // a numeric
void copy_int64_array(Copy *copy, const int64_t numbers[], size_t count);
void copy_numeric_array(Copy *copy, const Decimal decimals[], size_t count);
void copy_exact_array(Copy *copy, const Exact exacts[], size_t count);
/** Ends the COPY; `out_rows` may be NULL. */
Status copy_end(Copy *copy, int64_t *out_rows, Error *error);
void copy_free(Copy *copy);

#endif
