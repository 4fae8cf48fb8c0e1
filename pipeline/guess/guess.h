#ifndef TIDEMARK_GUESS_GUESS_H
#define TIDEMARK_GUESS_GUESS_H

#include "base/error.h"
#include "report/layout.h"

/**
 * A report file's beginning → a layout that a person can correct, with a sentence for every choice.
 *
 *     bytes → text (encoding) → table (delimiter, quotes, preamble, header, footer)
 *           → columns (by their names, else by their values) → what they mean (formats, units)
 *           → a trial: the layout's own reader reads the sample, and rows that are none are skipped
 *
 * What cannot be told is left out of the layout, and a sentence says so. Pure: no database, clock,
 * settings or log.
 */
enum { GUESS_SAMPLE_BYTES_MAX = 1 << 20 };

typedef struct GuessSample {
    Slice bytes;   // the file's first ones, unpacked
    bool is_whole; // they are the whole file: its end can be seen too
    const char *file_name;
} GuessSample;

typedef struct GuessReason {
    char *key;      // of the settings: "file.delimiter", "columns.recording"; "" for the whole
    char *sentence; // printable UTF-8 on one line, without a full stop
} GuessReason;

typedef struct Guess { // {0} is an empty one
    Layout layout;
    GuessReason *reasons; // in the order in which they were found
    size_t reason_count;
    size_t reason_capacity;
} Guess;

/**
 * Proposes a layout. STATUS_DATA: the sample is no text, no table, or one of which no column is like
 * any of a report. *out_guess is the caller's, for guess_clear().
 */
Status guess_layout(const GuessSample *sample, Guess *out_guess, Error *error);
void guess_clear(Guess *guess);

#endif
