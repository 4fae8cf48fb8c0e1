#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void cells_forget_order(Cells *cells)
{
    free(cells->pair_ranks);
    free(cells->group_ranks);
    free(cells->room);
    cells->pair_ranks = NULL;
    cells->group_ranks = NULL;
    cells->room = NULL;
    cells->room_records = 0;
    cells->bucket = 0;
    cells->next = 0;
}

void cells_number_markets(Cells *cells, const int32_t numbers[])
{
    cells_forget_order(cells);
    free(cells->market_numbers);
    cells->market_numbers = MEMORY_NEW(int32_t, cells->markets.count);
    for (size_t i = 0; i < cells->markets.count; i++)
        cells->market_numbers[i] = numbers[i];
}

static void total_buckets(Cells *cells)
{
    for (int i = 0; i < BUCKETS; i++) {
        CellsTotals *bucket = &cells->buckets[i];

        bucket->cells += (int64_t)(cells->ends[i] - partition_begin(cells, i));
        for (size_t j = partition_begin(cells, i); j < cells->ends[i]; j++) {
            Wide measures = cell_measures(cells, &cells->cells[j]);

            bucket->streams += measures.streams;
            bucket->monetised += measures.monetised;
            if (cells->has_amounts)
                decimal_add(&bucket->amount, &measures.amount);
        }
    }
}

void cells_number_odd(Cells *cells, const Code numbers[])
{
    assert(cells->odd_numbers == NULL);
    cells_forget_order(cells);
    cells->odd_numbers = MEMORY_NEW(Code, cells->odd.count);
    for (size_t i = 0; i < cells->odd.count; i++) {
        assert(numbers[i] < 0);
        cells->odd_numbers[i] = numbers[i];
    }
    cells_settle_odd(cells);
    total_buckets(cells);
}

const CellsTotals *cells_bucket_totals(const Cells *cells)
{
    return cells->buckets;
}

// The place of each pair by release, then recording; the caller's.
static uint32_t *rank_pairs(const Cells *cells)
{
    size_t count = cells->pair_count;
    SortRecord *records = MEMORY_NEW(SortRecord, count);
    SortRecord *scratch = MEMORY_NEW(SortRecord, count);
    uint32_t *ranks = MEMORY_NEW(uint32_t, count);

    for (size_t i = 0; i < count; i++)
        records[i] = (SortRecord){
            .key = sort_key_of(stored_code(cells, cells->pairs[i].recording)),
            .number = (uint32_t)i,
        };
    sort_records(records, scratch, count);
    for (size_t i = 0; i < count; i++)
        records[i].key = sort_key_of(stored_code(cells, cells->pairs[records[i].number].release));
    sort_records(records, scratch, count);
    for (size_t i = 0; i < count; i++)
        ranks[records[i].number] = (uint32_t)i;
    free(records);
    free(scratch);
    return ranks;
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
    return cells->market_numbers[cells->groups[cell_group(cell)].market];
}

static void begin_order(Cells *cells)
{
    assert(cells->market_numbers != NULL && cells->odd_numbers != NULL);
    // Nothing is looked up any more, and sorting needs the room.
    index_clear(&cells->pair_index);
    index_clear(&cells->group_index);
    cells->pair_ranks = rank_pairs(cells);
    cells->group_ranks = rank_groups(cells);
    cells->room_records = cells_of_largest_bucket(cells);
    cells->room = memory_new_large(2 * cells->room_records, sizeof cells->room[0]);
}

static size_t bucket_count(const Cells *cells)
{
    return cells->ends[cells->bucket] - partition_begin(cells, cells->bucket);
}

// Orders the cells of the bucket by period, currency, release, recording and market. The keys are
// what the cells of a chunk have in common, the rank of their groups.
static void order_bucket(Cells *cells)
{
    size_t begin = partition_begin(cells, cells->bucket);
    size_t count = bucket_count(cells);
    SortRecord *order = cells->room;
    SortRecord *scratch = cells->room + cells->room_records;

    for (size_t i = 0; i < count; i++) {
        const Cell *cell = &cells->cells[begin + i];
        // With the sign turned, negative numbers sort before the others.
        uint32_t market = (uint32_t)stored_market(cells, cell) ^ UINT32_C(1) << 31;

        order[i] = (SortRecord){
            .key = (uint64_t)cells->pair_ranks[cell_pair(cell)] << 32 | market,
            .number = (uint32_t)(begin + i),
            .carried = cells->group_ranks[cell_group(cell)],
        };
    }
    sort_records(order, scratch, count);
    for (size_t i = 0; i < count; i++)
        order[i].key = order[i].carried;
    sort_records(order, scratch, count);
    cells->order = order;
}

