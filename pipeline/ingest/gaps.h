#ifndef TIDEMARK_INGEST_GAPS_H
#define TIDEMARK_INGEST_GAPS_H

#include "settings/settings.h"
#include "store/store.h"

#include <jansson.h>

/**
 * Gaps: IDs below the highest counted that have not been counted. They are money not yet counted,
 * until a person says that they will never come.
 */

/**
 * The gaps of a feed from the lowest on, at most `limit` of them: feed, first_id, last_id, ids, and
 * the files whose rejects may explain it; *out_gaps is the caller's, for json_decref(). *out_missing
 * is how many IDs are missing in all. A feed whose rows have no IDs of their own has none.
 */
Status gaps_list(Store *store, const Feed *feed, size_t limit, json_t **out_gaps,
                 int64_t *out_missing, Error *error);

/**
 * Waives the IDs from `first` to `last` that are not counted, in a transaction of its own; a dry run
 * does everything up to the commit. *out_waived is how many these are. STATUS_USAGE: the feed has no
 * IDs of its own, or these are too many at once.
 */
Status gaps_waive(Store *store, const Feed *feed, int64_t first, int64_t last, const char *reason,
                  bool is_dry_run, int64_t *out_waived, Error *error);

#endif
