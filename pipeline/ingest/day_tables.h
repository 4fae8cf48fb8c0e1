#ifndef TIDEMARK_INGEST_DAY_TABLES_H
#define TIDEMARK_INGEST_DAY_TABLES_H

#include "settings/settings.h"
#include "store/store.h"

/**
 * The local days of the zones that a run needs: one query a zone, kept for the run. Threads share
 * them.
 *
 * A table reaches from the first to the last day that a row may have (REJECT_TIME_RANGE), whatever
 * day it is today: the same file gives the same rows whenever it is read. That is 40,000 days,
 * 0.3 MB and some 20 ms a zone.
 */
typedef struct DayTables DayTables;

/** None yet; the caller's, for day_tables_free(). */
DayTables *day_tables_new(void);
/**
 * The table of a feed's zone, which is asked for if it is not there; an empty one where the feed's
 * rows have no instants. STATUS_CONFIG: the database does not know the zone. Borrowed from the
 * tables, like every one that was given before.
 */
Status day_tables_get(DayTables *tables, Store *store, const Feed *feed, const DayTable **out_table,
                      Error *error);
void day_tables_free(DayTables *tables);

#endif
