#ifndef TIDEMARK_AGGREGATE_FLOW_H
#define TIDEMARK_AGGREGATE_FLOW_H

#include "aggregate/places.h"
#include "base/decimal.h"
#include "cells/cells.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Cells on their way: read in the order in which they lie, taken out in the order in which they are
 * written. A run is cells of one name that go to the same place; runs are sorted, cells are not
 * moved.
 *
 *     cells   │ a a a │ b b │ c c c c │ a a │ …      as they were read, chunk by chunk
 *     runs      0       1     2         3            where they go; sorted: 2, 0 + 3, 1
 *     groups    c c c c │ a a a + a a │ b b          what is written: a market once in each
 *
 * Totals are kept on the way in, by the bucket in which cells lay; who writes adds up on the way
 * out. Pure. One thread at a time.
 */
typedef struct FlowCell {
    int64_t streams;
    int64_t monetised;
    int32_t market;
    uint32_t amount; // place in Flow.amounts, from 1; 0: no money is reported
} FlowCell;

/** What a chunk's cells have in common. */
typedef struct FlowSpan {
    int64_t feed;
    Day period_from;
    Day period_to;
    char *currency; // "" where no money is reported
} FlowSpan;

/** Where cells go, under which name. */
typedef struct FlowRun {
    Suspended reason; // SUSPENDED_NOT: to release usage
    int bucket;       // of the release, or of the name where they wait
    size_t span;
    Code release; // CODE_NONE where they wait
    Code recording;
    Code named; // as the row named them
    Code played;
    size_t first; // of its cells
    size_t count;
} FlowRun;

/** What of a bucket's cells went where. */
typedef struct FlowTotals {
    CellsTotals matched;
    CellsTotals suspended;
} FlowTotals;

/** {0} is empty. */
typedef struct Flow {
    FlowSpan *spans;
    size_t span_count;
    size_t span_capacity;
    size_t *span_order; // numbers of the spans, sorted
    FlowRun *runs;
    size_t run_count;
    size_t run_capacity;
    FlowCell *cells;
    size_t cell_count;
    size_t cell_capacity;
    Decimal *amounts;
    size_t amount_count;
    size_t amount_capacity;
    FlowTotals totals[BUCKETS]; // since the beginning, by where cells lay
    int64_t magnitude;          // streams and monetised ones, signs aside
    size_t next_run;            // of flow_next()
    FlowCell *group;            // its cells
    size_t group_capacity;
} Flow;

/** The number of a span, which is added where it is new. */
size_t flow_span(Flow *flow, int64_t feed, Day period_from, Day period_to, Slice currency);
/** Adds a cell behind the others; amount is NULL where no money is reported. */
void flow_add_cell(Flow *flow, int64_t market, int64_t streams, int64_t monetised,
                   const Decimal *amount);
/**
 * Adds a run of cells that were added, which lay in a bucket.
 * STATUS_DATA: all together are more than 2^63 - 1 streams.
 */
Status flow_add_run(Flow *flow, const FlowRun *run, int64_t from_bucket, Error *error);

/** Cells of runs that have all in common but their markets, each market once, as they rise. */
typedef struct FlowGroup {
    const FlowRun *run; // one of them
    const FlowCell *cells;
    size_t count;
} FlowGroup;

/** Sorts the runs: those to release usage first, by bucket, span, release, recording and names. */
void flow_settle(Flow *flow);
/** The next group, borrowed until the one behind it; false behind the last. */
bool flow_next(Flow *flow, FlowGroup *out_group);
/** The amount of a cell. */
const Decimal *flow_amount(const Flow *flow, const FlowCell *cell);

/** Streams, monetised and amount. */
bool flow_cell_is_zero(const Flow *flow, const FlowCell *cell);

/** Takes out all cells, runs and spans; totals stay. */
void flow_clear(Flow *flow);
void flow_free(Flow *flow);

/** But for how many cells they are of. */
bool totals_equal(const CellsTotals *left, const CellsTotals *right);

#endif
