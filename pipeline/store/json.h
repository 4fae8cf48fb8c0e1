#ifndef TIDEMARK_STORE_JSON_H
#define TIDEMARK_STORE_JSON_H

#include "store/store.h"

#include <jansson.h>

/**
 * Rows as JSON: an array of objects, each column under its name. integer and smallint become
 * numbers, boolean becomes true or false, jsonb is embedded, null is null; everything else is text,
 * as sequence IDs, counts beyond 2^53 (bigint) and money (numeric) must be. The caller's, for
 * json_decref().
 */
json_t *json_of_rows(const Rows *rows);
/** One row as an object. */
json_t *json_of_row(const Rows *rows, size_t row);
/** A wide number as text. */
json_t *json_wide(int64_t number);
/** A text; what is no UTF-8 in it (a file's name may hold any bytes) becomes U+FFFD. Null for NULL.
 */
json_t *json_of_text(const char *text);

#endif
