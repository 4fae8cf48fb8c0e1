#ifndef TIDEMARK_TESTS_READER_CHOICES_H
#define TIDEMARK_TESTS_READER_CHOICES_H

#include "report/report.h"

/**
 * What the first bytes of an input choose. A zero leaves things as the base has them, so that an
 * input can be written by hand: twelve bytes, then the file.
 *
 *     byte  0   the base: by header; by position with money; by position; with flags and periods
 *           1   delimiter, quotes, encoding, decimal comma, identity
 *           2   preamble, footer, filters, totals
 *           3   time format and pattern, columns of time
 *           4   duration, monetised
 *           5   columns left out, constant, or there all the same
 *         6, 7  a role (high half) that stands in another column (low half)
 *           8   how the fast reader looks for fields
 *           9   how much it looks through at once
 *          10   how much a read gives at most
 *          11   the first ID, the days that are known, how often the rows behind the first line come
 */
enum { READER_CHOICE_BYTES = 12 };

typedef struct ReaderChoices {
    Layout layout; // of texts that nobody owns
    LayoutFilter filters[2];
    DayTable days;
    ReportName name;
    ScanKind scan;
    size_t window_bytes;
    size_t read_bytes_max;
    size_t repetitions; // so that a small input can fill blocks and tables
} ReaderChoices;

void reader_choices_make(const uint8_t bytes[READER_CHOICE_BYTES], ReaderChoices *out_choices);

#endif
