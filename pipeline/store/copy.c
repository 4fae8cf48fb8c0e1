#include "store/copy.h"

#include "base/memory.h"
#include "store/copy_sender.h"
#include "store/internal.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    FLUSH_BYTES = 256 * 1024,       // rows gather up to here and then go to the sender
    BUFFER_BYTES = 2 * FLUSH_BYTES, // at first; it grows with the largest row
    FIELD_BYTES_MAX = 0x3fffffff,   // PostgreSQL's own limit of a value
    POSTGRES_EPOCH_DAY = 10957,     // 2000-01-01, from which its dates count
};

struct Copy {
    Store *store;
    const Statement *statement;
    CopyBuffer buffer; // what was not given to the sender yet
    CopySender *sender;
    int16_t fields_left; // of the row begun
    bool is_open;        // the server waits for rows
    bool is_oversized;   // a field was too large for PostgreSQL
};

// Room for so many bytes at the end of the buffer, counted as used.
static char *claim(Copy *copy, size_t size_bytes)
{
    CopyBuffer *buffer = &copy->buffer;
    size_t needed = buffer->size_bytes + size_bytes;

    if (needed > buffer->capacity_bytes) {
        size_t doubled = buffer->capacity_bytes == 0 ? BUFFER_BYTES : buffer->capacity_bytes * 2;

        buffer->capacity_bytes = doubled > needed ? doubled : needed;
        buffer->bytes = memory_resize(buffer->bytes, buffer->capacity_bytes, 1);
    }

    char *claimed = buffer->bytes + buffer->size_bytes;

    buffer->size_bytes = needed;
    return claimed;
}

// Numbers go most significant byte first.
static char *put_16(char *at, int16_t number)
{
    uint16_t swapped = htobe16((uint16_t)number);

    memcpy(at, &swapped, sizeof swapped);
    return at + sizeof swapped;
}

static char *put_32(char *at, int32_t number)
{
    uint32_t swapped = htobe32((uint32_t)number);

    memcpy(at, &swapped, sizeof swapped);
    return at + sizeof swapped;
}

static char *put_64(char *at, int64_t number)
{
    uint64_t swapped = htobe64((uint64_t)number);

    memcpy(at, &swapped, sizeof swapped);
    return at + sizeof swapped;
}

Status copy_begin(Store *store, const Statement *statement, Copy **out_copy, Error *error)
{
    Status status = store_run_text(store, statement, PGRES_COPY_IN, NULL, error);

    if (status != STATUS_OK)
        return status;

    Copy *copy = MEMORY_NEW(Copy, 1);
    static const char signature[11] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', '\377', '\r', '\n', 0};

    *copy = (Copy){.store = store,
                   .statement = statement,
                   .sender = copy_sender_new(store, statement->name),
                   .is_open = true};
    memcpy(claim(copy, sizeof signature), signature, sizeof signature);
    put_32(claim(copy, 4), 0); // flags
    put_32(claim(copy, 4), 0); // no extension of the header
    *out_copy = copy;
    return STATUS_OK;
}

static Status check_fields(const Copy *copy, Error *error)
{
    assert(copy->fields_left == 0);
    if (copy->is_oversized)
        return error_set(error, STATUS_BUG, "statement \"%s\": a field is larger than %d bytes",
                         copy->statement->name, FIELD_BYTES_MAX);
    return STATUS_OK;
}

Status copy_row(Copy *copy, int16_t field_count, Error *error)
{
    Status status = check_fields(copy, error);

    if (status == STATUS_OK && copy->buffer.size_bytes >= FLUSH_BYTES)
        status = copy_sender_give(copy->sender, &copy->buffer, error);
    if (status != STATUS_OK)
        return status;
    put_16(claim(copy, 2), field_count);
    copy->fields_left = field_count;
    return STATUS_OK;
}

// Begins a field of so many bytes, which the caller puts where the result points to. NULL: it is
// too large, and the row will not do.
static char *begin_field(Copy *copy, size_t size_bytes)
{
    assert(copy->fields_left > 0);
    copy->fields_left--;
    if (size_bytes > FIELD_BYTES_MAX) {
        copy->is_oversized = true;
        return NULL;
    }
    return put_32(claim(copy, 4 + size_bytes), (int32_t)size_bytes);
}

void copy_null(Copy *copy)
{
    assert(copy->fields_left > 0);
    copy->fields_left--;
    put_32(claim(copy, 4), -1);
}

void copy_bool(Copy *copy, bool value)
{
    *begin_field(copy, 1) = value ? 1 : 0;
}

void copy_int16(Copy *copy, int16_t number)
{
    put_16(begin_field(copy, sizeof number), number);
}

void copy_int32(Copy *copy, int32_t number)
{
    put_32(begin_field(copy, sizeof number), number);
}

void copy_int64(Copy *copy, int64_t number)
{
    put_64(begin_field(copy, sizeof number), number);
}

void copy_text(Copy *copy, Slice text)
{
    copy_bytes(copy, text);
}

void copy_bytes(Copy *copy, Slice bytes)
{
    char *at = begin_field(copy, bytes.size_bytes);

    if (at != NULL && bytes.size_bytes > 0)
        memcpy(at, bytes.bytes, bytes.size_bytes);
}

void copy_day(Copy *copy, Day day)
{
    assert(day >= DAY_MIN && day <= DAY_MAX);
    put_32(begin_field(copy, sizeof day), day - POSTGRES_EPOCH_DAY);
}

