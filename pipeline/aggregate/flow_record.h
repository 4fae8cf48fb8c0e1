#ifndef TIDEMARK_AGGREGATE_FLOW_RECORD_H
#define TIDEMARK_AGGREGATE_FLOW_RECORD_H

#include "aggregate/flow.h"

/**
 * Records buckets of an accrual as done, if what flowed of their cells, and what was carried as it
 * is (carry_whole_chunks.sql), is what ingest committed: record_buckets.sql says whether it is, and
 * how many it recorded.
 */
Status flow_record(const Flow *flow, Store *store, int64_t accrual, const int64_t buckets[],
                   size_t count, const Rows *carried, Rows **out_recorded, Error *error);

#endif
