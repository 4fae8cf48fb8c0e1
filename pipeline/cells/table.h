#ifndef TIDEMARK_CELLS_TABLE_H
#define TIDEMARK_CELLS_TABLE_H

#include "cells/cells.h"
#include "cells/index.h"
#include "cells/names.h"
#include "cells/packed.h"
#include "cells/sort.h"

/**
 * What Cells holds, for the files of this room.
 *
 * A cell's key is two small numbers: of its pair (recording, release) and of its group (period,
 * currency, market), of which a report has far fewer than cells. To find the cell of each row in a
 * hash table is to wait for memory, row by row, since the next row seldom has the cell of the last
 * one, and together they are tens of megabytes. So rows are only noted down, each as a cell of its
 * own, by bucket, which is how the cells are wanted in the end; and from time to time sorted and added
 * up: what a bucket touches then fits into the processor's cache.
 *
 *     a block's new rows
 *       │ groups.c   period, currency, market → group: a small cache, by the bytes of the texts
 *       │ pairs.c    recording, release → pair: in passes, each of which has the processor fetch
 *       ▼            what the next one touches
 *     log      bucket 0: a page of cells → another → …     bucket 1: …     not known yet: …
 *       │ merge.c    when the log is full: each bucket's sorted, and merged into its cells from behind
 *       ▼
 *     cells    │ bucket 0: by pair, group │ bucket 1 │ … │ bucket 255 │ not known yet │
 *       │ chunks.c   in the end: bucket by bucket, by period, currency, release, recording, market
 *       ▼
 *     chunks
 *
 * Of 10 million rows in 2.8 million cells, a row took 256 ns in a hash table of cells, and their
 * sorting in the end 55 ns a row; 95 ns and 5 with look-ups in passes; 60 ns and 3 with a log of rows
 * of 16 bytes that was dealt out when it was full.
 *
 * A bucket is a function of the codes. But where an odd code decides, it is one of the number that
 * the database will give it: such rows wait in a partition of their own.
 */
enum {
    PARTITION_ODD = BUCKETS, // of pairs whose bucket is not known yet
    PARTITIONS,
};

typedef struct Pair {
    Code recording; // negative for an odd one: ~ of its number in `odd`
    Code release;
} Pair;

/**
 * Where a pair is found: the pair itself, so that to look it up is to wait for one line of memory.
 * (A hash there, that leads to the pair, was two.)
 *
 *     low     │ recording, lower 17 bits │ release, 47                  │
 *     high    │ recording, upper 32 bits │ partition, 9 │ number + 1, 23 │    number + 1 is 0: free
 */
typedef struct PairSlot {
    uint64_t low;
    uint64_t high;
} PairSlot;

typedef struct Group {
    Day period_from;
    Day period_to;
    uint32_t market;
    uint32_t currency;
} Group;

/**
 * A cell, or a row that will be added to one. Of which partition it is, is said by where it lies:
 *
 *     │ number of the pair, 23 bits │ of the group, 17 │ 0 │ streams, 12, signed │ monetised, 11 │
 *     │ number of the pair, 23 bits │ of the group, 17 │ 1 │ place of its measures in `wide`, 23 │
 *
 * Nearly all cells have few streams. With measures of 32 bits a cell has 16 bytes, which took three
 * times as long to sort and merge.
 */
typedef uint64_t Cell;

enum {
    PAIR_BITS = 23,
    GROUP_BITS = 17,
    STREAMS_BITS = 12,
    MONETISED_BITS = 11,
    PLACE_BITS = STREAMS_BITS + MONETISED_BITS,
    MEASURE_BITS = 1 + PLACE_BITS,
    PAIRS_MAX = (1 << PAIR_BITS) - 1,
    GROUPS_MAX = (1 << GROUP_BITS) - 1,
    WIDE_MAX = (1 << PLACE_BITS) - 1,
};

/** Measures that a cell has no room for: large ones, and all where money is reported. */
typedef struct Wide {
    int64_t streams; // of a place that is free: the next free one
    int64_t monetised;
    Decimal amount;
} Wide;

// The log of a partition: pages that are full, and the one that is being filled.
enum { LOG_PAGE_CELLS = 64 };

typedef struct LogTail {
    Cell *next; // where the next row goes; NULL: there is no page
    Cell *end;
    uint32_t page; // that is being filled
} LogTail;

