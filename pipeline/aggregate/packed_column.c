#include "aggregate/packed_column.h"

#include "cells/packed.h"

Status packed_column_read(const Rows *rows, size_t row, const char *column, int64_t numbers[],
                          size_t count, Error *error)
{
    Slice packed = rows_bytes(rows, row, column);
    Status status = packed_read(packed.bytes, packed.size_bytes, numbers, count, error);

    if (status != STATUS_OK)
        error_context(error, "%s", column);
    return status;
}
