#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

Cells *cells_new(void)
{
    return MEMORY_NEW(Cells, 1);
}

void cells_free(Cells *cells)
{
    if (cells == NULL)
        return;
    names_clear(&cells->markets);
    names_clear(&cells->currencies);
    names_clear(&cells->odd);
    index_clear(&cells->pair_index);
    index_clear(&cells->group_index);
    index_clear(&cells->cell_index);
    cells_forget_order(cells);
    free(cells->pairs);
    free(cells->groups);
    free(cells->cells);
    free(cells->amounts);
    free(cells->market_numbers);
    free(cells->odd_numbers);
    free(cells->pair_buckets);
    free(cells);
}

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? -(uint64_t)number : (uint64_t)number;
}

static bool add_within_int64(uint64_t *sum, uint64_t more)
{
    return !__builtin_add_overflow(*sum, more, sum) && *sum <= INT64_MAX;
}

// Picks the new rows. No sum of any of them overflows if the sum of all without signs does not.
static Status pick_rows(Cells *cells, const RowBlock *block, const bool is_new[], Error *error)
{
    ResolvedRows *resolved = &cells->resolved;
    uint64_t streams = cells->streams_magnitude;
    uint64_t monetised = cells->monetised_magnitude;

    resolved->count = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        if (!is_new[i])
            continue;
        if (!add_within_int64(&streams, magnitude(block->streams[i])) ||
            !add_within_int64(&monetised, magnitude(block->monetised[i])))
            return error_set(error, STATUS_DATA,
                             "line %" PRId64 ": the streams up to here, signs aside, add up to "
                             "more than %" PRId64,
                             block->lines[i], INT64_MAX);
        resolved->rows[resolved->count++] = i;
    }
    cells->streams_magnitude = streams;
    cells->monetised_magnitude = monetised;
    return STATUS_OK;
}

static uint32_t find_group(Cells *cells, const Group *group)
{
    uint32_t number;
    uint32_t hash =
        index_hash((uint64_t)(uint32_t)group->period_from << 32 | (uint32_t)group->period_to,
                   (uint64_t)group->market << 32 | group->currency);

    for (IndexProbe probe = index_probe(&cells->group_index, hash);
         index_next(&cells->group_index, &probe, &number);) {
        const Group *found = &cells->groups[number];

        if (found->period_from == group->period_from && found->period_to == group->period_to &&
            found->market == group->market && found->currency == group->currency)
            return number;
    }
    MEMORY_GROW(cells->groups, cells->group_count, cells->group_capacity);
    cells->groups[cells->group_count] = *group;
    index_add(&cells->group_index, hash, cells->group_count);
    return (uint32_t)cells->group_count++;
}

static void resolve_groups(Cells *cells, const RowBlock *block)
{
    static const Slice nothing = {0};
    ResolvedRows *resolved = &cells->resolved;

    for (size_t i = 0; i < resolved->count; i++) {
        uint32_t row = resolved->rows[i];
        Group group = {
            .period_from = block->period_from[row],
            .period_to = block->period_to[row],
            .market = names_number(&cells->markets, block->territories[row], block->tiers[row]),
            .currency = names_number(
                &cells->currencies, block->has_amounts ? block->currencies[row] : nothing, nothing),
        };

        resolved->groups[i] = find_group(cells, &group);
    }
}

static Code local_code(Cells *cells, Code code, Slice text, Slice mark)
{
    assert(code >= CODE_ODD);
    return code == CODE_ODD ? ~(Code)names_number(&cells->odd, text, mark) : code;
}

static uint32_t find_pair(Cells *cells, const Pair *pair)
{
    uint32_t number;
    uint32_t hash = index_hash((uint64_t)pair->recording, (uint64_t)pair->release);

    for (IndexProbe probe = index_probe(&cells->pair_index, hash);
         index_next(&cells->pair_index, &probe, &number);)
        if (cells->pairs[number].recording == pair->recording &&
            cells->pairs[number].release == pair->release)
            return number;
    MEMORY_GROW(cells->pairs, cells->pair_count, cells->pair_capacity);
    cells->pairs[cells->pair_count] = *pair;
    index_add(&cells->pair_index, hash, cells->pair_count);
    return (uint32_t)cells->pair_count++;
}

static void resolve_pairs(Cells *cells, const RowBlock *block)
{
    static const Slice of_recording = {0};
    static const Slice of_release = {.bytes = "r", .size_bytes = 1};
    ResolvedRows *resolved = &cells->resolved;

    for (size_t i = 0; i < resolved->count; i++) {
        uint32_t row = resolved->rows[i];
        Pair pair = {
            .recording = local_code(cells, block->recordings[row], block->recording_texts[row],
                                    of_recording),
            .release =
                local_code(cells, block->releases[row], block->release_texts[row], of_release),
        };

        resolved->pairs[i] = find_pair(cells, &pair);
    }
}

static size_t find_cell(Cells *cells, uint32_t pair, uint32_t group, bool has_amounts)
{
    size_t count = (size_t)cells->totals.cells;
    uint32_t number;
    uint32_t hash = index_hash(pair, group);

    for (IndexProbe probe = index_probe(&cells->cell_index, hash);
         index_next(&cells->cell_index, &probe, &number);)
        if (cells->cells[number].pair == pair && cells->cells[number].group == group)
            return number;
    MEMORY_GROW(cells->cells, count, cells->cell_capacity);
    cells->cells[count] = (Cell){.pair = pair, .group = group};
    if (has_amounts) {
        MEMORY_GROW(cells->amounts, count, cells->amount_capacity);
        cells->amounts[count] = (Decimal){{0}};
    }
    index_add(&cells->cell_index, hash, count);
    cells->totals.cells++;
    return count;
}

static void count_rows(Cells *cells, const RowBlock *block)
{
    const ResolvedRows *resolved = &cells->resolved;

    for (size_t i = 0; i < resolved->count; i++) {
        uint32_t row = resolved->rows[i];
        size_t number =
            find_cell(cells, resolved->pairs[i], resolved->groups[i], block->has_amounts);

        cells->cells[number].streams += block->streams[row];
        cells->cells[number].monetised += block->monetised[row];
        cells->totals.streams += block->streams[row];
        cells->totals.monetised += block->monetised[row];
        if (block->has_amounts) {
            decimal_add(&cells->amounts[number], &block->amounts[row]);
            decimal_add(&cells->totals.amount, &block->amounts[row]);
        }
    }
}

Status cells_count(Cells *cells, const RowBlock *block, const bool is_new[], Error *error)
{
    Status status = pick_rows(cells, block, is_new, error);

    if (status != STATUS_OK)
        return status;
    assert(cells->market_numbers == NULL && cells->odd_numbers == NULL);
    assert(cells->resolved.count == 0 || cells->totals.cells == 0 ||
           block->has_amounts == (cells->amounts != NULL));
    resolve_groups(cells, block);
    resolve_pairs(cells, block);
    count_rows(cells, block);
    return STATUS_OK;
}

const CellsTotals *cells_totals(const Cells *cells)
{
    return &cells->totals;
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
