#include "guess/parse.h"

#include "base/memory.h"

#include <stdlib.h>

enum { FIELD_SHOWN_BYTES_MAX = 1024 }; // of a field are enough to see what it is

static void take_row(GuessParse *parse, const CsvRow *row)
{
    GuessRow taken = {.line = row->line, .first_field = parse->field_count};

    parse->faulty += row->fault != CSV_FAULT_NONE;
    for (size_t i = 0; i < row->field_count && i < COLUMNS_MAX; i++) {
        Slice field = slice_trimmed(row->fields[i]);

        if (field.size_bytes > FIELD_SHOWN_BYTES_MAX)
            field.size_bytes = FIELD_SHOWN_BYTES_MAX;
        parse->opening += !parse->quoted && field.size_bytes > 1 && field.bytes[0] == '"';
        MEMORY_GROW(parse->fields, parse->field_count, parse->field_capacity);
        parse->fields[parse->field_count++] =
            field.size_bytes == 0 ? slice_of("") : arena_copy(&parse->texts, field);
        taken.field_count++;
    }
    MEMORY_GROW(parse->rows, parse->row_count, parse->row_capacity);
    parse->rows[parse->row_count++] = taken;
}

/** Notes the width of most rows; of equals the greater one. */
static void measure(GuessParse *parse)
{
    size_t *rows_of_width = MEMORY_NEW(size_t, COLUMNS_MAX + 1);

    for (size_t i = 0; i < parse->row_count; i++)
        rows_of_width[parse->rows[i].field_count]++;
    for (size_t width = 1; width <= COLUMNS_MAX; width++)
        if (rows_of_width[width] > 0 && rows_of_width[width] >= parse->at_width) {
            parse->width = width;
            parse->at_width = rows_of_width[width];
        }
    free(rows_of_width);
    for (size_t i = parse->row_count; i > 0; i--)
        if (parse->rows[i - 1].field_count == parse->width)
            parse->first = i - 1;
    for (size_t i = 0; i < parse->row_count; i++)
        if (parse->rows[i].field_count == parse->width)
            parse->last = i;
}

GuessParse guess_parse(Slice text, bool is_whole, char delimiter, bool quoted)
{
    GuessParse parse = {.delimiter = delimiter, .quoted = quoted};
    Error ignored = {0};
    CsvReader *reader = csv_reader_new(lines_new(source_of_bytes(text.bytes, text.size_bytes), 0),
                                       delimiter, quoted);
    CsvRow row = {0};
    bool more = true;
    Status status = STATUS_OK;

    while (status == STATUS_OK && more) {
        status = csv_reader_row(reader, &row, &more, &ignored);
        if (status == STATUS_OK && more)
            take_row(&parse, &row);
    }
    // Where the sample is cut, so may be a row with line breaks within quotation marks.
    parse.has_failed = status != STATUS_OK && is_whole;
    parse.lines = lines_count(csv_reader_lines(reader));
    csv_reader_free(reader);
    measure(&parse);
    return parse;
}

size_t guess_parse_constancy(const GuessParse *parse)
{
    return parse->at_width == 0 ? 0 : parse->at_width * 100 / (parse->last - parse->first + 1);
}

const Slice *guess_parse_row(const GuessParse *parse, size_t row)
{
    return parse->fields + parse->rows[row].first_field;
}

static bool is_value(Slice field)
{
    const unsigned numbers = 1U << SHAPE_POINT | 1U << SHAPE_COMMA | 1U << SHAPE_CLOCK;
    bool has_digit_first = field.size_bytes > 0 && field.bytes[0] >= '0' && field.bytes[0] <= '9';

    return has_digit_first || (guess_shapes(field) & (numbers | 1U << SHAPE_ISRC)) != 0;
}

bool guess_is_header(const Slice fields[], size_t count)
{
    size_t filled = 0;
    size_t values = 0;
    size_t known = 0;

    for (size_t i = 0; i < count; i++) {
        char *name = slice_copy(fields[i]);
        bool is_known = false;

        for (ColumnRole role = 0; role < COLUMN_ROLES && !is_known; role++)
            is_known = guess_name_score(role, name) > 0;
        known += is_known;
        filled += *name != '\0';
        values += is_value(fields[i]);
        free(name);
    }
    return known > values && 2 * filled >= count ? true : values == 0 && 2 * filled >= count;
}

void guess_parse_clear(GuessParse *parse)
{
    arena_free(&parse->texts);
    free(parse->fields);
    free(parse->rows);
    *parse = (GuessParse){0};
}
