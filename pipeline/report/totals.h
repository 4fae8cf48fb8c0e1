#ifndef TIDEMARK_REPORT_TOTALS_H
#define TIDEMARK_REPORT_TOTALS_H

#include "report/columns.h"
#include "report/report.h"

/**
 * The sender's own totals: the only defence against a file that was cut where a row, or a member of
 * its gzip, ends. They stand in one row, found by its marker, which may have a width of its own.
 */
enum { TOTALS_FIGURES = PLACE_TOTALS_AMOUNT - PLACE_TOTALS_ROWS + 1 };

typedef struct Totals {
    int64_t line;                    // where they stand; 0: not seen
    Decimal figures[TOTALS_FIGURES]; // rows, streams, amount, where the layout names them
} Totals;

/**
 * Whether a row is the sender's totals; then they are noted. In the preamble no column is known by
 * its name yet. STATUS_DATA: a figure that the layout names is missing or no number, or totals came
 * before.
 */
Status totals_take(Totals *totals, const Columns *columns, const Layout *layout, const CsvRow *row,
                   bool *out_is_totals, Error *error);
/** STATUS_DATA: what was read is not what the sender says, or the sender had to say it and did
 * not. */
Status totals_compare(const Totals *totals, const Columns *columns, const Layout *layout,
                      const ReportCounts *counts, Error *error);

#endif
