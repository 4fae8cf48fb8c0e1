#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t cell_count(const Cells *cells)
{
    return (size_t)cells->totals.cells;
}

static void free_arrays(ChunkArrays *arrays)
{
    free(arrays->releases);
    free(arrays->recordings);
    free(arrays->markets);
    free(arrays->streams);
    free(arrays->monetised);
    free(arrays->amounts);
    *arrays = (ChunkArrays){0};
}

void cells_forget_order(Cells *cells)
{
    free(cells->order);
    cells->order = NULL;
    cells->next = 0;
    free_arrays(&cells->arrays);
}

void cells_number_markets(Cells *cells, const int32_t numbers[])
{
    cells_forget_order(cells);
    free(cells->market_numbers);
    cells->market_numbers = MEMORY_NEW(int32_t, cells->markets.count);
    for (size_t i = 0; i < cells->markets.count; i++)
        cells->market_numbers[i] = numbers[i];
}

// The code as the database knows it.
static Code stored_code(const Cells *cells, Code code)
{
    return code < 0 ? cells->odd_numbers[~code] : code;
}

static void total_buckets(Cells *cells)
{
    memset(cells->buckets, 0, sizeof cells->buckets);
    for (size_t i = 0; i < cell_count(cells); i++) {
        const Cell *cell = &cells->cells[i];
        CellsTotals *bucket = &cells->buckets[cells->pair_buckets[cell->pair]];

        bucket->cells++;
        bucket->streams += cell->streams;
        bucket->monetised += cell->monetised;
        if (cells->amounts != NULL)
            decimal_add(&bucket->amount, &cells->amounts[i]);
    }
}

void cells_number_odd(Cells *cells, const Code numbers[])
{
    cells_forget_order(cells);
    free(cells->odd_numbers);
    cells->odd_numbers = MEMORY_NEW(Code, cells->odd.count);
    for (size_t i = 0; i < cells->odd.count; i++) {
        assert(numbers[i] < 0);
        cells->odd_numbers[i] = numbers[i];
    }
    free(cells->pair_buckets);
    cells->pair_buckets = MEMORY_NEW(uint8_t, cells->pair_count);
    for (size_t i = 0; i < cells->pair_count; i++)
        cells->pair_buckets[i] =
            (uint8_t)code_bucket(stored_code(cells, cells->pairs[i].release),
                                 stored_code(cells, cells->pairs[i].recording));
    total_buckets(cells);
}

const CellsTotals *cells_bucket_totals(const Cells *cells)
{
    assert(cells->odd_numbers != NULL);
    return cells->buckets;
}

// The pairs by release, then recording; the caller's.
static SortRecord *sort_pairs(const Cells *cells, SortRecord scratch[])
{
    SortRecord *records = MEMORY_NEW(SortRecord, cells->pair_count);

    for (size_t i = 0; i < cells->pair_count; i++)
        records[i] = (SortRecord){
            .key = sort_key_of(stored_code(cells, cells->pairs[i].recording)),
            .number = (uint32_t)i,
        };
    sort_records(records, scratch, cells->pair_count);
    for (size_t i = 0; i < cells->pair_count; i++)
        records[i].key = sort_key_of(stored_code(cells, cells->pairs[records[i].number].release));
    sort_records(records, scratch, cells->pair_count);
    return records;
}

// A group as it is sorted: with the text of its currency, not the number by which it came.
typedef struct GroupHead {
    Day period_from;
    Day period_to;
    Slice currency;
    uint32_t group;
} GroupHead;

static int compare_days(Day left, Day right)
{
    return (left > right) - (left < right);
}

static int compare_texts(Slice left, Slice right)
{
    size_t common = left.size_bytes < right.size_bytes ? left.size_bytes : right.size_bytes;
    int order = common == 0 ? 0 : memcmp(left.bytes, right.bytes, common);

    if (order != 0)
        return order;
    return (left.size_bytes > right.size_bytes) - (left.size_bytes < right.size_bytes);
}

static int compare_heads(const void *left_head, const void *right_head)
{
    const GroupHead *left = left_head;
    const GroupHead *right = right_head;
    int order = compare_days(left->period_from, right->period_from);

    if (order == 0)
        order = compare_days(left->period_to, right->period_to);
    return order != 0 ? order : compare_texts(left->currency, right->currency);
}

// The place of each group by period and currency, the same for those that differ in market only;
// the caller's.
static uint32_t *rank_groups(const Cells *cells)
{
    size_t count = cells->group_count;
    GroupHead *heads = MEMORY_NEW(GroupHead, count);
    uint32_t *ranks = MEMORY_NEW(uint32_t, count);
    uint32_t rank = 0;

    for (size_t i = 0; i < count; i++)
        heads[i] = (GroupHead){
            .period_from = cells->groups[i].period_from,
            .period_to = cells->groups[i].period_to,
            .currency = cells->currencies.names[cells->groups[i].currency].first,
            .group = (uint32_t)i,
        };
    qsort(heads, count, sizeof heads[0], compare_heads);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_heads(&heads[i - 1], &heads[i]) != 0)
            rank++;
        ranks[heads[i].group] = rank;
    }
    free(heads);
    return ranks;
}

