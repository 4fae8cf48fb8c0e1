#include "payout/payment_reader.h"

#include "base/files.h"
#include "base/memory.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_BYTES_MAX = 1 << 28, // half a million payments
    COLUMNS_MAX = 64,
};

typedef struct Reader {
    char *names[COLUMNS_MAX];
    size_t name_count;
    json_t *payments;
    json_t *payment; // whose fields are being read; NULL in the header
    size_t column;
    const char *fault; // the first; NULL: none
} Reader;

/** Undoes csv_text(): a ' in front of what would begin a formula. */
static void strip_neutral(const char **text, size_t *size_bytes)
{
    if (*size_bytes >= 2 && (*text)[0] == '\'' && memchr("=+-@\t\r", (*text)[1], 6) != NULL) {
        (*text)++;
        (*size_bytes)--;
    }
}

static void take_field(void *field, size_t size_bytes, void *context)
{
    Reader *reader = context;
    const char *text = field == NULL ? "" : field;

    if (reader->payment == NULL) {
        if (reader->column < COLUMNS_MAX)
            reader->names[reader->name_count++] = memory_copy(text, size_bytes);
    } else if (reader->column < reader->name_count) {
        strip_neutral(&text, &size_bytes);

        json_t *value = json_stringn(text, size_bytes);

        if (value == NULL)
            reader->fault = "a field is no UTF-8";
        else
            json_object_set_new(reader->payment, reader->names[reader->column], value);
    }
    reader->column++;
}

static void end_row(int end, void *context)
{
    Reader *reader = context;

    (void)end;
    if (reader->column != reader->name_count)
        reader->fault = "a row has not the header's columns";
    if (reader->payment != NULL)
        json_array_append_new(reader->payments, reader->payment);
    reader->payment = json_object();
    reader->column = 0;
}

static Status parse(const char *path, const char *bytes, size_t size_bytes, Reader *reader,
                    Error *error)
{
    struct csv_parser parser;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return error_set(error, STATUS_BUG, "libcsv refused its options");

    size_t parsed = csv_parse(&parser, bytes, size_bytes, take_field, end_row, reader);

    if (parsed != size_bytes || csv_fini(&parser, take_field, end_row, reader) != 0)
        reader->fault = csv_strerror(csv_error(&parser));
    csv_free(&parser);
    if (reader->fault != NULL)
        return error_set(error, STATUS_DATA, "\"%s\": row %zu: %s", path,
                         json_array_size(reader->payments) + 1, reader->fault);
    return STATUS_OK;
}

Status payments_read(const char *path, json_t **out_payments, Error *error)
{
    Status status = STATUS_OK;
    Reader reader = {.payments = json_array()};
    char *bytes = NULL;
    size_t size_bytes = 0;

    TRY(file_read(path, FILE_BYTES_MAX, &bytes, &size_bytes, error));
    TRY(parse(path, bytes, size_bytes, &reader, error));
    *out_payments = json_incref(reader.payments);

cleanup:
    for (size_t i = 0; i < reader.name_count; i++)
        free(reader.names[i]);
    json_decref(reader.payment);
    json_decref(reader.payments);
    free(bytes);
    return status;
}
