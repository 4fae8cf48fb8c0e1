#ifndef TIDEMARK_REPORT_FAST_COLUMNS_H
#define TIDEMARK_REPORT_FAST_COLUMNS_H

#include "report/block.h"
#include "report/rows.h"
#include "report/split.h"

/**
 * A table of plain rows → columns of a block, a column at a time.
 *
 * Each column has a loop of its own, which reads values in their plain form (quick.h), or again those
 * of the row before. What it cannot read so it gives to the step of the careful reader
 * (row_values.h), and where that finds a fault the loop ends: rows behind a fault wait, so that the
 * careful reader takes the faulty one first and tells why.
 */
typedef struct FastColumns FastColumns;

/** All are borrowed; the caller's, for fast_columns_free(). The rules were made of the same. */
FastColumns *fast_columns_new(const Columns *columns, const Layout *layout, const DayTable *days,
                              const RowRules *rules, const Splitter *splitter);
void fast_columns_free(FastColumns *fast);

/**
 * Adds rows of the table, from `first` on and `row_count` at most, to the block, which has room for
 * them: those up to the first that is faulty. `first_line` is the line of the table's line 0.
 * Returns how many.
 */
size_t fast_columns_read(FastColumns *fast, const RowTable *table, size_t first, size_t row_count,
                         int64_t first_line, Arena *arena, RowBlock *block);

#endif
