#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void cells_forget_order(Cells *cells)
{
    free(cells->pair_ranks);
    free(cells->group_places);
    free(cells->room);
    cells->pair_ranks = NULL;
    cells->group_places = NULL;
    cells->room = NULL;
    cells->room_records = 0;
    cells->bucket = 0;
    cells->next = 0;
    cells->is_totalled = false;
}

void cells_number_markets(Cells *cells, const int32_t numbers[])
{
    cells_forget_order(cells);
    free(cells->market_numbers);
    cells->market_numbers = MEMORY_NEW(int32_t, cells->markets.count);
    for (size_t i = 0; i < cells->markets.count; i++)
        cells->market_numbers[i] = numbers[i];
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
}

const CellsTotals *cells_bucket_totals(const Cells *cells)
{
    return cells->buckets;
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

// Puts groups in order by period and currency: those that differ in market only have the same
// place.
static void place_groups(const Cells *cells, GroupPlace places[])
{
    size_t count = cells->group_count;
    GroupHead *heads = MEMORY_NEW(GroupHead, count);
    uint32_t place = 0;

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
            place++;
        places[heads[i].group].head = place;
    }
    free(heads);
}

// The place of each market by its number in the database; the caller's.
static uint32_t *rank_markets(const Cells *cells)
{
    size_t count = cells->markets.count;
    SortRecord *records = MEMORY_NEW(SortRecord, 2 * count);
    uint32_t *ranks = MEMORY_NEW(uint32_t, count);

    for (size_t i = 0; i < count; i++)
        records[i] = (SortRecord){.key = sort_key_of(cells->market_numbers[i]), .number = i};
    sort_records(records, records + count, count);
    for (size_t i = 0; i < count; i++)
        ranks[records[i].number] = (uint32_t)i;
    free(records);
    return ranks;
}

static GroupPlace *make_group_places(const Cells *cells)
{
    GroupPlace *places = MEMORY_NEW(GroupPlace, cells->group_count);
    uint32_t *market_ranks = rank_markets(cells);

    place_groups(cells, places);
    for (size_t i = 0; i < cells->group_count; i++) {
        places[i].market = cells->market_numbers[cells->groups[i].market];
        places[i].market_rank = market_ranks[cells->groups[i].market];
    }
    free(market_ranks);
    return places;
}

// How many bits the numbers below `count` need.
static int bits_below(size_t count)
{
    return count <= 1 ? 0 : 64 - __builtin_clzll(count - 1);
}

static void begin_order(Cells *cells)
{
    assert(cells->market_numbers != NULL && cells->odd_numbers != NULL);
    cells->pair_ranks = MEMORY_NEW(uint32_t, cells->pair_count);
    cells->group_places = make_group_places(cells);
    cells->market_bits = bits_below(cells->markets.count);
    cells->room_records = cells_of_largest_bucket(cells);
    cells->room = memory_new_large(2 * cells->room_records, sizeof cells->room[0]);
}

static size_t bucket_count(const Cells *cells)
{
    return cells->ends[cells->bucket] - partition_begin(cells, cells->bucket);
}

// Whose pairs are fetched while those before them are looked at.
enum { FETCHED_AHEAD = 64 };

// Ranks the pairs of the bucket by release, then recording; returns how many they are. The cells of
// a pair stand together.
static size_t rank_pairs(Cells *cells)
{
    const Cell *bucket = &cells->cells[partition_begin(cells, cells->bucket)];
    SortRecord *pairs = cells->room;
    SortRecord *scratch = cells->room + cells->room_records;
    size_t count = 0;

    for (size_t i = 0; i < bucket_count(cells); i++) {
        uint32_t pair = cell_pair(bucket[i]);

        // Behind the cells there is always room for more. (A third of the time of a chunk.)
        __builtin_prefetch(&cells->pairs[cell_pair(bucket[i + FETCHED_AHEAD])]);
        if (count == 0 || pairs[count - 1].number != pair)
            pairs[count++] = (SortRecord){
                .key = sort_key_of(stored_code(cells, cells->pairs[pair].recording)),
                .number = pair,
            };
    }
    sort_records(pairs, scratch, count);
    for (size_t i = 0; i < count; i++)
        pairs[i].key = sort_key_of(stored_code(cells, cells->pairs[pairs[i].number].release));
    sort_records(pairs, scratch, count);
    for (size_t i = 0; i < count; i++)
        cells->pair_ranks[pairs[i].number] = (uint32_t)i;
    return count;
}

