#ifndef TIDEMARK_REPORT_ROWS_H
#define TIDEMARK_REPORT_ROWS_H

#include "report/arena.h"
#include "report/block.h"
#include "report/columns.h"
#include "report/reject.h"
#include "report/row_values.h"

/**
 * One row → a row of a block, or the reason why not.
 *
 * The order of the checks is fixed, so that every reader finds the same fault in the same row:
 *
 *     1. the row:    longer than ROW_BYTES_MAX (shape_length), a stray quotation mark
 *                    (shape_quote), another number of fields than the others have (shape_fields)
 *     2. its fields, left to right: too long; then, if the layout names it, control characters,
 *                    encoding
 *     3. its values: sequence ID, time (from before to), duration or flag or count, quantity,
 *                    whether the count is within the quantity, amount, currency
 *
 * White space around a field that is used does not count. A recording, release or territory is
 * never a fault.
 */
typedef struct RowRules RowRules;

typedef struct RowFault {
    RejectReason reason; // REJECT_NONE: the row is in the block
    int field;           // from 0; NO_FIELD: the whole row
    Slice found;         // lives as long as the row, or the arena
} RowFault;

/**
 * What a layout demands of rows; the caller's, for row_rules_free(). All are borrowed. Values that
 * are the same for all rows are read here, once.
 * STATUS_CONFIG: a constant that is no value, or the layout lacks a column that it needs.
 * STATUS_DATA: a part of the file's name that is no value.
 */
Status row_rules_new(const Columns *columns, const Layout *layout, const DayTable *days,
                     RowRules **out_rules, Error *error);
/** What all rows have in common, from constants and the file's name; borrowed from the rules. */
const RowValues *row_rules_fixed(const RowRules *rules);
/** Adds the row to the block, which has room; its texts are put into the arena. */
RowFault row_rules_apply(RowRules *rules, const CsvRow *row, Arena *arena, RowBlock *block);
/** What was expected, as this layout has it; borrowed from the rules. */
Slice row_rules_expected(const RowRules *rules, RejectReason reason);
void row_rules_free(RowRules *rules);

#endif