// Goes to the next bucket that has cells left; false where there is none.
static bool find_bucket(Cells *cells)
{
    for (; cells->bucket < BUCKETS; cells->bucket++, cells->next = 0) {
        if (cells->next == bucket_count(cells))
            continue;
        if (cells->next == 0)
            order_bucket(cells);
        return true;
    }
    return false;
}

// Where the chunk ends that begins at `next`.
static size_t chunk_end(const Cells *cells)
{
    size_t left = bucket_count(cells) - cells->next;
    size_t limit = cells->next + (left < CHUNK_CELLS_MAX ? left : CHUNK_CELLS_MAX);
    size_t end = cells->next;

    while (end < limit && cells->order[end].key == cells->order[cells->next].key)
        end++;
    return end;
}

// The place of the pair among the chunk's; those of a pair stand together.
static int64_t place_pair(const Cells *cells, ChunkArrays *arrays, const Pair *pair)
{
    Code release = stored_code(cells, pair->release);
    Code recording = stored_code(cells, pair->recording);
    size_t last = arrays->pair_count - 1;

    if (arrays->pair_count == 0 || arrays->releases[last] != release ||
        arrays->recordings[last] != recording) {
        arrays->releases[arrays->pair_count] = release;
        arrays->recordings[arrays->pair_count] = recording;
        arrays->pair_count++;
    }
    return (int64_t)arrays->pair_count - 1;
}

static void fill_arrays(Cells *cells, size_t end, CellsTotals *totals)
{
    ChunkArrays *arrays = &cells->arrays;

    arrays->pair_count = 0;
    totals->cells = (int64_t)(end - cells->next);
    for (size_t i = cells->next; i < end; i++) {
        const Cell *cell = &cells->cells[cells->order[i].number];
        Wide measures = cell_measures(cells, cell);
        size_t at = i - cells->next;

        arrays->numbers[CHUNK_PAIRS][at] =
            place_pair(cells, arrays, &cells->pairs[cell_pair(cell)]);
        arrays->numbers[CHUNK_MARKETS][at] = stored_market(cells, cell);
        arrays->numbers[CHUNK_STREAMS][at] = measures.streams;
        arrays->numbers[CHUNK_MONETISED][at] = measures.monetised;
        totals->streams += measures.streams;
        totals->monetised += measures.monetised;
        if (cells->has_amounts) {
            arrays->amounts[at] = measures.amount;
            decimal_add(&totals->amount, &measures.amount);
        }
    }
}

static Slice pack_column(ChunkArrays *arrays, int column, size_t count)
{
    size_t size_bytes = packed_write(arrays->numbers[column], count, arrays->packed[column]);

    return (Slice){.bytes = (const char *)arrays->packed[column], .size_bytes = size_bytes};
}

bool cells_next_chunk(Cells *cells, CellChunk *out_chunk)
{
    if (cells->pair_ranks == NULL)
        begin_order(cells);
    if (!find_bucket(cells)) {
        cells->bucket = 0;
        cells->next = 0;
        return false;
    }

    const Cell *first = &cells->cells[cells->order[cells->next].number];
    const Group *group = &cells->groups[cell_group(first)];
    size_t end = chunk_end(cells);

    ChunkArrays *arrays = &cells->arrays;
    size_t count = end - cells->next;
    CellsTotals totals = {0};

    fill_arrays(cells, end, &totals);
    *out_chunk = (CellChunk){
        .bucket = (int16_t)cells->bucket,
        .period_from = group->period_from,
        .period_to = group->period_to,
        .currency = cells->currencies.names[group->currency].first,
        .totals = totals,
        .pair_count = arrays->pair_count,
        .releases = arrays->releases,
        .recordings = arrays->recordings,
        .count = count,
        .pairs = pack_column(arrays, CHUNK_PAIRS, count),
        .markets = pack_column(arrays, CHUNK_MARKETS, count),
        .streams = pack_column(arrays, CHUNK_STREAMS, count),
        .monetised = pack_column(arrays, CHUNK_MONETISED, count),
        .amounts = cells->has_amounts ? arrays->amounts : NULL,
    };
    cells->next = end;
    return true;
}
