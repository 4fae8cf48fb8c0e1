#ifndef TIDEMARK_TESTS_SUPPORT_CELL_ROWS_H
#define TIDEMARK_TESTS_SUPPORT_CELL_ROWS_H

#include "cells/cells.h"
#include "support/random.h"

/** Little, so that the log of rows is merged into the cells several times. */
enum { CELLS_MEMORY_BYTES = 1 << 20 };

/** A row as a test writes it. A code is a number, or CODE_ODD with its text. */
typedef struct CellRow {
    Day from;
    Day to;
    Code recording;
    const char *recording_text;
    Code release;
    const char *release_text;
    const char *territory;
    const char *tier;
    int64_t streams;
    int64_t monetised;
    const char *amount; // NULL: no money is reported
    const char *currency;
    bool is_old; // the tide has it already
} CellRow;

extern const CellRow plain_cell_row;

/** Adds a row to a block. */
void add_cell_row(RowBlock *block, bool is_new[], const CellRow *row);
/** Counts some rows as one block, and spoils the block's slices afterwards. */
Status count_cell_block(Cells *cells, const CellRow rows[], size_t count, Error *error);
/** As count_cell_block(), which must succeed. */
void count_cell_rows(Cells *cells, const CellRow rows[], size_t count);

/** The database's numbers are a function of the names here, so that they do not depend on the order
 * in which names came. */
int32_t cell_market_number(Slice territory, Slice tier);
Code cell_odd_number(Slice text, bool is_release);
void give_cell_numbers(Cells *cells);

/** A chunk with an element of each array for each of its cells. */
typedef struct PlainChunk {
    int bucket;
    Day period_from;
    Day period_to;
    Slice currency;
    size_t count;
    Code releases[CHUNK_CELLS_MAX];
    Code recordings[CHUNK_CELLS_MAX];
    int64_t markets[CHUNK_CELLS_MAX];
    int64_t streams[CHUNK_CELLS_MAX];
    int64_t monetised[CHUNK_CELLS_MAX];
    const Decimal *amounts; // borrowed until the next call
} PlainChunk;

/** As cells_next_chunk(). Pairs stand once in their chunk, and it says what its cells add up to: that
 * is checked here, for all tests. */
bool next_plain_chunk(Cells *cells, PlainChunk *out_chunk);
/** All chunks as a text: a line for each, and below it one for each of its cells. For free(). */
char *dump_cell_chunks(Cells *cells);
void assert_same_cells_totals(const CellsTotals *left, const CellsTotals *right);

/** Rows of a small world, so that many meet in a cell: with odd codes, without codes, with voids. For free(). */
CellRow *random_cell_rows(Random *random, size_t count, bool has_amounts);
/** Counts all rows in blocks of any sizes, empty ones too, and gives numbers. For cells_free(). */
Cells *cells_counted_in_blocks(Random *random, const CellRow rows[], size_t count);

#endif
