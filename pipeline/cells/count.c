#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// The log is a twelfth of the memory, up to 8 MB, which are a million rows: a longer one gains less
// than its memory is worth.
enum { LOG_SHARE = 12, LOG_PAGES_MAX = (1 << 20) / LOG_PAGE_CELLS };

// What stays for those that are counted next, so that no new memory has to be touched: of each kind
// up to this part of what they may take. (Of ten files of a million rows that is a twentieth of the
// time.)
enum { KEPT_SHARE = 8 };

// What a pair takes at least, with its slots.
enum { PAIR_BYTES = sizeof(Pair) + 4 * sizeof(PairSlot) / 3 };

static size_t log_capacity(const Cells *cells)
{
    return cells->log_pages_max * LOG_PAGE_CELLS;
}

static bool may_stay(const Cells *cells, size_t size_bytes)
{
    return size_bytes <= cells->memory_bytes_max / KEPT_SHARE;
}

static size_t slots_bytes(const Cells *cells)
{
    return cells->pair_slot_count * sizeof cells->pair_slots[0];
}

Cells *cells_new(size_t memory_bytes_max)
{
    Cells *cells = MEMORY_NEW(Cells, 1);
    size_t log_pages = memory_bytes_max / LOG_SHARE / sizeof(Cell) / LOG_PAGE_CELLS;

    cells->memory_bytes_max = memory_bytes_max;
    cells->pair_capacity = memory_bytes_max / PAIR_BYTES + BLOCK_ROWS;
    if (cells->pair_capacity > PAIRS_MAX)
        cells->pair_capacity = PAIRS_MAX;
    cells->pairs = memory_new_large(cells->pair_capacity, sizeof cells->pairs[0]);
    cells_make_log(cells, log_pages < LOG_PAGES_MAX ? log_pages : LOG_PAGES_MAX);
    cells->cell_capacity = memory_bytes_max / sizeof(Cell) + 2 * log_capacity(cells);
    cells->cells = memory_new_large(cells->cell_capacity, sizeof cells->cells[0]);
    return cells;
}

// Names, and what was numbered.
static void forget_names(Cells *cells)
{
    names_clear(&cells->markets);
    names_clear(&cells->currencies);
    names_clear(&cells->odd);
    index_clear(&cells->group_index);
    cells_forget_order(cells);
    free(cells->market_numbers);
    free(cells->odd_numbers);
    cells->market_numbers = NULL;
    cells->odd_numbers = NULL;
}

void cells_free(Cells *cells)
{
    if (cells == NULL)
        return;
    forget_names(cells);
    free(cells->groups);
    free(cells->pairs);
    free(cells->pair_slots);
    cells_free_log(cells);
    free(cells->cells);
    free(cells->wide);
    free(cells);
}

static void empty_pairs(Cells *cells)
{
    bool are_many = cells->pair_count > cells->pair_slot_count / 8;

    if (are_many && may_stay(cells, slots_bytes(cells))) {
        cells_clear_slots(cells);
    } else {
        cells_free_slots(cells);
        free(cells->pairs);
        cells->pairs = memory_new_large(cells->pair_capacity, sizeof cells->pairs[0]);
    }
    cells->pair_count = 0;
}

static void empty_cells(Cells *cells)
{
    if (!may_stay(cells, cells->cells_used * sizeof cells->cells[0])) {
        free(cells->cells);
        cells->cells = memory_new_large(cells->cell_capacity, sizeof cells->cells[0]);
        cells->cells_used = 0;
    }
    memset(cells->ends, 0, sizeof cells->ends);
}

static void empty_wide(Cells *cells)
{
    if (!may_stay(cells, cells->wide_capacity * sizeof cells->wide[0])) {
        free(cells->wide);
        cells->wide = NULL;
        cells->wide_capacity = 0;
    }
    cells->wide_count = 0;
    cells->wide_free = 0;
}

