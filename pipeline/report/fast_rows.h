#ifndef TIDEMARK_REPORT_FAST_ROWS_H
#define TIDEMARK_REPORT_FAST_ROWS_H

#include "report/block.h"
#include "report/lines.h"
#include "report/rows.h"
#include "report/scan.h"

/**
 * The fast reader: lines → rows of a block, as far as they are plain and without a fault.
 *
 *     lines ahead ──scan──► places ──split──► table of spans ──columns──► block
 *                           64 bytes           256 rows          a column
 *                           at a time          at most           at a time
 *
 * It stops before the first row that is anything else, and leaves the lines as if it had read them
 * one by one; whoever reads that row by csv.h and rows.h may call it again. So there is one truth
 * about quotation marks and one about faults, and the fast reader has neither: it knows what is good.
 */
typedef struct FastRows FastRows;

typedef struct FastRun {
    int64_t row_count;     // rows that were put into the block
    int64_t skipped_count; // rows that a filter took out
    int64_t first_offset;  // of the first of the rows, as lines_offset()
    bool is_stopped;       // the next row is not the fast reader's
} FastRun;

/**
 * All are borrowed; the caller's, for fast_rows_free(). NULL: the layout, or the width of its rows,
 * is none that can be read fast. `window_bytes`: how much is looked through at once, 0 for as much as
 * suits.
 */
FastRows *fast_rows_new(const Columns *columns, const Layout *layout, const DayTable *days,
                        const RowRules *rules, ScanKind scan, size_t window_bytes);
void fast_rows_free(FastRows *fast);

/**
 * Reads on where the lines are: rows of SCAN_BYTES_MAX bytes at most, as the block has room for. The
 * texts of rows live as long as the arena's, or the reader.
 */
FastRun fast_rows_read(FastRows *fast, Lines *lines, Arena *arena, RowBlock *block);

#endif
