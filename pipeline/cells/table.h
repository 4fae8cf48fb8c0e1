#ifndef TIDEMARK_CELLS_TABLE_H
#define TIDEMARK_CELLS_TABLE_H

#include "cells/cells.h"
#include "cells/index.h"
#include "cells/names.h"
#include "cells/sort.h"

/**
 * What Cells holds, for the files of this room: count.c fills it, chunks.c cuts it.
 *
 *     row ─┬─ recording, release ────── pair  ─┬─ cell ─── streams, monetised, amount
 *          └─ period, currency, market ─ group ┘
 *
 * A report has far fewer pairs and groups than cells, so that a cell's key is two small numbers.
 * All three lie in dense arrays, numbered as they come, and are found by an index.
 */
typedef struct Pair {
    Code recording; // negative for an odd one: ~ of its number in `odd`
    Code release;
} Pair;

typedef struct Group {
    Day period_from;
    Day period_to;
    uint32_t market;
    uint32_t currency;
} Group;

typedef struct Cell {
    uint32_t pair;
    uint32_t group;
    int64_t streams;
    int64_t monetised;
} Cell;

// The new rows of a block, and what they belong to: first all keys are resolved, then all counted.
typedef struct ResolvedRows {
    size_t count;
    uint32_t rows[BLOCK_ROWS]; // in the block
    uint32_t pairs[BLOCK_ROWS];
    uint32_t groups[BLOCK_ROWS];
} ResolvedRows;

// The arrays that a chunk lends.
typedef struct ChunkArrays {
    Code *releases;
    Code *recordings;
    int32_t *markets;
    int64_t *streams;
    int64_t *monetised;
    Decimal *amounts;
} ChunkArrays;

struct Cells {
    Names markets;    // territory, tier
    Names currencies; // and nothing
    Names odd;        // the text, and a mark where it came as a release's code

    Pair *pairs;
    size_t pair_count;
    size_t pair_capacity;
    Index pair_index;

    Group *groups;
    size_t group_count;
    size_t group_capacity;
    Index group_index;

    Cell *cells;
    size_t cell_capacity;
    Decimal *amounts; // of each cell; NULL where no money is reported
    size_t amount_capacity;
    Index cell_index;

    CellsTotals totals;         // has the count of cells
    uint64_t streams_magnitude; // sums without signs: while they fit, every sum does
    uint64_t monetised_magnitude;
    ResolvedRows resolved;

    int32_t *market_numbers; // the database's
    Code *odd_numbers;
    uint8_t *pair_buckets; // of each pair
    CellsTotals buckets[BUCKETS];

    SortRecord *order; // all cells as chunks have them, keyed by what a chunk has in common
    size_t next;       // where the next chunk begins
    ChunkArrays arrays;
};

/** Forgets the order of the chunks; the next one asked for is the first again. */
void cells_forget_order(Cells *cells);

#endif
