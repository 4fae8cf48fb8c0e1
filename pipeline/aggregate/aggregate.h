#ifndef TIDEMARK_AGGREGATE_AGGREGATE_H
#define TIDEMARK_AGGREGATE_AGGREGATE_H

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * Log 1 → log 2: the cells of new batches become streams per release and recording, or wait in
 * suspense; and what the catalogue has learned is applied to what earlier accruals left.
 *
 * An accrual is opened with its cut (feed → last batch, and the catalogue's version), then its 256
 * buckets are done, some at a time, each time in one transaction that also records them, and it is
 * complete when all are recorded. Where a run ends in between, the next one goes on from there.
 *
 *     new chunks ─┬─ all cells stay under their names: as they are ──► release usage
 *                 └─ others, opened ┬─ by their names, at the ───┬───► release usage
 *     held (held.h) ────────────────┘  accrual's version         └───► unplaced usage
 */
enum { AGGREGATE_JOBS_MAX = 64 };

typedef struct AggregateOptions {
    int jobs;  // connections that work at the same time; 0: as many as pay, up to one a processor
    int share; // 1 to share_count: this run's part of the buckets
    int share_count; // 1: all of them
    bool is_trial;   // one transaction for everything, left open for the caller to roll back
} AggregateOptions;

/** The accruals that a run worked on; 0 and 0 where there was nothing to do. */
typedef struct AggregateSummary {
    int64_t first_accrual;
    int64_t last_accrual;
} AggregateSummary;

/**
 * Finishes the accrual that is open, if there is one; then, or else, opens the next one if there is
 * something for it, and does its buckets. A run with a share of them works on one accrual only (the
 * others may still be at it), and so does a trial.
 * STATUS_BUSY: a batch is not wholly visible yet, or another run does the same buckets.
 */
Status aggregate(Store *store, const AggregateOptions *options, AggregateSummary *out_summary,
                 Error *error);

/** What those accruals came to, as describe_accruals.sql gives it. */
Status accruals_describe(Store *store, const AggregateSummary *summary, Rows **out_rows,
                         Error *error);

#endif
