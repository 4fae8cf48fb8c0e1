#include "base/csv_file.h"

#include "base/files.h"
#include "base/memory.h"
#include "base/packer.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_BYTES = 1 << 16 }; // gathered before they are compressed or written

struct CsvFile {
    NewFile *file;
    Digest *digest;
    Packer *packer; // NULL: plain
    Text rows;      // not yet compressed or written
    size_t column_count;
    int64_t size_bytes;
    int64_t records;
};

CsvCell csv_text(const char *text)
{
    return (CsvCell){.bytes = slice_of(text == NULL ? "" : text), .is_text = true};
}

CsvCell csv_value(const char *value)
{
    return (CsvCell){.bytes = slice_of(value == NULL ? "" : value), .is_text = false};
}

static bool begins_formula(Slice text)
{
    return text.size_bytes > 0 && memchr("=+-@\t\r", text.bytes[0], 6) != NULL;
}

/** RFC 4180 asks for quotes around these; readers that trim need them around blanks at an end. */
static bool needs_quotes(Slice text)
{
    static const bool is_special[256] = {[','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true};
    bool has_special = false;

    if (text.size_bytes == 0)
        return false;
    for (size_t i = 0; i < text.size_bytes; i++)
        has_special |= is_special[(unsigned char)text.bytes[i]];
    return has_special || text.bytes[0] == ' ' || text.bytes[text.size_bytes - 1] == ' ';
}

static void append_quoted(Text *rows, Slice text)
{
    size_t size_bytes = csv_write(NULL, 0, text.bytes, text.size_bytes);
    char *quoted = memory_new(size_bytes, 1);

    csv_write(quoted, size_bytes, text.bytes, text.size_bytes);
    text_append_slice(rows, (Slice){quoted, size_bytes});
    free(quoted);
}

void csv_append_cell(Text *rows, const CsvCell *cell)
{
    Text neutral = {0};
    Slice text = cell->bytes;

    if (cell->is_text && begins_formula(text)) {
        text_append_byte(&neutral, '\'');
        text_append_slice(&neutral, text);
        text = (Slice){neutral.bytes, neutral.size_bytes};
    }
    if (needs_quotes(text))
        append_quoted(rows, text);
    else
        text_append_slice(rows, text);
    text_free(&neutral);
}

void csv_append_row(Text *rows, const CsvCell cells[], size_t cell_count)
{
    for (size_t i = 0; i < cell_count; i++) {
        if (i > 0)
            text_append_byte(rows, ',');
        csv_append_cell(rows, &cells[i]);
    }
    text_append(rows, "\r\n");
}

/** Of a gzip file, by its packer's thread. */
static Status write_bytes(void *context, const void *bytes, size_t size_bytes, Error *error)
{
    CsvFile *file = context;

    digest_add(file->digest, bytes, size_bytes);
    file->size_bytes += (int64_t)size_bytes;
    return new_file_write(file->file, bytes, size_bytes, error);
}

static Status flush_rows(CsvFile *file, Error *error)
{
    if (file->packer != NULL)
        return packer_add(file->packer, &file->rows, error);

    Status status = write_bytes(file, file->rows.bytes, file->rows.size_bytes, error);

    text_clear(&file->rows);
    return status;
}

Status csv_file_open(const char *path, CsvForm form, const char *const columns[],
                     size_t column_count, CsvFile **out_file, Error *error)
{
    Status status = STATUS_OK;
    CsvFile *file = MEMORY_NEW(CsvFile, 1);
    CsvCell *names = MEMORY_NEW(CsvCell, column_count);

    file->column_count = column_count;
    file->digest = digest_new();
    TRY(new_file_open(path, &file->file, error));
    if (form == CSV_GZIP)
        TRY(packer_new(write_bytes, file, &file->packer, error));
    for (size_t i = 0; i < column_count; i++)
        names[i] = csv_value(columns[i]);
    csv_append_row(&file->rows, names, column_count);
    *out_file = file;
    file = NULL; // the caller's from here on

cleanup:
    free(names);
    csv_file_close(file);
    return status;
}

Status csv_file_row(CsvFile *file, const CsvCell cells[], Error *error)
{
    csv_append_row(&file->rows, cells, file->column_count);
    file->records++;
    return file->rows.size_bytes < ROWS_BYTES ? STATUS_OK : flush_rows(file, error);
}

Status csv_file_rows(CsvFile *file, const Text *rows, int64_t row_count, Error *error)
{
    text_append_slice(&file->rows, (Slice){text_bytes(rows), rows->size_bytes});
    file->records += row_count;
    return file->rows.size_bytes < ROWS_BYTES ? STATUS_OK : flush_rows(file, error);
}

Status csv_file_commit(CsvFile *file, CsvFileSummary *out_summary, Error *error)
{
    Status status = STATUS_OK;
    CsvFileSummary summary = {0};

    if (file->rows.size_bytes > 0)
        TRY(flush_rows(file, error));
    if (file->packer != NULL)
        TRY(packer_finish(file->packer, error));
    TRY(new_file_commit(file->file, error));
    digest_finish(file->digest, summary.sha256);
    summary.size_bytes = file->size_bytes;
    summary.records = file->records;
    if (out_summary != NULL)
        *out_summary = summary;

cleanup:
    return status;
}

void csv_file_close(CsvFile *file)
{
    if (file == NULL)
        return;
    packer_free(file->packer);
    new_file_close(file->file);
    digest_free(file->digest);
    text_free(&file->rows);
    free(file);
}
