#include "ingest/stored_parts.h"

#include "base/memory.h"

#include <stdlib.h>

// Their bytes are borrowed from the rows.
static IdPart *parts_of_rows(const Rows *rows, size_t first, size_t end, const char *column)
{
    IdPart *parts = MEMORY_NEW(IdPart, end - first);

    for (size_t i = first; i < end; i++) {
        Slice bytes = rows_bytes(rows, i, column);

        parts[i - first] = (IdPart){
            .number = rows_int64(rows, i, "number"),
            .bytes = bytes.bytes,
            .size_bytes = bytes.size_bytes,
        };
    }
    return parts;
}

static Status of_the_database(Status status, const char *column, Error *error)
{
    if (status == STATUS_OK)
        return STATUS_OK;
    error_context(error, "\"%s\" as the database has it", column);
    error->status = STATUS_BUG;
    return STATUS_BUG;
}

Status stored_set(const Rows *rows, size_t first, size_t end, const char *column, IdSet **out_set,
                  Error *error)
{
    IdPart *parts = parts_of_rows(rows, first, end, column);
    Status status = id_set_decode(parts, end - first, out_set, error);

    free(parts);
    return of_the_database(status, column, error);
}

Status stored_fingerprints(const Rows *rows, size_t first, size_t end, const char *column,
                           Fingerprints **out_fingerprints, Error *error)
{
    IdPart *parts = parts_of_rows(rows, first, end, column);
    Status status = fingerprints_decode(parts, end - first, out_fingerprints, error);

    free(parts);
    return of_the_database(status, column, error);
}

int64_t *id_set_part_numbers(const IdSet *set)
{
    size_t count = id_set_part_count(set);
    int64_t *numbers = MEMORY_NEW(int64_t, count);

    for (size_t i = 0; i < count; i++)
        numbers[i] = id_set_part_number(set, i);
    return numbers;
}
