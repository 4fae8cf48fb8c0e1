#ifndef TIDEMARK_BASE_CSV_FILE_H
#define TIDEMARK_BASE_CSV_FILE_H

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A file of CSV (RFC 4180: UTF-8 without BOM, comma, CRLF) that appears whole or not at all, plain
 * or as gzip. Same rows, same bytes: the gzip header names no time, no file and no system.
 *
 *     TRY(csv_file_open(path, CSV_GZIP, columns, COUNT_OF(columns), &file, error));
 *     for (...)
 *         TRY(csv_file_row(file, (CsvCell[]){csv_value(line), csv_text(title)}, error));
 *     TRY(csv_file_commit(file, &summary, error));
 * cleanup:
 *     csv_file_close(file);    // without a commit: nothing is left
 */
typedef struct CsvFile CsvFile;

/** A field; its bytes are borrowed. */
typedef struct CsvCell {
    Slice bytes;
    bool is_text;
} CsvCell;

/**
 * What somebody else wrote (a name, a title): where it begins with = + - @, a tab or a carriage
 * return, a spreadsheet would run it as a formula, so a ' is put in front. NULL is empty.
 */
CsvCell csv_text(const char *text);
/** What we wrote ourselves (a number, a date, a code): as it is. NULL is empty. */
CsvCell csv_value(const char *value);

/** Appends a field, quoted where it needs to be, for those who put rows together themselves. */
void csv_append_cell(Text *rows, const CsvCell *cell);
/** Appends a row with its CRLF. In the header for tests. */
void csv_append_row(Text *rows, const CsvCell cells[], size_t cell_count);

typedef enum CsvForm { CSV_PLAIN, CSV_GZIP } CsvForm;

/** The file as it is on disk (compressed, for gzip); records are its rows without the header. */
typedef struct CsvFileSummary {
    char sha256[DIGEST_TEXT_BYTES];
    int64_t size_bytes;
    int64_t records;
} CsvFileSummary;

/** Begins a file with a header of these columns. *out_file is the caller's, for csv_file_close().
 * Errors as new_file_open(). */
Status csv_file_open(const char *path, CsvForm form, const char *const columns[],
                     size_t column_count, CsvFile **out_file, Error *error);
/** A row: a cell for each column. */
Status csv_file_row(CsvFile *file, const CsvCell cells[], Error *error);
/** So many rows as they are to stand in the file, each with its CRLF. */
Status csv_file_rows(CsvFile *file, const Text *rows, int64_t row_count, Error *error);
/** Ends the file and puts it under its name; afterwards only csv_file_close(). `out_summary` may be
 * NULL. */
Status csv_file_commit(CsvFile *file, CsvFileSummary *out_summary, Error *error);
void csv_file_close(CsvFile *file);

#endif