// What a row's texts and days come to, as bytes to be compared at once.
typedef struct GroupKey {
    uint64_t territory;
    uint64_t tier[2];
    uint64_t currency;
    uint64_t period;
} GroupKey;

typedef struct CachedGroup {
    GroupKey key;
    uint64_t group; // + 1; 0: nothing is here
} CachedGroup;

enum { GROUP_CACHE_BITS = 11, GROUP_CACHE_SIZE = 1 << GROUP_CACHE_BITS };

// Rows on their way through the passes of pairs.c.
enum { PASS_ROWS = 512 };

typedef struct PassRow {
    PairSlot key; // the slot of its pair, but for the number
    uint32_t row; // in the block
    uint32_t hash;
    uint32_t group;
    uint32_t number; // of the pair, with its partition
} PassRow;

// What the cells of a group have in the order of chunks.
typedef struct GroupPlace {
    uint32_t head;        // place of its period and currency
    uint32_t market_rank; // of its market
    int32_t market;       // the database's number
} GroupPlace;

// What a chunk lends: columns of numbers, before and after they are packed.
enum {
    CHUNK_RELEASES, // of each pair, as are recordings
    CHUNK_RECORDINGS,
    CHUNK_PAIRS, // of each cell, as are those behind it
    CHUNK_MARKETS,
    CHUNK_STREAMS,
    CHUNK_MONETISED,
    CHUNK_COLUMNS
};

typedef struct ChunkArrays {
    size_t pair_count;
    int64_t numbers[CHUNK_COLUMNS][CHUNK_CELLS_MAX];
    uint8_t packed[CHUNK_COLUMNS][PACKED_HEAD_BYTES + CHUNK_CELLS_MAX * PACKED_WIDTH_MAX];
    Decimal amounts[CHUNK_CELLS_MAX];
} ChunkArrays;

struct Cells {
    size_t memory_bytes_max;

    Names markets;    // territory, tier
    Names currencies; // and nothing
    Names odd;        // the text, and a mark where it came as a release's code

    Group *groups;
    size_t group_count;
    size_t group_capacity;
    Index group_index;
    CachedGroup group_cache[GROUP_CACHE_SIZE];

    // Room for as many pairs and cells as memory_bytes_max allows: memory that is asked for at once,
    // but not there before it is touched.
    Pair *pairs;
    size_t pair_count;
    size_t pair_capacity;
    PairSlot *pair_slots;   // open addressing; places by hash
    size_t pair_slot_count; // 0, or a power of two
    Cell *cells;
    size_t ends[PARTITIONS]; // where in `cells` each partition ends
    size_t cell_capacity;
    size_t cells_used;   // so many were ever touched
    Cell *log;           // pages
    uint32_t *log_links; // of each page: the one of its partition that was filled before it
    size_t log_pages;    // in use
    size_t log_pages_max;
    size_t log_count; // rows
    LogTail log_tails[PARTITIONS];
    Cell *scratch; // for sorting the rows of a partition: twice as many as the log has
    size_t scratch_used;

    bool has_amounts;
    Wide *wide;
    size_t wide_count;
    size_t wide_capacity;
    size_t wide_free; // the first place that is free + 1; 0: none is

    CellsTotals totals;         // of all rows; its cells are those that were taken out already
    uint64_t streams_magnitude; // sums without signs: while they fit, every sum does
    uint64_t monetised_magnitude;
    PassRow rows[PASS_ROWS];

    int32_t *market_numbers; // the database's
    Code *odd_numbers;
    CellsTotals buckets[BUCKETS];

    // How chunks are cut (chunks.c).
    uint32_t *pair_ranks; // of the bucket's pairs, by release and recording; NULL: not begun
    GroupPlace *group_places;
    SortRecord *room; // the bucket's cells in order, by key, and as much again to sort them
    size_t room_records;
    int market_bits;  // of a key
    int chunk_bits;   // of a key, market and pair: cells that differ above them are of other chunks
    int bucket;       // that is being cut
    size_t next;      // where in its order the next chunk begins
    bool is_totalled; // all chunks were taken once
    ChunkArrays arrays;
};

/** Numbers the groups of some of `rows`. */
void cells_find_groups(Cells *cells, const RowBlock *block, size_t count);
/** Numbers the pairs of some of `rows`. */
void cells_find_pairs(Cells *cells, const RowBlock *block, size_t count);
/** Clears the slots, or frees them: no pair is found any more. */
void cells_clear_slots(Cells *cells);
void cells_free_slots(Cells *cells);