enum { NUMERIC_HEAD_BYTES = 8, NUMERIC_NEGATIVE = 0x4000 };

static size_t numeric_bytes(const Numeric *numeric)
{
    return NUMERIC_HEAD_BYTES + (size_t)numeric->group_count * sizeof numeric->groups[0];
}

static char *put_numeric(char *at, const Numeric *numeric)
{
    at = put_16(at, numeric->group_count);
    at = put_16(at, numeric->weight);
    at = put_16(at, numeric->is_negative ? NUMERIC_NEGATIVE : 0);
    at = put_16(at, numeric->scale);
    for (int16_t i = 0; i < numeric->group_count; i++)
        at = put_16(at, numeric->groups[i]);
    return at;
}

static void put_numeric_field(Copy *copy, const Numeric *numeric)
{
    (void)put_numeric(begin_field(copy, numeric_bytes(numeric)), numeric);
}

void copy_numeric(Copy *copy, const Decimal *decimal)
{
    Numeric numeric = decimal_to_numeric(decimal);

    put_numeric_field(copy, &numeric);
}

void copy_exact(Copy *copy, const Exact *exact)
{
    Numeric numeric = exact_to_numeric(exact);

    put_numeric_field(copy, &numeric);
}

enum { ARRAY_HEAD_BYTES = 12, ARRAY_DIMENSION_BYTES = 8, ELEMENT_HEAD_BYTES = 4 };

// An array's head: dimensions (none if it is empty), whether it holds nulls, its element's type;
// then for the dimension its size and lower bound.
static char *begin_array(Copy *copy, int32_t element_oid, size_t count, size_t elements_bytes)
{
    size_t dimension_bytes = count == 0 ? 0 : ARRAY_DIMENSION_BYTES;
    char *at = begin_field(copy, ARRAY_HEAD_BYTES + dimension_bytes + elements_bytes);

    if (at == NULL)
        return NULL;
    at = put_32(at, count == 0 ? 0 : 1);
    at = put_32(at, 0);
    at = put_32(at, element_oid);
    if (count > 0) {
        at = put_32(at, (int32_t)count);
        at = put_32(at, 1);
    }
    return at;
}

void copy_int64_array(Copy *copy, const int64_t numbers[], size_t count)
{
    char *at = begin_array(copy, INT8_OID, count, count * (ELEMENT_HEAD_BYTES + sizeof(int64_t)));

    for (size_t i = 0; at != NULL && i < count; i++)
        at = put_64(put_32(at, sizeof(int64_t)), numbers[i]);
}

static void put_numerics(Copy *copy, const Numeric numerics[], size_t count)
{
    size_t elements_bytes = 0;

    for (size_t i = 0; i < count; i++)
        elements_bytes += ELEMENT_HEAD_BYTES + numeric_bytes(&numerics[i]);

    char *at = begin_array(copy, NUMERIC_OID, count, elements_bytes);

    for (size_t i = 0; at != NULL && i < count; i++)
        at = put_numeric(put_32(at, (int32_t)numeric_bytes(&numerics[i])), &numerics[i]);
}

void copy_numeric_array(Copy *copy, const Decimal decimals[], size_t count)
{
    Numeric *numerics = MEMORY_NEW(Numeric, count);

    for (size_t i = 0; i < count; i++)
        numerics[i] = decimal_to_numeric(&decimals[i]);
    put_numerics(copy, numerics, count);
    free(numerics);
}

void copy_exact_array(Copy *copy, const Exact exacts[], size_t count)
{
    Numeric *numerics = MEMORY_NEW(Numeric, count);

    for (size_t i = 0; i < count; i++)
        numerics[i] = exact_to_numeric(&exacts[i]);
    put_numerics(copy, numerics, count);
    free(numerics);
}

// Reads what the server has to say after the last row.
static Status read_end(Copy *copy, int64_t *out_rows, Error *error)
{
    Status status = STATUS_OK;

    for (PGresult *result; (result = PQgetResult(copy->store->connection)) != NULL;) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            status = store_fail(copy->store, copy->statement->name, result, error);
        else if (out_rows != NULL)
            (void)slice_to_int64(slice_of(PQcmdTuples(result)), out_rows);
        PQclear(result);
    }
    return status;
}

Status copy_end(Copy *copy, int64_t *out_rows, Error *error)
{
    Status status = check_fields(copy, error);

    if (status != STATUS_OK)
        return status;
    put_16(claim(copy, 2), -1);
    status = copy_sender_finish(copy->sender, &copy->buffer, error);
    if (status != STATUS_OK)
        return status;
    copy->is_open = false;
    if (PQputCopyEnd(copy->store->connection, NULL) != 1)
        return store_fail(copy->store, copy->statement->name, NULL, error);
    return read_end(copy, out_rows, error);
}

void copy_free(Copy *copy)
{
    if (copy == NULL)
        return;
    copy_sender_free(copy->sender);
    // A rollback in between has ended it already; then the server waits for nothing.
    if (copy->is_open && PQtransactionStatus(copy->store->connection) == PQTRANS_ACTIVE &&
        PQputCopyEnd(copy->store->connection, "abandoned") == 1) {
        for (PGresult *result; (result = PQgetResult(copy->store->connection)) != NULL;)
            PQclear(result);
    }
    free(copy->buffer.bytes);
    free(copy);
}
