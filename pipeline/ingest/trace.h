#ifndef TIDEMARK_INGEST_TRACE_H
#define TIDEMARK_INGEST_TRACE_H

#include "ingest/day_tables.h"

#include <jansson.h>

/**
 * What became of one sequence ID: the way back from money to the line of a report.
 *
 * An object: feed, id, fate ("counted", "taken out", "waived", "missing", "never seen"), files
 * (which brought it, with state, batch, line and row, read from the archive again), waivers, and
 * rejects in which it stands. *out_trace is the caller's, for json_decref(). STATUS_CANNOT_READ: an
 * archived file is missing or damaged.
 */
Status trace_id(Store *store, const Settings *settings, DayTables *days, const Feed *feed,
                int64_t id, json_t **out_trace, Error *error);

/** Reads an ID as a person writes it: a number, or for identity `line` "3.1201": line 1201 of the
 * feed's third report. STATUS_USAGE. */
Status trace_parse_id(const Feed *feed, const char *text, int64_t *out_id, Error *error);

#endif
