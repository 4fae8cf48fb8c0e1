#ifndef TIDEMARK_INGEST_RESULT_H
#define TIDEMARK_INGEST_RESULT_H

#include "ingest/run.h"

#include <jansson.h>

/**
 * What came of a file, as an object of the document of a stage: feed, file, sha256, outcome,
 * reason, batch, rows_read, counted, duplicate, rejected, conflict, first_id, last_id, streams,
 * monetised, cells; null where there is nothing to say. The caller's, for json_decref().
 */
json_t *ingest_result_json(const IngestFile *file, const IngestResult *result);

#endif
