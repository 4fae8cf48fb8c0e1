#include "report/csv.h"

#include "base/memory.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

struct CsvReader {
    Lines *lines;
    char delimiter;
    bool quoted;
    struct csv_parser parser;
    char *field_bytes; // of the row's fields, one behind the other
    size_t field_bytes_used;
    bool row_ended;
    CsvRow row;
    Slice fields[COLUMNS_MAX];
};

static void *resize(void *memory, size_t size_bytes)
{
    return memory_resize(memory, size_bytes, 1);
}

CsvReader *csv_reader_new(Lines *taken_lines, char delimiter, bool quoted)
{
    CsvReader *reader = MEMORY_NEW(CsvReader, 1);

    reader->lines = taken_lines;
    reader->delimiter = delimiter;
    reader->quoted = quoted;
    // libcsv tells of every line's end, so that a line without one is a line with an open quote.
    (void)csv_init(&reader->parser, CSV_STRICT | CSV_REPALL_NL);
    csv_set_delim(&reader->parser, (unsigned char)delimiter);
    csv_set_realloc_func(&reader->parser, resize);
    csv_set_blk_size(&reader->parser, FIELD_BYTES_MAX);
    reader->field_bytes = memory_new(ROW_BYTES_MAX + 1, 1);
    return reader;
}

void csv_reader_free(CsvReader *reader)
{
    if (reader == NULL)
        return;
    csv_free(&reader->parser);
    lines_free(reader->lines);
    free(reader->field_bytes);
    free(reader);
}

Lines *csv_reader_lines(CsvReader *reader)
{
    return reader->lines;
}

static void add_field(CsvReader *reader, Slice field)
{
    if (reader->row.field_count < COLUMNS_MAX)
        reader->fields[reader->row.field_count] = field;
    reader->row.field_count++;
}

static void take_field(void *bytes, size_t size_bytes, void *of_reader)
{
    CsvReader *reader = of_reader;
    char *copy = reader->field_bytes + reader->field_bytes_used;

    // A field is never longer than what it was written as, nor are all of them than their row.
    if (size_bytes > 0)
        memcpy(copy, bytes, size_bytes);
    reader->field_bytes_used += size_bytes;
    add_field(reader, (Slice){.bytes = copy, .size_bytes = size_bytes});
}

static void end_row(int end, void *of_reader)
{
    CsvReader *reader = of_reader;

    (void)end;
    reader->row_ended = true;
}

static Slice without_end(Slice line)
{
    if (line.size_bytes > 0 && line.bytes[line.size_bytes - 1] == '\n')
        line.size_bytes--;
    if (line.size_bytes > 0 && line.bytes[line.size_bytes - 1] == '\r')
        line.size_bytes--;
    return line;
}

static bool is_blank(const CsvReader *reader, char byte)
{
    return (byte == ' ' || byte == '\t') && byte != reader->delimiter;
}

static void split_line(CsvReader *reader, Slice line)
{
    const char *at = line.bytes;
    const char *end = line.bytes + line.size_bytes;
    const char *field_end = NULL;

    while (at < end && is_blank(reader, *at))
        at++;
    if (at == end)
        return;
    do {
        field_end = memchr(at, reader->delimiter, (size_t)(end - at));
        if (field_end == NULL)
            field_end = end;

        const char *first = at;
        const char *last = field_end;

        while (first < last && is_blank(reader, *first))
            first++;
        while (last > first && is_blank(reader, last[-1]))
            last--;
        add_field(reader, (Slice){.bytes = first, .size_bytes = (size_t)(last - first)});
        at = field_end + 1;
    } while (field_end < end);
}

// The field around a place, as it stands there. What is before the place is well-formed, so that
// each quotation mark opens or closes.
static Slice field_around(const CsvReader *reader, Slice row, size_t place)
{
    bool is_open = false;
    size_t begin = 0;
    size_t end = place;

    for (size_t i = 0; i < place; i++) {
        if (row.bytes[i] == '"')
            is_open = !is_open;
        else if (row.bytes[i] == reader->delimiter && !is_open)
            begin = i + 1;
    }
    while (end < row.size_bytes && row.bytes[end] != reader->delimiter)
        end++;
    return slice_trimmed((Slice){.bytes = row.bytes + begin, .size_bytes = end - begin});
}

