#ifndef TIDEMARK_AGGREGATE_FLOW_WRITE_H
#define TIDEMARK_AGGREGATE_FLOW_WRITE_H

#include "aggregate/flow.h"

/** What was written so far, added up on the way out. */
typedef struct FlowWritten {
    CellsTotals usage;
    CellsTotals suspense;
} FlowWritten;

/**
 * Writes all that flows: chunks of release usage and of unplaced usage, each of a bucket, span and
 * reason, sorted by release and recording; of what waits those cells are left out that came to
 * nothing. By COPY. STATUS_BUG: what was written, since the beginning, is not what the flow's
 * totals say.
 */
Status flow_write(Flow *flow, Store *store, int64_t accrual, FlowWritten *written, Error *error);

#endif
