#ifndef TIDEMARK_REPORT_CSV_H
#define TIDEMARK_REPORT_CSV_H

#include "report/lines.h"

/**
 * Physical lines → rows of fields, by libcsv in strict mode.
 *
 * libcsv is given a line at a time, so that a row's raw text and lines are known, and so that after
 * a stray quotation mark reading goes on at the next line. White space around an unquoted field is
 * dropped; empty lines are no rows. Without quotation marks a line is simply cut at its delimiters.
 */
typedef struct CsvReader CsvReader;

enum { COLUMNS_MAX = 1024, FIELD_BYTES_MAX = 65536 };

typedef enum CsvFault {
    CSV_FAULT_NONE,
    CSV_FAULT_QUOTE,  // a stray quotation mark: the fields before it are there
    CSV_FAULT_LENGTH, // more than ROW_BYTES_MAX: the fields up to there, the last one cut
} CsvFault;

/** All its texts live until the next call. */
typedef struct CsvRow {
    int64_t line;        // at which it begins, from 1
    Slice raw;           // its bytes, without the last line's end
    const Slice *fields; // COLUMNS_MAX of them at most, though there may be more
    size_t field_count;
    CsvFault fault;
    Slice fault_text; // the field with the stray quotation mark, as it stands there
} CsvRow;

/** The caller's, for csv_reader_free(). */
CsvReader *csv_reader_new(Lines *taken_lines, char delimiter, bool quoted);
/**
 * The next row; *out_more is false at the end, or at the footer.
 * STATUS_DATA: a quotation mark that nothing closes, or only far behind ROW_BYTES_MAX.
 */
Status csv_reader_row(CsvReader *reader, CsvRow *out_row, bool *out_more, Error *error);
/** The next line, a row by itself whatever its quotation marks; an empty one has no fields. */
Status csv_reader_line(CsvReader *reader, CsvRow *out_row, bool *out_more, Error *error);
/** The lines, borrowed. */
Lines *csv_reader_lines(CsvReader *reader);
void csv_reader_free(CsvReader *reader);

#endif