/** Makes an empty log of so many pages, but at least what a pass may need and some; frees it. */
void cells_make_log(Cells *cells, size_t pages_max);
void cells_free_log(Cells *cells);
/** Gives a partition's log a new page. */
void cells_add_log_page(Cells *cells, LogTail *tail);
/** Takes a partition's log out, in any order; returns how many rows they were. */
size_t cells_take_log(Cells *cells, int partition, Cell out_rows[]);
/** Once all were taken. */
void cells_empty_log(Cells *cells);
/** Whatever is in it. */
void cells_drop_log(Cells *cells);

/** Merges the log, which is empty afterwards, into the cells. */
void cells_merge(Cells *cells);
/** Moves the cells of PARTITION_ODD to their buckets, now that odd codes have numbers. */
void cells_settle_odd(Cells *cells);

/** A cell of any measures; the amount may be NULL. */
Cell cell_make_any(Cells *cells, uint64_t key, int64_t streams, int64_t monetised,
                   const Decimal *amount);
/** The measures of a cell. */
Wide cell_measures(const Cells *cells, Cell cell);
/** The cells of the largest bucket. */
size_t cells_of_largest_bucket(const Cells *cells);

/** Forgets the order of the chunks; the next one asked for is the first again. */
void cells_forget_order(Cells *cells);

/** Whether the log has room for the rows of a pass, wherever they go. */
static inline bool log_has_room(const Cells *cells)
{
    return cells->log_pages + PARTITIONS + PASS_ROWS / LOG_PAGE_CELLS <= cells->log_pages_max;
}

static inline void log_row(Cells *cells, uint32_t partition, Cell row)
{
    LogTail *tail = &cells->log_tails[partition];

    if (tail->next == tail->end)
        cells_add_log_page(cells, tail);
    *tail->next++ = row;
    // Where the partition's rows come to soon: of hundreds of pages not all are in the cache.
    __builtin_prefetch(tail->next + 64 / sizeof(Cell), 1);
}

static inline size_t cell_count(const Cells *cells)
{
    return cells->ends[PARTITIONS - 1];
}

/** Where a partition begins in `cells`. */
static inline size_t partition_begin(const Cells *cells, int partition)
{
    return partition == 0 ? 0 : cells->ends[partition - 1];
}

static inline uint32_t cell_pair(Cell cell)
{
    return (uint32_t)(cell >> (GROUP_BITS + MEASURE_BITS));
}

static inline uint32_t cell_group(Cell cell)
{
    return (uint32_t)(cell >> MEASURE_BITS) & GROUPS_MAX;
}

/** Whether its measures are not in the cell, but at its place in `wide`. */
static inline bool cell_is_wide(Cell cell)
{
    return (cell >> PLACE_BITS & 1) != 0;
}

static inline uint32_t cell_place(Cell cell)
{
    return (uint32_t)cell & WIDE_MAX;
}

/** So many of the lower bits, signed. */
static inline int64_t low_bits(uint64_t number, int bits)
{
    return (int64_t)(number << (64 - bits)) >> (64 - bits);
}

/** Whether a cell has room for the measures. */
static inline bool cell_fits(int64_t streams, int64_t monetised)
{
    return streams == low_bits((uint64_t)streams, STREAMS_BITS) &&
           monetised == low_bits((uint64_t)monetised, MONETISED_BITS);
}

static inline int64_t cell_streams(const Cells *cells, Cell cell)
{
    return cell_is_wide(cell) ? cells->wide[cell_place(cell)].streams
                              : low_bits(cell >> MONETISED_BITS, STREAMS_BITS);
}

static inline int64_t cell_monetised(const Cells *cells, Cell cell)
{
    return cell_is_wide(cell) ? cells->wide[cell_place(cell)].monetised
                              : low_bits(cell, MONETISED_BITS);
}

/** Of a key (pair, group), and measures that fit. */
static inline Cell cell_of(uint64_t key, int64_t streams, int64_t monetised)
{
    uint64_t low_streams = (uint64_t)streams & ((1U << STREAMS_BITS) - 1);
    uint64_t low_monetised = (uint64_t)monetised & ((1U << MONETISED_BITS) - 1);

    return key << MEASURE_BITS | low_streams << MONETISED_BITS | low_monetised;
}

/** The code as the database knows it, once odd ones have numbers. */
static inline Code stored_code(const Cells *cells, Code code)
{
    return code < 0 ? cells->odd_numbers[~code] : code;
}

#endif
