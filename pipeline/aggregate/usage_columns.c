#include "aggregate/usage_columns.h"

#include <assert.h>

void usage_columns_clear(UsageColumns *columns)
{
    columns->pair_count = 0;
    columns->count = 0;
    columns->totals = (CellsTotals){0};
}

void usage_columns_begin_pair(UsageColumns *columns, Code release, Code recording)
{
    size_t pair = columns->pair_count++;

    columns->releases[pair] = release;
    columns->recordings[pair] = recording;
}

void usage_columns_add(UsageColumns *columns, const UsageCell *cell)
{
    assert(columns->count < CHUNK_CELLS_MAX && columns->pair_count > 0);

    size_t place = columns->count++;

    columns->pairs[place] = (int64_t)columns->pair_count - 1;
    columns->markets[place] = cell->market;
    columns->streams[place] = cell->streams;
    columns->monetised[place] = cell->monetised;
    columns->totals.cells++;
    columns->totals.streams += cell->streams;
    columns->totals.monetised += cell->monetised;
    if (cell->amount != NULL) {
        columns->amounts[place] = *cell->amount;
        decimal_add(&columns->totals.amount, cell->amount);
    }
}

static void copy_packed(UsageColumns *columns, Copy *copy, const int64_t numbers[], size_t count)
{
    size_t size_bytes = packed_write(numbers, count, columns->packed);

    copy_bytes(copy, (Slice){.bytes = (const char *)columns->packed, .size_bytes = size_bytes});
}

void usage_columns_copy_names(UsageColumns *columns, Copy *copy, const Code names[])
{
    copy_packed(columns, copy, names, columns->pair_count);
}

void usage_columns_copy(UsageColumns *columns, Copy *copy, bool has_amounts)
{
    copy_int32(copy, (int32_t)columns->count);
    copy_int64(copy, columns->totals.streams);
    copy_int64(copy, columns->totals.monetised);
    copy_numeric(copy, &columns->totals.amount);
    copy_int32(copy, (int32_t)columns->pair_count);
    usage_columns_copy_names(columns, copy, columns->releases);
    usage_columns_copy_names(columns, copy, columns->recordings);
    copy_packed(columns, copy, columns->pairs, columns->count);
    copy_packed(columns, copy, columns->markets, columns->count);
    copy_packed(columns, copy, columns->streams, columns->count);
    copy_packed(columns, copy, columns->monetised, columns->count);
    if (has_amounts)
        copy_numeric_array(copy, columns->amounts, columns->count);
    else
        copy_null(copy);
}