void cells_empty(Cells *cells)
{
    assert(cells->log_count == 0);
    forget_names(cells);
    cells->totals.cells += (int64_t)cell_count(cells);
    cells->group_count = 0;
    empty_pairs(cells);
    empty_cells(cells);
    empty_wide(cells);
    memset(cells->group_cache, 0, sizeof cells->group_cache);
}

void cells_reset(Cells *cells)
{
    cells_drop_log(cells);
    cells_empty(cells);
    cells->has_amounts = false;
    cells->totals = (CellsTotals){0};
    cells->streams_magnitude = 0;
    cells->monetised_magnitude = 0;
    memset(cells->buckets, 0, sizeof cells->buckets);
}

size_t cells_bytes(const Cells *cells)
{
    // The log, and behind the cells as much again, into which it is merged.
    size_t merged = cell_count(cells) + log_capacity(cells);
    size_t records = log_capacity(cells) + cells->scratch_used +
                     (merged > cells->cells_used ? merged : cells->cells_used);
    size_t sorting = 2 * cells_of_largest_bucket(cells) * sizeof(SortRecord) +
                     cells->pair_count * sizeof cells->pair_ranks[0] +
                     cells->group_count * sizeof cells->group_places[0];
    size_t pairs = cells->pair_slot_count / 4 * 3 * sizeof cells->pairs[0]; // used now or before

    return records * sizeof(Cell) + sorting + slots_bytes(cells) + pairs +
           cells->group_capacity * sizeof cells->groups[0] +
           cells->wide_capacity * sizeof cells->wide[0] + names_bytes(&cells->markets) +
           names_bytes(&cells->odd);
}

// Whether there are numbers for all that a block, and merging the log, may bring.
static bool have_numbers(const Cells *cells)
{
    return cells->pair_count + BLOCK_ROWS <= cells->pair_capacity &&
           cells->group_count + BLOCK_ROWS <= GROUPS_MAX &&
           cells->wide_count + log_capacity(cells) + BLOCK_ROWS <= WIDE_MAX;
}

bool cells_are_full(const Cells *cells)
{
    return cells->pair_count > 0 &&
           (cells_bytes(cells) > cells->memory_bytes_max || !have_numbers(cells));
}

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? -(uint64_t)number : (uint64_t)number;
}

static bool add_within_int64(uint64_t *sum, uint64_t more)
{
    return !__builtin_add_overflow(*sum, more, sum) && *sum <= INT64_MAX;
}

// The sums of a block's measures, if none is negative or has more than 31 bits, so that they are below
// 2^43: nearly always.
static bool add_small(const RowBlock *block, const bool is_new[], uint64_t *out_streams,
                      uint64_t *out_monetised)
{
    uint64_t bits = 0;
    uint64_t streams = 0;
    uint64_t monetised = 0;

    for (size_t i = 0; i < block->count; i++) {
        uint64_t mask = -(uint64_t)is_new[i];

        bits |= (uint64_t)block->streams[i] | (uint64_t)block->monetised[i];
        streams += (uint64_t)block->streams[i] & mask;
        monetised += (uint64_t)block->monetised[i] & mask;
    }
    *out_streams = streams;
    *out_monetised = monetised;
    return bits >> 31 == 0;
}

// The first row with which the sums without signs do not fit any more; the block's count where all
// do.
static size_t add_magnitudes(const RowBlock *block, const bool is_new[], uint64_t *streams,
                             uint64_t *monetised)
{
    for (size_t i = 0; i < block->count; i++)
        if (is_new[i] && (!add_within_int64(streams, magnitude(block->streams[i])) ||
                          !add_within_int64(monetised, magnitude(block->monetised[i]))))
            return i;
    return block->count;
}

