#ifndef TIDEMARK_AGGREGATE_FLOW_WRITE_H
#define TIDEMARK_AGGREGATE_FLOW_WRITE_H

#include "aggregate/flow.h"

/** What was written so far, added up on the way out. */
typedef struct FlowWritten {
    CellsTotals usage;
    CellsTotals suspense;
} FlowWritten;

/**
 * Writes all that flows: chunks of release usage, each of a bucket and span, sorted by release and
 * recording, and suspense, a row a cell, those left out that came to nothing. Both by COPY.
 * STATUS_BUG: what was written, since the beginning, is not what the flow's totals say.
 */
Status flow_write(Flow *flow, Store *store, int64_t accrual, FlowWritten *written, Error *error);

#endif
