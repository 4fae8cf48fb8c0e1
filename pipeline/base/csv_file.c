#include "base/csv_file.h"

#include "base/files.h"
#include "base/memory.h"

#include <assert.h>
#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    ROWS_BYTES = 1 << 16,   // gathered before they are compressed or written
    OUTPUT_BYTES = 1 << 16, // of the compressor, at a time
    GZIP_WINDOW_BITS = 15 + 16,
    GZIP_MEMORY_LEVEL = 8,
    GZIP_SYSTEM_UNKNOWN = 255,
};

struct CsvFile {
    NewFile *file;
    Digest *digest;
    Text rows; // not yet compressed or written
    bool is_gzip;
    bool is_deflating; // the stream is open
    z_stream stream;
    gz_header header; // zlib borrows it for as long as the stream is open
    unsigned char *output;
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
    if (text.size_bytes == 0)
        return false;
    if (text.bytes[0] == ' ' || text.bytes[text.size_bytes - 1] == ' ')
        return true;
    for (size_t i = 0; i < text.size_bytes; i++)
        if (memchr(",\"\r\n", text.bytes[i], 4) != NULL)
            return true;
    return false;
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

static Status write_bytes(CsvFile *file, const void *bytes, size_t size_bytes, Error *error)
{
    digest_add(file->digest, bytes, size_bytes);
    file->size_bytes += (int64_t)size_bytes;
    return new_file_write(file->file, bytes, size_bytes, error);
}

static Status begin_gzip(CsvFile *file, Error *error)
{
    if (deflateInit2(&file->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                     GZIP_MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return error_set(error, STATUS_MEMORY, "could not begin to compress: out of memory");
    file->is_deflating = true;
    file->header.os = GZIP_SYSTEM_UNKNOWN; // time 0 and no name, by {0}
    file->output = memory_new(OUTPUT_BYTES, 1);
    if (deflateSetHeader(&file->stream, &file->header) != Z_OK)
        return error_set(error, STATUS_BUG, "zlib refused the header of a new gzip stream");
    return STATUS_OK;
}

/** Compresses what is gathered; `flush` is Z_NO_FLUSH, or Z_FINISH at the end. */
static Status deflate_rows(CsvFile *file, int flush, Error *error)
{
    int result = Z_OK;

    file->stream.next_in = (Bytef *)file->rows.bytes; // zlib only reads it
    file->stream.avail_in = (uInt)file->rows.size_bytes;
    do {
        file->stream.next_out = file->output;
        file->stream.avail_out = OUTPUT_BYTES;
        result = deflate(&file->stream, flush);
        if (result == Z_STREAM_ERROR)
            return error_set(error, STATUS_BUG, "zlib lost the state of a gzip stream");

        Status status =
            write_bytes(file, file->output, OUTPUT_BYTES - file->stream.avail_out, error);

        if (status != STATUS_OK)
            return status;
    } while (file->stream.avail_out == 0);
    assert(flush != Z_FINISH || result == Z_STREAM_END);
    return STATUS_OK;
}

static Status flush_rows(CsvFile *file, bool is_last, Error *error)
{
    Status status = STATUS_OK;

    if (file->is_gzip)
        status = deflate_rows(file, is_last ? Z_FINISH : Z_NO_FLUSH, error);
    else if (file->rows.size_bytes > 0)
        status = write_bytes(file, file->rows.bytes, file->rows.size_bytes, error);
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
    file->is_gzip = form == CSV_GZIP;
    file->digest = digest_new();
    TRY(new_file_open(path, &file->file, error));
    if (file->is_gzip)
        TRY(begin_gzip(file, error));
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
    return file->rows.size_bytes < ROWS_BYTES ? STATUS_OK : flush_rows(file, false, error);
}

Status csv_file_rows(CsvFile *file, const Text *rows, int64_t row_count, Error *error)
{
    text_append_slice(&file->rows, (Slice){text_bytes(rows), rows->size_bytes});
    file->records += row_count;
    return file->rows.size_bytes < ROWS_BYTES ? STATUS_OK : flush_rows(file, false, error);
}

Status csv_file_commit(CsvFile *file, CsvFileSummary *out_summary, Error *error)
{
    Status status = STATUS_OK;
    CsvFileSummary summary = {0};

    TRY(flush_rows(file, true, error));
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
    if (file->is_deflating)
        (void)deflateEnd(&file->stream);
    new_file_close(file->file);
    digest_free(file->digest);
    text_free(&file->rows);
    free(file->output);
    free(file);
}
