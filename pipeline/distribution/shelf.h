#ifndef TIDEMARK_DISTRIBUTION_SHELF_H
#define TIDEMARK_DISTRIBUTION_SHELF_H

#include "distribution/life_cycle.h"
#include "store/store.h"

/** What there is to see of releases; all rows are the caller's, for rows_free(). */
typedef struct ReleaseView {
    Rows *release; // one row
    Rows *songs;
    Rows *history;
    Rows *events;
} ReleaseView;

/** STATUS_DATA: there is no such release. *out_view is the caller's, for release_view_clear(). */
Status release_show(Store *store, const char *upc, ReleaseView *out_view, Error *error);
void release_view_clear(ReleaseView *view);

/** All releases, or those of a state ("approved"); NULL: all. */
Status release_list(Store *store, const char *state, Rows **out_rows, Error *error);

/** Distributed releases with a title like this one, by trigram and Levenshtein's distance, the
 * nearest first. */
Status release_search(Store *store, const char *title, int most, Rows **out_rows, Error *error);

#endif
