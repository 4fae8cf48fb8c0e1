#ifndef TIDEMARK_CELLS_CELLS_H
#define TIDEMARK_CELLS_CELLS_H

#include "base/error.h"
#include "report/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Rows → counts. A cell is a group of streams that every rate treats alike: period, recording,
 * release, market and, where money is reported, currency; its measures are streams, monetised
 * streams and the exact amount.
 *
 * While a file is read, markets, currencies and odd codes are numbered in the order in which they
 * come. Before the cells are taken out the caller gives each its number in the database
 * (cells_number_*), since chunks are sorted by those.
 *
 *     for each block:
 *         TRY(cells_count(cells, block, is_new, error));
 *         if (cells_are_full(cells)) {
 *             ... number, take all chunks, cells_empty(cells) ...
 *         }
 *     ... number, take all chunks ...
 *
 * Cells that are taken out at several times add up: one cell may then be in several chunks.
 *
 * Pure. One thread at a time.
 */
typedef struct Cells Cells;

/**
 * How many cells a chunk has at most; there may be several of the same bucket and period. What the
 * server, or who prices them, has in hand then fits into the processor's cache.
 */
enum { CHUNK_CELLS_MAX = 1 << 10 };

/** Cells for about so many bytes: then they are full. The caller's, for cells_free(). */
Cells *cells_new(size_t memory_bytes_max);
void cells_free(Cells *cells);

/**
 * Counts the rows of a block where is_new. Their slices are not needed afterwards.
 *
 * STATUS_DATA: the file's streams, signs aside, add up to more than 2^63 - 1, so that a sum of them
 * might not fit; the file is to be refused, and these cells with it.
 */
Status cells_count(Cells *cells, const RowBlock *block, const bool is_new[], Error *error);

/** Whether the cells have taken what memory they may: they are to be taken out and emptied before
 * more is counted. */
bool cells_are_full(const Cells *cells);
/** About what memory they have taken, or will when they are taken out. */
size_t cells_bytes(const Cells *cells);
/** Begins anew with cells, names and numbers, once all chunks were taken. Totals go on. */
void cells_empty(Cells *cells);
/** Begins anew with everything, whatever was counted: as new ones, but for some memory that they
 * have taken already. */
void cells_reset(Cells *cells);

typedef struct CellsTotals {
    int64_t cells; // as they stand in chunks
    int64_t streams;
    int64_t monetised;
    Decimal amount; // over all currencies: a control total, not money
} CellsTotals;

/** Adds one sum to another. */
void cells_totals_add(CellsTotals *totals, const CellsTotals *more);
/** Of all rows so far. */
CellsTotals cells_totals(Cells *cells);

/** The names that came, by their numbers from 0; borrowed. */
size_t cells_market_count(const Cells *cells);
Slice cells_market_territory(const Cells *cells, size_t market);
Slice cells_market_tier(const Cells *cells, size_t market);
size_t cells_odd_count(const Cells *cells);
Slice cells_odd_text(const Cells *cells, size_t odd);
/** Whether the odd text came as a release's code; otherwise as a recording's. */
bool cells_odd_is_release(const Cells *cells, size_t odd);

/**
 * The database's numbers of all markets, and of all odd codes (negative), each another; both, also
 * where there are none, before cells_next_chunk(). Nothing is counted afterwards, before
 * cells_empty().
 */
void cells_number_markets(Cells *cells, const int32_t numbers[]);
void cells_number_odd(Cells *cells, const Code numbers[]);

/**
 * One row of tidemark.usage: the cells of a period, bucket and currency, sorted by release,
 * recording, market. All columns are packed numbers (cells/packed.h): the pairs of release and
 * recording, each there once; of each cell its pair's place in these, from 0, its market, its
 * measures. All of it is borrowed until the next call.
 */
typedef struct CellChunk {
    int16_t bucket;
    Day period_from;
    Day period_to;
    Slice currency;     // empty: no money is reported, and amounts is NULL
    CellsTotals totals; // of its cells
    size_t pair_count;
    Slice releases;
    Slice recordings;
    size_t count; // of cells
    Slice pairs;
    Slice markets;
    Slice streams;
    Slice monetised;
    const Decimal *amounts;
} CellChunk;

/**
 * The next chunk, by bucket, period, currency; false behind the last, and then from the first again.
 * The first call sorts. The same rows in whatever order and blocks give the same chunks, byte for
 * byte. Cells that came to zero in all measures are kept: they say that rows came.
 */
bool cells_next_chunk(Cells *cells, CellChunk *out_chunk);

/** Control totals by bucket, BUCKETS of them, for whoever reads one bucket: of all chunks that were
 * taken, once each. Borrowed. */
const CellsTotals *cells_bucket_totals(const Cells *cells);

#endif
