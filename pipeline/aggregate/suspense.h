#ifndef TIDEMARK_AGGREGATE_SUSPENSE_H
#define TIDEMARK_AGGREGATE_SUSPENSE_H

#include "store/store.h"

/** Counted streams that nothing claims yet: tidemark.suspense_reason, and what to do about each. */
typedef struct SuspenseReason {
    const char *name;
    const char *remedy; // a sentence for people
} SuspenseReason;

enum { SUSPENSE_REASONS = 10 };

extern const SuspenseReason suspense_reasons[SUSPENSE_REASONS];

/** What to do about streams that wait for a reason of the table. */
const char *suspense_remedy(const char *reason);

/** What waits, as list_suspense.sql gives it; `feed` and `reason` may be NULL: all. */
Status suspense_list(Store *store, const char *feed, const char *reason, Rows **out_rows,
                     Error *error);
/** The same by reason and currency, as total_suspense.sql gives it. */
Status suspense_totals(Store *store, const char *feed, const char *reason, Rows **out_rows,
                       Error *error);

#endif