/*
 * Orders the cells of the bucket by period, currency, release, recording and market, in as few bits
 * as these differ in here, some 20, which are two digits:
 *
 *     key    │ period and currency │ pair, of the bucket's │ market │
 *              chunk_bits from here up                  market_bits
 */
static void order_bucket(Cells *cells)
{
    const Cell *bucket = &cells->cells[partition_begin(cells, cells->bucket)];
    int pair_bits = bits_below(rank_pairs(cells));

    for (size_t i = 0; i < bucket_count(cells); i++) {
        const GroupPlace *group = &cells->group_places[cell_group(bucket[i])];
        uint64_t key = (uint64_t)group->head << pair_bits | cells->pair_ranks[cell_pair(bucket[i])];

        cells->room[i] = (SortRecord){
            .key = key << cells->market_bits | group->market_rank,
            .number = bucket[i],
        };
    }
    sort_records(cells->room, cells->room + cells->room_records, bucket_count(cells));
    cells->chunk_bits = pair_bits + cells->market_bits;
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

// Whether two of the ordered cells differ in the bits of their keys from this one up.
static bool differ_from(const Cells *cells, int bit, size_t left, size_t right)
{
    return (cells->room[left].key ^ cells->room[right].key) >> bit != 0;
}

// Where the chunk ends that begins at `next`.
static size_t chunk_end(const Cells *cells)
{
    size_t left = bucket_count(cells) - cells->next;
    size_t limit = cells->next + (left < CHUNK_CELLS_MAX ? left : CHUNK_CELLS_MAX);
    size_t end = cells->next;

    while (end < limit && !differ_from(cells, cells->chunk_bits, end, cells->next))
        end++;
    return end;
}

static void add_pair(const Cells *cells, ChunkArrays *arrays, const Pair *pair)
{
    size_t place = arrays->pair_count++;

    arrays->numbers[CHUNK_RELEASES][place] = stored_code(cells, pair->release);
    arrays->numbers[CHUNK_RECORDINGS][place] = stored_code(cells, pair->recording);
}

static void fill_arrays(Cells *cells, size_t end, CellsTotals *totals)
{
    ChunkArrays *arrays = &cells->arrays;

    arrays->pair_count = 0;
    totals->cells = (int64_t)(end - cells->next);
    for (size_t i = cells->next; i < end; i++) {
        Cell cell = cells->room[i].number;
        size_t at = i - cells->next;

        if (at == 0 || differ_from(cells, cells->market_bits, i - 1, i))
            add_pair(cells, arrays, &cells->pairs[cell_pair(cell)]);
        arrays->numbers[CHUNK_PAIRS][at] = (int64_t)arrays->pair_count - 1;
        arrays->numbers[CHUNK_MARKETS][at] = cells->group_places[cell_group(cell)].market;
        arrays->numbers[CHUNK_STREAMS][at] = cell_streams(cells, cell);
        arrays->numbers[CHUNK_MONETISED][at] = cell_monetised(cells, cell);
        totals->streams += arrays->numbers[CHUNK_STREAMS][at];
        totals->monetised += arrays->numbers[CHUNK_MONETISED][at];
        if (cells->has_amounts) {
            arrays->amounts[at] = cell_measures(cells, cell).amount;
            decimal_add(&totals->amount, &arrays->amounts[at]);
        }
    }
}

void cells_totals_add(CellsTotals *totals, const CellsTotals *more)
{
    totals->cells += more->cells;
    totals->streams += more->streams;
    totals->monetised += more->monetised;
    decimal_add(&totals->amount, &more->amount);
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
        cells->is_totalled = true;
        return false;
    }

    const Group *group = &cells->groups[cell_group(cells->room[cells->next].number)];
    size_t end = chunk_end(cells);

    ChunkArrays *arrays = &cells->arrays;
    size_t count = end - cells->next;
    CellsTotals totals = {0};

    fill_arrays(cells, end, &totals);
    if (!cells->is_totalled)
        cells_totals_add(&cells->buckets[cells->bucket], &totals);
    *out_chunk = (CellChunk){
        .bucket = (int16_t)cells->bucket,
        .period_from = group->period_from,
        .period_to = group->period_to,
        .currency = cells->currencies.names[group->currency].first,
        .totals = totals,
        .pair_count = arrays->pair_count,
        .releases = pack_column(arrays, CHUNK_RELEASES, arrays->pair_count),
        .recordings = pack_column(arrays, CHUNK_RECORDINGS, arrays->pair_count),
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
