#ifndef TIDEMARK_AGGREGATE_USAGE_COLUMNS_H
#define TIDEMARK_AGGREGATE_USAGE_COLUMNS_H

#include "cells/cells.h"
#include "cells/packed.h"
#include "report/code.h"
#include "store/copy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A chunk that is being filled: the columns that every table has whose rows usage_chunk.h reads.
 * Cells come pair by pair.
 *
 *     usage_columns_clear(columns);
 *     usage_columns_begin_pair(columns, release, recording);
 *     usage_columns_add(columns, &cell);
 *     ...
 *     usage_columns_copy(columns, copy, has_amounts);
 */
typedef struct UsageColumns {
    size_t pair_count;
    Code releases[CHUNK_CELLS_MAX];
    Code recordings[CHUNK_CELLS_MAX];
    size_t count; // of cells
    int64_t pairs[CHUNK_CELLS_MAX];
    int64_t markets[CHUNK_CELLS_MAX];
    int64_t streams[CHUNK_CELLS_MAX];
    int64_t monetised[CHUNK_CELLS_MAX];
    Decimal amounts[CHUNK_CELLS_MAX];
    CellsTotals totals;
    uint8_t packed[PACKED_HEAD_BYTES + CHUNK_CELLS_MAX * PACKED_WIDTH_MAX];
} UsageColumns;

/** A cell of the pair that was begun last. */
typedef struct UsageCell {
    int64_t market;
    int64_t streams;
    int64_t monetised;
    const Decimal *amount; // NULL: no money is reported
} UsageCell;

enum { USAGE_COLUMNS_FIELDS = 12 }; // that usage_columns_copy() fills

void usage_columns_clear(UsageColumns *columns);
void usage_columns_begin_pair(UsageColumns *columns, Code release, Code recording);
/** Of CHUNK_CELLS_MAX at most. */
void usage_columns_add(UsageColumns *columns, const UsageCell *cell);

/** Fills fields of a row that was begun: cells, total_streams, total_monetised, total_amount,
 * pair_count, releases, recordings, pairs, markets, streams, monetised, amounts. */
void usage_columns_copy(UsageColumns *columns, Copy *copy, bool has_amounts);
/** Fills a field with a packed number for each pair. */
void usage_columns_copy_names(UsageColumns *columns, Copy *copy, const Code names[]);

#endif