// Gives a line to libcsv. A line that was cut, or the last of a file, lacks its end: it gets one.
static void feed_line(CsvReader *reader, const Line *line)
{
    bool lacks_end = line->is_cut || without_end(line->text).size_bytes == line->text.size_bytes;
    size_t used = csv_parse(&reader->parser, line->text.bytes, line->text.size_bytes, take_field,
                            end_row, reader);

    if (lacks_end && used == line->text.size_bytes)
        (void)csv_parse(&reader->parser, "\n", 1, take_field, end_row, reader);
    if (used < line->text.size_bytes) {
        size_t before = line->joined.size_bytes - line->text.size_bytes;

        reader->row.fault = CSV_FAULT_QUOTE;
        reader->row.fault_text = field_around(reader, without_end(line->joined), before + used);
        reader->row_ended = true;
        // Without callbacks this only forgets the row.
        (void)csv_fini(&reader->parser, NULL, NULL, NULL);
    } else if (line->is_cut && reader->row_ended) {
        reader->row.fault = CSV_FAULT_LENGTH;
    }
}

static void begin_row(CsvReader *reader, const Line *line)
{
    reader->row = (CsvRow){.line = line->number, .fields = reader->fields};
    reader->field_bytes_used = 0;
    reader->row_ended = false;
}

static void take_line(CsvReader *reader, const Line *line)
{
    if (reader->quoted) {
        feed_line(reader, line);
    } else {
        split_line(reader, without_end(line->text));
        reader->row.fault = line->is_cut ? CSV_FAULT_LENGTH : CSV_FAULT_NONE;
        reader->row_ended = true;
    }
    reader->row.raw = without_end(line->joined);
}

static Status refuse_open_quote(int64_t line, const char *how, Error *error)
{
    return error_set(error, STATUS_DATA, "line %lld: the quotation mark that opens a field here %s",
                     (long long)line, how);
}

// The lines of a row of which one was taken, while a quotation mark is open.
static Status finish_row(CsvReader *reader, Line *line, Error *error)
{
    Status status = STATUS_OK;
    int64_t quote_line = line->number;
    bool more = true;

    while (!reader->row_ended) {
        if (line->is_cut)
            return refuse_open_quote(quote_line, "is not closed within 1048576 bytes of its row",
                                     error);
        TRY(lines_next(reader->lines, true, line, &more, error));
        if (!more)
            return refuse_open_quote(quote_line, "is never closed", error);

        size_t fields_before = reader->row.field_count;

        take_line(reader, line);
        if (reader->row.field_count > fields_before)
            quote_line = line->number; // that field is whole, so the open one began after it
    }

cleanup:
    return status;
}

Status csv_reader_row(CsvReader *reader, CsvRow *out_row, bool *out_more, Error *error)
{
    Status status = STATUS_OK;
    Line line = {0};
    bool more = true;

    do {
        TRY(lines_next(reader->lines, false, &line, &more, error));
        if (!more)
            break;
        begin_row(reader, &line);
        take_line(reader, &line);
        if (!reader->row_ended)
            TRY(finish_row(reader, &line, error));
    } while (reader->row.field_count == 0 && reader->row.fault == CSV_FAULT_NONE);
    *out_more = more;
    if (more)
        *out_row = reader->row;

cleanup:
    return status;
}

Status csv_reader_line(CsvReader *reader, CsvRow *out_row, bool *out_more, Error *error)
{
    Status status = STATUS_OK;
    Line line = {0};

    TRY(lines_next(reader->lines, false, &line, out_more, error));
    if (!*out_more)
        goto cleanup;
    begin_row(reader, &line);
    take_line(reader, &line);
    if (!reader->row_ended) {
        reader->row.fault = CSV_FAULT_QUOTE;
        (void)csv_fini(&reader->parser, NULL, NULL, NULL);
    }
    *out_row = reader->row;

cleanup:
    return status;
}
