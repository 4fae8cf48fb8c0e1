#ifndef TIDEMARK_PAYOUT_LINE_WRITER_H
#define TIDEMARK_PAYOUT_LINE_WRITER_H

#include "base/csv_file.h"
#include "payout/line_names.h"
#include "payout/line_splits.h"
#include "payout/line_terms.h"

/**
 * Writes the lines of a run as rows of lines.csv.gz, request by request: what was carried in, what
 * was earned and taken back, what is carried out. The amount of a line is an exact product, and a
 * request's lines must add up to its amount, to the last digit.
 */
typedef struct LineWriter LineWriter;

/** The columns of the file, in order. */
extern const char *const line_columns[];
extern const size_t line_column_count;

typedef struct LineSum {
    const char *currency; // borrowed from the terms
    Exact amount;
} LineSum;

/** All is borrowed; the caller's, for line_writer_free(). */
LineWriter *line_writer_new(const LineTerms *terms, const LineShares *shares,
                            const LineNames *names, CsvFile *file);
/** The next line, summed, and its place among those that are named. STATUS_BUG: the lines of the request before
 * it do not add up to its amount. */
Status line_writer_add(LineWriter *writer, const uint64_t record[], const LineNamed *named,
                       size_t line, Error *error);
/** Ends the last request, and what is left. */
Status line_writer_end(LineWriter *writer, Error *error);
/** What all lines add up to by currency, in the order of their codes; borrowed. */
const LineSum *line_writer_sums(const LineWriter *writer, size_t *out_count);
void line_writer_free(LineWriter *writer);

#endif
