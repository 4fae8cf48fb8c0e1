#ifndef TIDEMARK_PAYOUT_LINE_NAMES_H
#define TIDEMARK_PAYOUT_LINE_NAMES_H

#include "base/exact.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * What lines call things: releases and recordings with their titles, rates. Asked for many lines at
 * once, and kept for those to come within a bound.
 *
 *     line_names_ask(names, records, count, words, &named, error)     the server looks them up
 *     ... something else
 *     line_names_take(names, error)                                   they are there
 *     line_names_release(names, &named, line) …
 */
typedef struct LineNames LineNames;

enum { LINE_NAME_KINDS = 3 };

/** What some lines name, by their places among them. {0}, then line_named_free(). */
typedef struct LineNamed {
    uint32_t *places[LINE_NAME_KINDS];
    size_t capacity;
} LineNamed;

void line_named_free(LineNamed *named);

/** Of a run; keeps about `names_max` of a kind. The store is borrowed. The caller's, for
 * line_names_free(). */
LineNames *line_names_new(Store *store, int64_t run, size_t names_max);
void line_names_free(LineNames *names);

/** Asks for what these lines name (line_record.h), a record each `words` words. STATUS_BUG: a rate is
 * not there, or cannot be multiplied. */
Status line_names_ask(LineNames *names, const uint64_t records[], size_t count, size_t words,
                      LineNamed *named, Error *error);
/** Waits for what was asked for; between the two the store is of no other use. */
Status line_names_take(LineNames *names, Error *error);

/** Whether it is time to forget what was named before, when all of it is written. */
bool line_names_is_full(const LineNames *names);
void line_names_forget(LineNames *names);

/** Code and title as cells of CSV, "4006381333931,Low Water"; borrowed until the next names are
 * taken. */
Slice line_names_release(const LineNames *names, const LineNamed *named, size_t line);
Slice line_names_recording(const LineNames *names, const LineNamed *named, size_t line);

typedef struct LineRate {
    Exact value;
    bool is_reported; // a share of what the provider reported, not so much a stream
} LineRate;

/** Borrowed as above; its cells are rate and basis, "0.0031,monetised". */
const LineRate *line_names_rate(const LineNames *names, const LineNamed *named, size_t line,
                                Slice *out_cells);

#endif
