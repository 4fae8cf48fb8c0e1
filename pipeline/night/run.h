#ifndef TIDEMARK_NIGHT_RUN_H
#define TIDEMARK_NIGHT_RUN_H

#include "store/store.h"

#include <jansson.h>

/** The record of nights: a row for each, from its beginning on, so that one that was
 * interrupted shows too. */

/** Records that a run of the stage begins, and those before it that never ended as
 * interrupted; the caller
 * has the stage's lock. */
Status run_open(Store *store, const char *stage, int64_t *out_number, Error *error);
/** Records how it ended. `summary` is what its JSON document says. */
Status run_close(Store *store, int64_t number, int exit_status, const json_t *summary,
                 Error *error);
/** The latest, newest first; the caller's, for rows_free(). */
Status run_list(Store *store, int most, Rows **out_rows, Error *error);
/** STATUS_DATA: there is no such run. The caller's, for rows_free(). */
Status run_show(Store *store, int64_t number, Rows **out_rows, Error *error);

#endif