// No sum of any rows overflows if the sum of all without signs does not.
static Status check_sums(Cells *cells, const RowBlock *block, const bool is_new[], Error *error)
{
    uint64_t streams = 0;
    uint64_t monetised = 0;

    if (add_small(block, is_new, &streams, &monetised) &&
        add_within_int64(&streams, cells->streams_magnitude) &&
        add_within_int64(&monetised, cells->monetised_magnitude)) {
        cells->streams_magnitude = streams;
        cells->monetised_magnitude = monetised;
        return STATUS_OK;
    }
    streams = cells->streams_magnitude;
    monetised = cells->monetised_magnitude;

    size_t last = add_magnitudes(block, is_new, &streams, &monetised);

    if (last < block->count)
        return error_set(error, STATUS_DATA,
                         "line %" PRId64 ": the streams up to here, signs aside, add up to "
                         "more than %" PRId64,
                         block->lines[last], INT64_MAX);
    cells->streams_magnitude = streams;
    cells->monetised_magnitude = monetised;
    return STATUS_OK;
}

static void log_rows(Cells *cells, const RowBlock *block, size_t count)
{
    int64_t streams_sum = 0;
    int64_t monetised_sum = 0;

    for (size_t i = 0; i < count; i++) {
        const PassRow *from = &cells->rows[i];
        uint64_t key = (uint64_t)(from->number & PAIRS_MAX) << GROUP_BITS | from->group;
        int64_t streams = block->streams[from->row];
        int64_t monetised = block->monetised[from->row];

        log_row(cells, from->number >> PAIR_BITS,
                !block->has_amounts && cell_fits(streams, monetised)
                    ? cell_of(key, streams, monetised)
                    : cell_make_any(cells, key, streams, monetised,
                                    block->has_amounts ? &block->amounts[from->row] : NULL));
        streams_sum += streams;
        monetised_sum += monetised;
        if (block->has_amounts)
            decimal_add(&cells->totals.amount, &block->amounts[from->row]);
    }
    cells->log_count += count;
    cells->totals.streams += streams_sum;
    cells->totals.monetised += monetised_sum;
}

static void count_rows(Cells *cells, const RowBlock *block, size_t count)
{
    if (count == 0)
        return;
    assert(cells->pair_count == 0 || block->has_amounts == cells->has_amounts);
    cells->has_amounts = block->has_amounts;
    if (!log_has_room(cells))
        cells_merge(cells);
    cells_find_groups(cells, block, count);
    cells_find_pairs(cells, block, count);
    log_rows(cells, block, count);
}

Status cells_count(Cells *cells, const RowBlock *block, const bool is_new[], Error *error)
{
    Status status = check_sums(cells, block, is_new, error);
    size_t picked = 0;

    if (status != STATUS_OK)
        return status;
    assert(cells->market_numbers == NULL && cells->odd_numbers == NULL);
    for (uint32_t i = 0; i < block->count; i++) {
        cells->rows[picked].row = i;
        picked += is_new[i];
        if (picked == PASS_ROWS) {
            count_rows(cells, block, picked);
            picked = 0;
        }
    }
    count_rows(cells, block, picked);
    return STATUS_OK;
}

CellsTotals cells_totals(Cells *cells)
{
    CellsTotals totals = cells->totals;

    cells_merge(cells);
    totals.cells += (int64_t)cell_count(cells);
    return totals;
}

size_t cells_market_count(const Cells *cells)
{
    return cells->markets.count;
}

Slice cells_market_territory(const Cells *cells, size_t market)
{
    assert(market < cells->markets.count);
    return cells->markets.names[market].first;
}

Slice cells_market_tier(const Cells *cells, size_t market)
{
    assert(market < cells->markets.count);
    return cells->markets.names[market].second;
}

size_t cells_odd_count(const Cells *cells)
{
    return cells->odd.count;
}

Slice cells_odd_text(const Cells *cells, size_t odd)
{
    assert(odd < cells->odd.count);
    return cells->odd.names[odd].first;
}

bool cells_odd_is_release(const Cells *cells, size_t odd)
{
    assert(odd < cells->odd.count);
    return cells->odd.names[odd].second.size_bytes > 0;
}
