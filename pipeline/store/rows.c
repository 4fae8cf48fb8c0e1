#include "base/memory.h"
#include "store/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static unsigned nibble(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

// "\x4142" → "AB": the form that set_session.sql asks for.
static Slice decode_hex(const char *hex, size_t size_bytes, char *decoded)
{
    assert(size_bytes % 2 == 0 && hex[0] == '\\' && hex[1] == 'x');
    for (size_t i = 2; i < size_bytes; i += 2)
        decoded[i / 2 - 1] = (char)(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
    return (Slice){.bytes = decoded, .size_bytes = size_bytes / 2 - 1};
}

static bool is_bytea(const Rows *rows, size_t row, size_t column)
{
    return PQftype(rows->result, (int)column) == BYTEA_OID &&
           !PQgetisnull(rows->result, (int)row, (int)column);
}

static void decode_byteas(Rows *rows)
{
    size_t size_bytes = 0;

    for (size_t row = 0; row < rows->row_count; row++)
        for (size_t column = 0; column < rows->column_count; column++)
            if (is_bytea(rows, row, column))
                size_bytes += (size_t)PQgetlength(rows->result, (int)row, (int)column) / 2;
    if (size_bytes == 0)
        return;
    rows->bytes = MEMORY_NEW(Slice, rows->row_count * rows->column_count);
    rows->decoded_bytes = MEMORY_NEW(char, size_bytes);

    char *decoded = rows->decoded_bytes;

    for (size_t row = 0; row < rows->row_count; row++)
        for (size_t column = 0; column < rows->column_count; column++) {
            if (!is_bytea(rows, row, column))
                continue;

            Slice bytes =
                decode_hex(PQgetvalue(rows->result, (int)row, (int)column),
                           (size_t)PQgetlength(rows->result, (int)row, (int)column), decoded);

            rows->bytes[row * rows->column_count + column] = bytes;
            decoded += bytes.size_bytes;
        }
}

Rows *rows_new(PGresult *taken_result)
{
    Rows *rows = MEMORY_NEW(Rows, 1);

    rows->result = taken_result;
    rows->row_count = (size_t)PQntuples(taken_result);
    rows->column_count = (size_t)PQnfields(taken_result);
    decode_byteas(rows);
    return rows;
}

void rows_free(Rows *rows)
{
    if (rows == NULL)
        return;
    PQclear(rows->result);
    free(rows->bytes);
    free(rows->decoded_bytes);
    free(rows);
}

size_t rows_count(const Rows *rows)
{
    return rows->row_count;
}

size_t rows_column_count(const Rows *rows)
{
    return rows->column_count;
}

const char *rows_column_name(const Rows *rows, size_t column)
{
    assert(column < rows->column_count);
    return PQfname(rows->result, (int)column);
}

// PQfnumber() folds case and copies the name at each call; ours are lower case as they are.
static int find_column(const Rows *rows, size_t row, const char *name)
{
    size_t column = 0;

    assert(row < rows->row_count);
    while (column < rows->column_count && strcmp(PQfname(rows->result, (int)column), name) != 0)
        column++;
    assert(column < rows->column_count);
    return (int)column;
}

// NULL for null.
static const char *find_value(const Rows *rows, size_t row, const char *name)
{
    int column = find_column(rows, row, name);

    return PQgetisnull(rows->result, (int)row, column) ? NULL
                                                       : PQgetvalue(rows->result, (int)row, column);
}

bool rows_is_null(const Rows *rows, size_t row, const char *column)
{
    return find_value(rows, row, column) == NULL;
}

int64_t rows_int64(const Rows *rows, size_t row, const char *column)
{
    const char *value = find_value(rows, row, column);
    int64_t number = 0;
    bool is_number = value == NULL || slice_to_int64(slice_of(value), &number);

    assert(is_number);
    (void)is_number;
    return number;
}

bool rows_bool(const Rows *rows, size_t row, const char *column)
{
    const char *value = find_value(rows, row, column);

    assert(value == NULL || text_equal(value, "t") || text_equal(value, "f"));
    return value != NULL && value[0] == 't';
}

const char *rows_text(const Rows *rows, size_t row, const char *column)
{
    return find_value(rows, row, column);
}

Day rows_day(const Rows *rows, size_t row, const char *column)
{
    const char *value = find_value(rows, row, column);
    Day day = DAY_NONE;
    bool is_day = value == NULL || day_parse(slice_of(value), &day);

    assert(is_day); // schema constraints keep days between DAY_MIN and DAY_MAX
    (void)is_day;
    return day;
}

Slice rows_bytes(const Rows *rows, size_t row, const char *column)
{
    int index = find_column(rows, row, column);

    assert(PQftype(rows->result, index) == BYTEA_OID);
    if (rows->bytes == NULL)
        return (Slice){0};
    return rows->bytes[row * rows->column_count + (size_t)index];
}

// The next element of an array's literal, {1,-2,3.5}: at its brace or comma, which is stepped over.
static Slice next_element(const char **place)
{
    Slice element = {.bytes = *place + 1};

    assert(**place == '{' || **place == ',');
    while (element.bytes[element.size_bytes] != ',' && element.bytes[element.size_bytes] != '}' &&
           element.bytes[element.size_bytes] != '\0')
        element.size_bytes++;
    *place = element.bytes + element.size_bytes;
    return element;
}

void rows_int64_array(const Rows *rows, size_t row, const char *column, int64_t out_numbers[],
                      size_t count)
{
    const char *place = find_value(rows, row, column);

    assert(place != NULL);
    for (size_t i = 0; i < count; i++) {
        Slice element = next_element(&place);
        bool is_number = slice_to_int64(element, &out_numbers[i]);

        assert(is_number);
        (void)is_number;
    }
    assert(text_equal(place, "}") || (count == 0 && text_equal(place, "{}")));
}

void rows_number_array(const Rows *rows, size_t row, const char *column, Slice out_texts[],
                       size_t count)
{
    const char *place = find_value(rows, row, column);

    assert(place != NULL);
    for (size_t i = 0; i < count; i++) {
        out_texts[i] = next_element(&place);
        assert(out_texts[i].size_bytes > 0 && out_texts[i].bytes[0] != '"');
    }
    assert(text_equal(place, "}") || (count == 0 && text_equal(place, "{}")));
}
