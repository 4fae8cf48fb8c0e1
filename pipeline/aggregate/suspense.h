#ifndef TIDEMARK_AGGREGATE_SUSPENSE_H
#define TIDEMARK_AGGREGATE_SUSPENSE_H

#include "store/store.h"

/** Why streams wait: places in the table below. */
typedef enum Suspended {
    SUSPENDED_NOT = -1, // they count to a release
    SUSPENDED_ODD_RECORDING,
    SUSPENDED_ODD_RELEASE,
    SUSPENDED_NO_CODE,
    SUSPENDED_UNKNOWN_RECORDING,
    SUSPENDED_UNKNOWN_RELEASE,
    SUSPENDED_AMBIGUOUS_RELEASE,
    SUSPENDED_NO_RELEASE,
    SUSPENDED_UNKNOWN_TERRITORY,
    SUSPENDED_NO_RATE, // these two are pricing's
    SUSPENDED_NO_SPLIT,
    SUSPENSE_REASONS
} Suspended;

/** Counted streams that nothing claims yet: tidemark.suspense_reason, and what to do about each. */
typedef struct SuspenseReason {
    const char *name;
    const char *remedy; // a sentence for people
} SuspenseReason;

extern const SuspenseReason suspense_reasons[SUSPENSE_REASONS];

/** The place of a reason's name in the table, which must be there; SUSPENDED_NOT for NULL. */
Suspended suspense_reason(const char *name);
/** What to do about streams that wait for a reason of the table. */
const char *suspense_remedy(const char *reason);

/** What waits, row by row as list_suspense.sql gives it; `feed` and `reason` may be NULL: all. Tunes
 * the transaction. */
Status suspense_list(Store *store, const char *feed, const char *reason, StoreRowFunction *each,
                     void *context, Error *error);
/** The same by reason and currency, as total_suspense.sql gives it. */
Status suspense_totals(Store *store, const char *feed, const char *reason, Rows **out_rows,
                       Error *error);

#endif
