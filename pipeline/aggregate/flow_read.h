#ifndef TIDEMARK_AGGREGATE_FLOW_READ_H
#define TIDEMARK_AGGREGATE_FLOW_READ_H

#include "aggregate/flow.h"
#include "aggregate/usage_chunk.h"
#include "store/store.h"

/** The span of a row that has a chunk. */
size_t flow_chunk_span(Flow *flow, const Rows *rows, size_t row);
/** Adds a cell of a chunk. STATUS_DATA: its amount is none that a report can hold. */
Status flow_chunk_cell(Flow *flow, const UsageChunk *chunk, size_t cell, Error *error);

/**
 * Where cells of a name go, in a market whose territory is known or not: a run that has no cells
 * yet.
 */
FlowRun flow_run_to(Place place, const Name *name, bool is_market_known, size_t span);

/**
 * Reads chunks of usage, and lets each of their cells flow to where its names say, those that stay
 * under their names too: of batches' buckets, as open_chunks.sql has them.
 * STATUS_DATA: a chunk is no chunk; its bucket is named.
 */
Status flow_read_chunks(Flow *flow, Store *store, const Places *places, Params batches_buckets,
                        Error *error);

#endif
