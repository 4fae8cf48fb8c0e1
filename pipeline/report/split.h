#ifndef TIDEMARK_REPORT_SPLIT_H
#define TIDEMARK_REPORT_SPLIT_H

#include "report/columns.h"
#include "report/scan.h"

/**
 * Text → a table of its plain rows, fields as spans of the text. Nothing is copied.
 *
 *     text     7001,"DE",3.5⏎7002,"x""y",1⏎…         spans     field 0   field 1   field 2
 *                                                        row 0      0-4       6-8      10-13
 *                                                        row 1    (not plain: the table ends here)
 *
 * A plain row has as many fields as the columns have, on one line that ends in LF or CRLF. A field
 * may stand in quotation marks and have delimiters within them, and if the layout names it, it has a
 * good shape. Anything else ends the table: a quotation mark that is doubled in a field that is used
 * or stands astray, a line break in a field, a lone CR, an empty line, the sender's totals. Rows
 * that a filter takes out are left out of the table.
 */
typedef struct Splitter Splitter;

enum { TABLE_ROWS_MAX = 256 };

/** Two places in one word, for one store: where a field begins, and above 16 bits where it ends. */
typedef uint32_t Span;

static inline Span span_from_to(size_t begin, size_t end)
{
    return (Span)begin | (Span)end << 16;
}

static inline size_t span_begin(Span span)
{
    return (uint16_t)span;
}

static inline size_t span_end(Span span)
{
    return span >> 16;
}

typedef struct RowTable {
    const char *bytes; // what the places are in
    size_t count;
    uint16_t begins[TABLE_ROWS_MAX]; // where the row's line begins
    uint16_t ends[TABLE_ROWS_MAX];   // where the next line begins
    uint16_t lines[TABLE_ROWS_MAX];  // of the row, from 0, the first that was split
    uint16_t end;                    // what was split ends here: behind the last row, or behind
    uint16_t line_count;             // those that were left out after it
    Span *spans;                     // of each row: `stride` of them
    size_t stride;
} RowTable;

typedef enum SplitEnd {
    SPLIT_FULL, // no room for more rows
    SPLIT_ODD,  // the next row is not plain
    SPLIT_CUT,  // the next row is not here to its end
} SplitEnd;

/** Columns of known width, 2 or more; all are borrowed. The caller's, for splitter_free(). */
Splitter *splitter_new(const Columns *columns, const Layout *layout, ScanKind kind);
void splitter_free(Splitter *splitter);

/** Where among the spans of a row those of a field are that is used. */
size_t splitter_place(const Splitter *splitter, int field);

/** Looks through text of SCAN_BYTES_MAX bytes at most, borrowed until the next. A row begins there. */
void splitter_scan(Splitter *splitter, const char *bytes, size_t size_bytes);
/** Fills the table with the rows from a place of the text on, where a row begins. */
SplitEnd splitter_split(Splitter *splitter, size_t from);
const RowTable *splitter_table(const Splitter *splitter);

#endif
