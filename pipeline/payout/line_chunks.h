#ifndef TIDEMARK_PAYOUT_LINE_CHUNKS_H
#define TIDEMARK_PAYOUT_LINE_CHUNKS_H

#include "payout/line_splits.h"
#include "payout/line_terms.h"
#include "payout/sorter.h"

/**
 * Reads all chunks of earnings that a run's requests cover, some buckets at a time, and gives the
 * sorter a record (line_record.h) for each payee of each part's split whom the run pays for it.
 * The splits' shares are there afterwards.
 *
 * STATUS_BUG: a chunk names a split that is not there, or an amount that no reports add up to.
 */
Status line_chunks_read(Store *store, const LineTerms *terms, LineSplits *splits, Sorter *sorter,
                        Error *error);

#endif
