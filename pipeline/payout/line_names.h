#ifndef TIDEMARK_PAYOUT_LINE_NAMES_H
#define TIDEMARK_PAYOUT_LINE_NAMES_H

#include "base/exact.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * What lines call things: releases and recordings with their titles, rates. Looked up for many lines
 * at once, a statement for each kind, and kept for those to come within a bound: what is known
 * beyond it is forgotten as a whole, and asked for again.
 */
typedef struct LineNames LineNames;

/** Of a run; the store is borrowed. The caller's, for line_names_free(). */
LineNames *line_names_new(Store *store, int64_t run);
void line_names_free(LineNames *names);

/** Looks up what these lines name (line_record.h), a record each `words` words; then it is there, by
 * a line's place among them, until the next call. STATUS_BUG: a rate is not there, or cannot be
 * multiplied. */
Status line_names_look_up(LineNames *names, const uint64_t records[], size_t count, size_t words,
                          Error *error);

/** Code and title as cells of CSV, "4006381333931,Low Water"; borrowed until the next look-up. */
Slice line_names_release(const LineNames *names, size_t line);
Slice line_names_recording(const LineNames *names, size_t line);

typedef struct LineRate {
    Exact value;
    bool is_reported; // a share of what the provider reported, not so much a stream
} LineRate;

/** Borrowed until the next look-up; its cells are rate and basis, "0.0031,monetised". */
const LineRate *line_names_rate(const LineNames *names, size_t line, Slice *out_cells);

#endif
