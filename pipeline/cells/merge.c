#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint64_t key_of(Cell cell)
{
    return cell >> MEASURE_BITS;
}

static size_t take_place(Cells *cells)
{
    size_t place = cells->wide_free;

    if (place > 0) {
        cells->wide_free = (size_t)cells->wide[place - 1].streams;
        return place - 1;
    }
    MEMORY_GROW(cells->wide, cells->wide_count, cells->wide_capacity);
    assert(cells->wide_count < WIDE_MAX); // they are full before (cells_are_full())
    return cells->wide_count++;
}

static void free_place(Cells *cells, Cell cell)
{
    if (!cell_is_wide(cell))
        return;
    cells->wide[cell_place(cell)].streams = (int64_t)cells->wide_free;
    cells->wide_free = cell_place(cell) + UINT64_C(1);
}

static Cell with_wide_measures(Cells *cells, uint64_t key, const Wide *measures)
{
    size_t place = take_place(cells);

    cells->wide[place] = *measures;
    return key << MEASURE_BITS | UINT64_C(1) << PLACE_BITS | place;
}

Cell cell_make_any(Cells *cells, uint64_t key, int64_t streams, int64_t monetised,
                   const Decimal *amount)
{
    Wide measures = {.streams = streams, .monetised = monetised};

    if (amount == NULL && cell_fits(streams, monetised))
        return cell_of(key, streams, monetised);
    if (amount != NULL)
        measures.amount = *amount;
    return with_wide_measures(cells, key, &measures);
}

Wide cell_measures(const Cells *cells, Cell cell)
{
    if (cell_is_wide(cell))
        return cells->wide[cell_place(cell)];
    return (Wide){.streams = cell_streams(cells, cell), .monetised = cell_monetised(cells, cell)};
}

static Cell add_wide(Cells *cells, Cell cell, Cell more)
{
    Wide sum = cell_measures(cells, cell);
    Wide add = cell_measures(cells, more);

    free_place(cells, cell);
    free_place(cells, more);
    sum.streams += add.streams;
    sum.monetised += add.monetised;
    decimal_add(&sum.amount, &add.amount);
    if (!cells->has_amounts && cell_fits(sum.streams, sum.monetised))
        return cell_of(key_of(cell), sum.streams, sum.monetised);
    return with_wide_measures(cells, key_of(cell), &sum);
}

// The sum of two of the same key, which are none afterwards.
static Cell add_cells(Cells *cells, Cell cell, Cell more)
{
    if (cell_is_wide(cell) || cell_is_wide(more))
        return add_wide(cells, cell, more);

    int64_t streams = cell_streams(cells, cell) + cell_streams(cells, more);
    int64_t monetised = cell_monetised(cells, cell) + cell_monetised(cells, more);

    if (!cell_fits(streams, monetised))
        return add_wide(cells, cell, more);
    return cell_of(key_of(cell), streams, monetised);
}

// Merges two lists that are sorted by key into one that ends before `end`, which lies at least
// `more_count` behind the end of the old one; returns where it begins. Which is next cannot be
// foreseen: no branch depends on it. Of the same key they come in any order.
static Cell *merge_from_behind(const Cell old[], size_t old_count, const Cell more[],
                               size_t more_count, Cell *end)
{
    while (old_count > 0 && more_count > 0) {
        bool is_old = old[old_count - 1] > more[more_count - 1];
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
        if (kept > 0 && key_of(to[kept - 1]) == key_of(from[i]))
            to[kept - 1] = add_cells(cells, to[kept - 1], from[i]);
        else
            to[kept++] = from[i];
    return kept;
}

void cells_merge(Cells *cells)
{
    size_t count = cell_count(cells) + cells->log_count;
    Cell *begin = cells->cells + count;
    Cell *more = cells->scratch;
    size_t begins[PARTITIONS];
    size_t place = 0;

    assert(count <= cells->cell_capacity);
    if (cells->log_count == 0)
        return;
    if (count > cells->cells_used)
        cells->cells_used = count;
    // From behind, where there is room: what was not read yet is never overtaken.
    for (int i = PARTITIONS - 1; i >= 0; i--) {
        size_t more_count = cells_take_log(cells, i, more);
        size_t old_begin = partition_begin(cells, i);

        if (2 * more_count > cells->scratch_used)
            cells->scratch_used = 2 * more_count;
        sort_numbers(more, more + more_count, more_count, MEASURE_BITS);
        begin = merge_from_behind(&cells->cells[old_begin], cells->ends[i] - old_begin, more,
                                  more_count, begin);
        begins[i] = (size_t)(begin - cells->cells);
    }
    cells_empty_log(cells);
    for (int i = 0; i < PARTITIONS; i++) {
        size_t end = i + 1 < PARTITIONS ? begins[i + 1] : count;

        place += add_up(cells, &cells->cells[begins[i]], end - begins[i], &cells->cells[place]);
        cells->ends[i] = place;
    }
}

static uint32_t settled_bucket(const Cells *cells, Cell cell)
{
    const Pair *pair = &cells->pairs[cell_pair(cell)];

    return (uint32_t)code_bucket(stored_code(cells, pair->release),
                                 stored_code(cells, pair->recording));
}

void cells_settle_odd(Cells *cells)
{
    cells_merge(cells);
    while (cell_count(cells) > partition_begin(cells, PARTITION_ODD)) {
        // They are the last ones: back into the log with them.
        while (cell_count(cells) > partition_begin(cells, PARTITION_ODD) && log_has_room(cells)) {
            Cell cell = cells->cells[--cells->ends[PARTITION_ODD]];

            log_row(cells, settled_bucket(cells, cell), cell);
            cells->log_count++;
        }
        cells_merge(cells);
    }
}

size_t cells_of_largest_bucket(const Cells *cells)
{
    size_t most = 0;

    for (int i = 0; i < PARTITIONS; i++) {
        size_t count = cells->ends[i] - partition_begin(cells, i);

        most = count > most ? count : most;
    }
    return most;
}