static int32_t stored_market(const Cells *cells, const Cell *cell)
{
    return cells->market_numbers[cells->groups[cell->group].market];
}

// The cells as records by release, recording and market, which carry the rank of their group.
static void sort_within_chunks(const Cells *cells, const SortRecord pairs[],
                               const uint32_t group_ranks[], SortRecord records[],
                               SortRecord scratch[])
{
    uint32_t *pair_ranks = MEMORY_NEW(uint32_t, cells->pair_count);

    for (size_t i = 0; i < cells->pair_count; i++)
        pair_ranks[pairs[i].number] = (uint32_t)i;
    for (size_t i = 0; i < cell_count(cells); i++) {
        const Cell *cell = &cells->cells[i];
        // With the sign turned, negative numbers sort before the others.
        uint32_t market = (uint32_t)stored_market(cells, cell) ^ UINT32_C(1) << 31;

        records[i] = (SortRecord){
            .key = (uint64_t)pair_ranks[cell->pair] << 32 | market,
            .number = (uint32_t)i,
            .carried = group_ranks[cell->group],
        };
    }
    sort_records(records, scratch, cell_count(cells));
    free(pair_ranks);
}

// The cells by bucket, period, currency, release, recording and market. The keys are what the cells
// of a chunk have in common: its bucket and the rank of its groups. The caller's.
static SortRecord *sort_cells(const Cells *cells)
{
    // There are as many cells as pairs at least.
    SortRecord *scratch = MEMORY_NEW(SortRecord, cell_count(cells));
    SortRecord *records = MEMORY_NEW(SortRecord, cell_count(cells));
    SortRecord *pairs = sort_pairs(cells, scratch);
    uint32_t *group_ranks = rank_groups(cells);

    sort_within_chunks(cells, pairs, group_ranks, records, scratch);
    for (size_t i = 0; i < cell_count(cells); i++) {
        uint32_t pair = pairs[records[i].key >> 32].number; // in order: no cell is touched for it

        records[i].key = (uint64_t)cells->pair_buckets[pair] << 32 | records[i].carried;
    }
    sort_records(records, scratch, cell_count(cells));
    free(scratch);
    free(pairs);
    free(group_ranks);
    return records;
}

// Where the chunk ends that begins at `begin`.
static size_t chunk_end(const Cells *cells, size_t begin)
{
    size_t end = begin;

    while (end < cell_count(cells) && cells->order[end].key == cells->order[begin].key)
        end++;
    return end;
}

static void make_arrays(Cells *cells)
{
    size_t size = 0; // of the largest chunk

    for (size_t begin = 0; begin < cell_count(cells);) {
        size_t end = chunk_end(cells, begin);

        size = end - begin > size ? end - begin : size;
        begin = end;
    }
    cells->arrays = (ChunkArrays){
        .releases = MEMORY_NEW(Code, size),
        .recordings = MEMORY_NEW(Code, size),
        .markets = MEMORY_NEW(int32_t, size),
        .streams = MEMORY_NEW(int64_t, size),
        .monetised = MEMORY_NEW(int64_t, size),
        .amounts = cells->amounts == NULL ? NULL : MEMORY_NEW(Decimal, size),
    };
}

static void make_order(Cells *cells)
{
    assert(cells->market_numbers != NULL && cells->odd_numbers != NULL);
    // Nothing is looked up any more, and sorting needs the room.
    index_clear(&cells->pair_index);
    index_clear(&cells->group_index);
    index_clear(&cells->cell_index);
    cells->order = sort_cells(cells);
    make_arrays(cells);
}

static void fill_arrays(Cells *cells, size_t begin, size_t end)
{
    ChunkArrays *arrays = &cells->arrays;

    for (size_t i = begin; i < end; i++) {
        uint32_t number = cells->order[i].number;
        const Cell *cell = &cells->cells[number];
        size_t at = i - begin;

        arrays->releases[at] = stored_code(cells, cells->pairs[cell->pair].release);
        arrays->recordings[at] = stored_code(cells, cells->pairs[cell->pair].recording);
        arrays->markets[at] = stored_market(cells, cell);
        arrays->streams[at] = cell->streams;
        arrays->monetised[at] = cell->monetised;
        if (arrays->amounts != NULL)
            arrays->amounts[at] = cells->amounts[number];
    }
}

bool cells_next_chunk(Cells *cells, CellChunk *out_chunk)
{
    if (cells->order == NULL)
        make_order(cells);
    if (cells->next == cell_count(cells)) {
        cells->next = 0;
        return false;
    }

    size_t begin = cells->next;
    size_t end = chunk_end(cells, begin);
    const Cell *first = &cells->cells[cells->order[begin].number];
    const Group *group = &cells->groups[first->group];

    fill_arrays(cells, begin, end);
    cells->next = end;
    *out_chunk = (CellChunk){
        .bucket = (int16_t)(cells->order[begin].key >> 32),
        .period_from = group->period_from,
        .period_to = group->period_to,
        .currency = cells->currencies.names[group->currency].first,
        .count = end - begin,
        .releases = cells->arrays.releases,
        .recordings = cells->arrays.recordings,
        .markets = cells->arrays.markets,
        .streams = cells->arrays.streams,
        .monetised = cells->arrays.monetised,
        .amounts = cells->arrays.amounts,
    };
    return true;
}
