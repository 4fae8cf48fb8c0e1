#include "store/json.h"

#include "base/utf8.h"
#include "store/internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

// jansson gives NULL only for want of memory, or for a text that is not UTF-8, which the server
// does not send.
static json_t *made(json_t *value)
{
    if (value == NULL)
        abort();
    return value;
}

static json_t *value_of(const Rows *rows, int row, int column)
{
    const char *text = PQgetvalue(rows->result, row, column);
    int64_t number = 0;

    if (PQgetisnull(rows->result, row, column))
        return json_null();
    switch (PQftype(rows->result, column)) {
    case BOOL_OID:
        return json_boolean(text[0] == 't');
    case INT2_OID:
    case INT4_OID:
        (void)slice_to_int64(slice_of(text), &number);
        return made(json_integer(number));
    case JSONB_OID:
        return made(json_loads(text, JSON_DECODE_ANY, NULL));
    default:
        return made(json_string(text));
    }
}

json_t *json_of_row(const Rows *rows, size_t row)
{
    json_t *object = made(json_object());

    assert(row < rows->row_count);
    for (size_t column = 0; column < rows->column_count; column++)
        if (json_object_set_new(object, PQfname(rows->result, (int)column),
                                value_of(rows, (int)row, (int)column)) != 0)
            abort();
    return object;
}

json_t *json_of_rows(const Rows *rows)
{
    json_t *array = made(json_array());

    for (size_t row = 0; row < rows->row_count; row++)
        if (json_array_append_new(array, json_of_row(rows, row)) != 0)
            abort();
    return array;
}

json_t *json_wide(int64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRId64, number);
    return made(json_string(text));
}

json_t *json_of_text(const char *text)
{
    if (text == NULL)
        return json_null();

    json_t *value = json_string(text);

    if (value == NULL) {
        char *repaired = utf8_repaired(text);

        value = json_string(repaired);
        free(repaired);
    }
    return made(value);
}
