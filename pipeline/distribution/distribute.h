#ifndef TIDEMARK_DISTRIBUTION_DISTRIBUTE_H
#define TIDEMARK_DISTRIBUTION_DISTRIBUTE_H

#include "settings/settings.h"
#include "store/store.h"

/**
 * What is due. A release is due when its date, less the longest lead time of the providers that get
 * releases, is reached in that provider's zone; a day that was missed is caught up, since "due" has
 * no lower end.
 */
typedef struct DueReleases DueReleases;

/** `date` stands in for today unless it is DAY_NONE. *out_due is the caller's, for
 * due_releases_free(). */
Status due_releases_find(Store *store, const Settings *settings, Day date, DueReleases **out_due,
                         Error *error);
size_t due_releases_count(const DueReleases *due);
/** Borrowed. */
const char *due_releases_upc(const DueReleases *due, size_t index);
const char *due_releases_title(const DueReleases *due, size_t index);
Day due_releases_date(const DueReleases *due, size_t index);
void due_releases_free(DueReleases *due);

/**
 * Sets one release for distribution, with an event for each provider that gets releases, which is
 * made known to the database, in the caller's transaction. STATUS_DATA: it has no song, or is not
 * approved any more.
 */
Status distribute_release(Store *store, const Settings *settings, const char *upc, Error *error);

/** Takes to distributed what every provider has acknowledged and whose date is reached everywhere;
 * *out_rows lists them and is the caller's, for rows_free(). In the caller's transaction. */
Status distribute_finish(Store *store, const Settings *settings, Day date, Rows **out_rows,
                         Error *error);

#endif
