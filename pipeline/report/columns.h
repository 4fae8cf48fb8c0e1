#ifndef TIDEMARK_REPORT_COLUMNS_H
#define TIDEMARK_REPORT_COLUMNS_H

#include "report/csv.h"
#include "report/layout.h"
#include "report/name.h"

/**
 * Where a layout's columns stand in one file: by the header's names, by position, or the same value
 * for the whole file.
 */
enum { NO_FIELD = -1 };

/** Roles come first, so that a role is its own index here. */
enum {
    PLACE_TOTALS_MARKER = COLUMN_ROLES,
    PLACE_TOTALS_ROWS,
    PLACE_TOTALS_STREAMS,
    PLACE_TOTALS_AMOUNT,
    PLACE_FILTERS // of the layout's first filter; the others follow
};

typedef struct ColumnPlace {
    const LayoutColumn *column; // the layout's
    const char *key;            // what the layout calls it
    int field;                  // from 0, or NO_FIELD
} ColumnPlace;

typedef struct Columns {
    ColumnPlace *places;
    size_t place_count;
    const char *constants[COLUMN_ROLES]; // what stands for a role in every row; NULL: nothing
    char **names;                        // of the header, as they stand there
    size_t name_count;
    size_t width;              // fields of a row; 0: nothing has told yet
    bool is_used[COLUMNS_MAX]; // fields that the layout names: their shape matters
} Columns;

/**
 * What is known before the header: positions, constants and parts of the file's name (`name` may be
 * NULL). Borrows from both. STATUS_CONFIG: a position beyond COLUMNS_MAX, a name without a header,
 * a part that the file's name does not have. Whatever the status, columns_clear() takes it.
 */
Status columns_begin(const Layout *layout, const ReportName *name, Columns *out_columns,
                     Error *error);
/**
 * What the header says. STATUS_DATA names all columns that are not there, each with the nearest
 * that is, and those that stand there twice.
 */
Status columns_take_header(Columns *columns, const CsvRow *header, Error *error);
/** How many fields rows have, as the first one tells. STATUS_DATA: fewer than the layout's
 * positions, or more than COLUMNS_MAX. */
Status columns_take_width(Columns *columns, const CsvRow *row, Error *error);
/** Whether the role has a value, from a field or the same for all rows. */
bool columns_have(const Columns *columns, ColumnRole role);
void columns_clear(Columns *columns);

#endif
