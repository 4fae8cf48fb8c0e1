#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool is_wide(const Cell *cell)
{
    return cell->monetised == CELL_IS_WIDE;
}

static bool fits(int64_t streams, int64_t monetised)
{
    return streams == (int32_t)streams && monetised == (int32_t)monetised &&
           monetised != CELL_IS_WIDE;
}

static size_t take_wide(Cells *cells)
{
    size_t place = cells->wide_free;

    if (place > 0) {
        cells->wide_free = (size_t)cells->wide[place - 1].streams;
        return place - 1;
    }
    MEMORY_GROW(cells->wide, cells->wide_count, cells->wide_capacity);
    assert(cells->wide_count < INT32_MAX); // they would need a hundred gigabytes
    return cells->wide_count++;
}

static void free_wide(Cells *cells, const Cell *cell)
{
    if (!is_wide(cell))
        return;
    cells->wide[cell->streams].streams = (int64_t)cells->wide_free;
    cells->wide_free = (size_t)cell->streams + 1;
}

void cell_set(Cells *cells, Cell *cell, int64_t streams, int64_t monetised, const Decimal *amount)
{
    if (amount == NULL && fits(streams, monetised)) {
        cell->streams = (int32_t)streams;
        cell->monetised = (int32_t)monetised;
        return;
    }

    size_t place = take_wide(cells);

    cells->wide[place] = (Wide){.streams = streams, .monetised = monetised};
    if (amount != NULL)
        cells->wide[place].amount = *amount;
    cell->streams = (int32_t)place;
    cell->monetised = CELL_IS_WIDE;
}

Wide cell_measures(const Cells *cells, const Cell *cell)
{
    if (is_wide(cell))
        return cells->wide[cell->streams];
    return (Wide){.streams = cell->streams, .monetised = cell->monetised};
}

static void add_wide(Cells *cells, Cell *cell, const Cell *more)
{
    Wide sum = cell_measures(cells, cell);
    Wide add = cell_measures(cells, more);

    free_wide(cells, cell);
    free_wide(cells, more);
    decimal_add(&sum.amount, &add.amount);
    cell_set(cells, cell, sum.streams + add.streams, sum.monetised + add.monetised,
             cells->has_amounts ? &sum.amount : NULL);
}

// Adds the measures of another, which is none afterwards.
static void add_cell(Cells *cells, Cell *cell, const Cell *taken_more)
{
    int64_t streams = (int64_t)cell->streams + taken_more->streams;
    int64_t monetised = (int64_t)cell->monetised + taken_more->monetised;

    if (is_wide(cell) || is_wide(taken_more) || !fits(streams, monetised)) {
        add_wide(cells, cell, taken_more);
        return;
    }
    cell->streams = (int32_t)streams;
    cell->monetised = (int32_t)monetised;
}

// Deals the log out into the scratch, a partition behind the other; ends[p] is where p ends.
static void deal_out(const Cells *cells, size_t ends[PARTITIONS])
{
    size_t place = 0;

    memset(ends, 0, PARTITIONS * sizeof ends[0]);
    for (size_t i = 0; i < cells->log_count; i++)
        ends[cell_partition(&cells->log[i])]++;
    for (size_t i = 0; i < PARTITIONS; i++) { // first how many, then where they begin
        size_t count = ends[i];

        ends[i] = place;
        place += count;
    }
    for (size_t i = 0; i < cells->log_count; i++)
        cells->scratch[ends[cell_partition(&cells->log[i])]++] = cells->log[i];
}

// Merges two sorted lists into one that ends before `end`, which lies at least `more_count` behind
// the end of the old one; returns where it begins. Which is next cannot be foreseen: no branch
// depends on it.
static Cell *merge_from_behind(const Cell old[], size_t old_count, const Cell more[],
                               size_t more_count, Cell *end)
{
    while (old_count > 0 && more_count > 0) {
        bool is_old = old[old_count - 1].key > more[more_count - 1].key;
        const Cell *next = is_old ? &old[old_count - 1] : &more[more_count - 1];

        *--end = *next;
        old_count -= is_old;
        more_count -= !is_old;
    }
    end -= more_count;
    memcpy(end, more, more_count * sizeof *end);
    end -= old_count;
    memmove(end, old, old_count * sizeof *end);
    return end;
}

// Adds up those of the same key, and moves them down to `to`; returns how many are left.
static size_t add_up(Cells *cells, const Cell from[], size_t count, Cell to[])
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (kept > 0 && to[kept - 1].key == from[i].key)
            add_cell(cells, &to[kept - 1], &from[i]);
        else
            to[kept++] = from[i];
    return kept;
}

void cells_merge(Cells *cells)
{
    size_t log_ends[PARTITIONS];
    size_t count = cell_count(cells) + cells->log_count;
    Cell *begin = cells->cells + count;
    size_t begins[PARTITIONS];
    size_t place = 0;

    assert(count <= cells->cell_capacity);
    if (cells->log_count == 0)
        return;
    deal_out(cells, log_ends);
    // From behind, where there is room: what was not read yet is never overtaken.
    for (int i = PARTITIONS - 1; i >= 0; i--) {
        size_t log_begin = i == 0 ? 0 : log_ends[i - 1];
        size_t more_count = log_ends[i] - log_begin;
        Cell *more = &cells->scratch[log_begin];
        size_t old_begin = partition_begin(cells, i);

        sort_records(more, &cells->log[log_begin], more_count);
        begin = merge_from_behind(&cells->cells[old_begin], cells->ends[i] - old_begin, more,
                                  more_count, begin);
        begins[i] = (size_t)(begin - cells->cells);
    }
    for (int i = 0; i < PARTITIONS; i++) {
        size_t end = i + 1 < PARTITIONS ? begins[i + 1] : count;

        place += add_up(cells, &cells->cells[begins[i]], end - begins[i], &cells->cells[place]);
        cells->ends[i] = place;
    }
    cells->log_count = 0;
}

// The same cell in the partition of its bucket.
static void settle(const Cells *cells, Cell *cell)
{
    const Pair *pair = &cells->pairs[cell_pair(cell)];
    uint64_t bucket = (uint64_t)code_bucket(stored_code(cells, pair->release),
                                            stored_code(cells, pair->recording));

    cell->key = bucket << (PAIR_BITS + GROUP_BITS) |
                (cell->key & ((UINT64_C(1) << (PAIR_BITS + GROUP_BITS)) - 1));
}

void cells_settle_odd(Cells *cells)
{
    cells_merge(cells);
    while (cell_count(cells) > partition_begin(cells, PARTITION_ODD)) {
        // They are the last ones: back into the log with them.
        size_t left = cell_count(cells) - partition_begin(cells, PARTITION_ODD);
        size_t count = left < cells->log_capacity ? left : cells->log_capacity;

        cells->ends[PARTITION_ODD] -= count;
        for (size_t i = 0; i < count; i++) {
            cells->log[i] = cells->cells[cell_count(cells) + i];
            settle(cells, &cells->log[i]);
        }
        cells->log_count = count;
        cells_merge(cells);
    }
}
