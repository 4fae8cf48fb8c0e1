#ifndef TIDEMARK_AGGREGATE_FLOW_READ_H
#define TIDEMARK_AGGREGATE_FLOW_READ_H

#include "aggregate/flow.h"

/**
 * Reads chunks of usage, and lets each of their cells flow to where its names say, those that stay
 * under their names too: of batches' buckets, as open_chunks.sql has them.
 * STATUS_DATA: a chunk is no chunk; its bucket is named.
 */
Status flow_read_chunks(Flow *flow, Store *store, const Places *places, Params batches_buckets,
                        Error *error);

/**
 * Reads what is held in some buckets (pg_temp.held). What goes elsewhere now than before flows out of
 * where it lies, as cells with the opposite sign, and into its new place.
 */
Status flow_read_held(Flow *flow, Store *store, const Places *places, Param buckets, Error *error);

#endif
