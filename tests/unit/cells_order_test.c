#include "support/cell_rows.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Rows of a small world in random order: whatever comes when, the cells are the same and sorted.

static void shuffle(Random *random, CellRow rows[], size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = (size_t)random_below(random, i + 1);
        CellRow row = rows[i];

        rows[i] = rows[j];
        rows[j] = row;
    }
}

// The measures of all new rows that belong to a cell, the slow way.
static CellsTotals total_of_cell(const CellRow rows[], size_t count, const PlainChunk *chunk,
                                 size_t cell)
{
    CellsTotals totals = {0};

    for (size_t i = 0; i < count; i++) {
        const CellRow *row = &rows[i];
        Code release = row->release == CODE_ODD ? cell_odd_number(slice_of(row->release_text), true)
                                                : row->release;
        Code recording = row->recording == CODE_ODD
                             ? cell_odd_number(slice_of(row->recording_text), false)
                             : row->recording;
        Decimal amount;

        if (row->is_old || row->from != chunk->period_from || row->to != chunk->period_to ||
            !slice_equals_text(chunk->currency, row->currency) ||
            release != chunk->releases[cell] || recording != chunk->recordings[cell] ||
            cell_market_number(slice_of(row->territory), slice_of(row->tier)) !=
                chunk->markets[cell])
            continue;
        assert_int_equal(chunk->bucket, code_bucket(release, recording));
        totals.cells++; // rows, here
        totals.streams += row->streams;
        totals.monetised += row->monetised;
        assert_int_equal(decimal_parse(slice_of(row->amount), '.', &amount), DECIMAL_PARSED);
        decimal_add(&totals.amount, &amount);
    }
    return totals;
}

// -1, 0 or 1 as the first number that differs says.
static int compare_all(const int64_t left[], const int64_t right[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static void add_cell(CellsTotals *totals, const PlainChunk *chunk, size_t cell)
{
    totals->cells++;
    totals->streams += chunk->streams[cell];
    totals->monetised += chunk->monetised[cell];
    decimal_add(&totals->amount, &chunk->amounts[cell]);
}

static void the_same_rows_in_any_order_and_blocks_give_the_same_chunks(void **state)
{
    (void)state;
    enum { ROWS = 5000 };

    for (uint64_t seed = 1; seed <= 6; seed++) {
        Random random = {seed};
        CellRow *rows = random_cell_rows(&random, ROWS, seed % 2 == 0);
        char *expected = NULL;

        for (int i = 0; i < 5; i++) {
            Cells *cells = cells_counted_in_blocks(&random, rows, ROWS);
            char *chunks = dump_cell_chunks(cells);

            if (expected == NULL)
                expected = memory_copy_text(chunks);
            assert_string_equal(chunks, expected);
            free(chunks);
            cells_free(cells);
            shuffle(&random, rows, ROWS);
        }
        free(expected);
        free(rows);
    }
}

static void chunks_and_their_cells_are_sorted(void **state)
{
    (void)state;
    enum { ROWS = 4000 };
    Random random = {10};
    CellRow *rows = random_cell_rows(&random, ROWS, true);
    Cells *cells = cells_counted_in_blocks(&random, rows, ROWS);
    int64_t last_chunk[] = {-1, 0, 0, 0};

    for (PlainChunk chunk; next_plain_chunk(cells, &chunk);) {
        int64_t this_chunk[] = {chunk.bucket, chunk.period_from, chunk.period_to,
                                chunk.currency.bytes[0]};

        assert_int_equal(compare_all(last_chunk, this_chunk, 4), -1);
        memcpy(last_chunk, this_chunk, sizeof last_chunk);
        for (size_t i = 1; i < chunk.count; i++) {
            int64_t last[] = {chunk.releases[i - 1], chunk.recordings[i - 1], chunk.markets[i - 1]};
            int64_t this[] = {chunk.releases[i], chunk.recordings[i], chunk.markets[i]};

            assert_int_equal(compare_all(last, this, 3), -1);
        }
    }
    cells_free(cells);
    free(rows);
}

static void each_row_is_in_one_cell_with_its_measures(void **state)
{
    (void)state;
    enum { ROWS = 1500 };
    Random random = {7};
    CellRow *rows = random_cell_rows(&random, ROWS, true);
    Cells *cells = cells_counted_in_blocks(&random, rows, ROWS);
    int64_t rows_found = 0;
    int64_t rows_new = 0;
    int64_t cells_found = 0;

    for (size_t i = 0; i < ROWS; i++)
        rows_new += !rows[i].is_old;
    for (PlainChunk chunk; next_plain_chunk(cells, &chunk);) {
        for (size_t i = 0; i < chunk.count; i++) {
            CellsTotals expected = total_of_cell(rows, ROWS, &chunk, i);

            assert_true(expected.cells > 0);
            assert_int_equal(chunk.streams[i], expected.streams);
            assert_int_equal(chunk.monetised[i], expected.monetised);
            assert_true(decimal_equal(&chunk.amounts[i], &expected.amount));
            rows_found += expected.cells;
            cells_found++;
        }
    }
    assert_int_equal(rows_found, rows_new);
    assert_int_equal(cells_found, cells_totals(cells).cells);
    cells_free(cells);
    free(rows);
}

static void totals_are_those_of_the_chunks_in_all_and_by_bucket(void **state)
{
    (void)state;
    enum { ROWS = 3000 };
    Random random = {8};
    CellRow *rows = random_cell_rows(&random, ROWS, true);
    Cells *cells = cells_counted_in_blocks(&random, rows, ROWS);
    CellsTotals totals = cells_totals(cells);
    CellsTotals all = {0};
    CellsTotals buckets[BUCKETS] = {{0}};

    for (PlainChunk chunk; next_plain_chunk(cells, &chunk);) {
        for (size_t i = 0; i < chunk.count; i++) {
            add_cell(&all, &chunk, i);
            add_cell(&buckets[chunk.bucket], &chunk, i);
        }
    }
    assert_same_cells_totals(&all, &totals);
    for (size_t i = 0; i < BUCKETS; i++)
        assert_same_cells_totals(&buckets[i], &cells_bucket_totals(cells)[i]);
    cells_free(cells);
    free(rows);
}

// Half of the rows before are still noted down, not merged; what they had, money or not, is
// forgotten.
static void cells_that_are_reset_are_as_new_ones(void **state)
{
    (void)state;
    enum { ROWS = 4000 };

    for (uint64_t seed = 1; seed <= 4; seed++) {
        Random random = {seed};
        CellRow *before = random_cell_rows(&random, ROWS, seed % 2 == 0);
        CellRow *rows = random_cell_rows(&random, ROWS, seed < 3);
        Cells *new = cells_counted_in_blocks(&random, rows, ROWS);
        Cells *cells = cells_new(CELLS_MEMORY_BYTES);

        count_cell_rows(cells, before, BLOCK_ROWS / 2);
        (void)cells_totals(cells);
        count_cell_rows(cells, before + BLOCK_ROWS / 2, BLOCK_ROWS / 2);
        cells_reset(cells);
        assert_int_equal(cells_totals(cells).cells, 0);
        for (size_t i = 0; i < ROWS; i += BLOCK_ROWS / 2)
            count_cell_rows(cells, rows + i, ROWS - i < BLOCK_ROWS / 2 ? ROWS - i : BLOCK_ROWS / 2);
        give_cell_numbers(cells);

        char *expected = dump_cell_chunks(new);
        char *chunks = dump_cell_chunks(cells);
        CellsTotals expected_totals = cells_totals(new);
        CellsTotals totals = cells_totals(cells);

        assert_string_equal(chunks, expected);
        assert_same_cells_totals(&totals, &expected_totals);
        for (size_t i = 0; i < BUCKETS; i++)
            assert_same_cells_totals(&cells_bucket_totals(cells)[i], &cells_bucket_totals(new)[i]);
        free(expected);
        free(chunks);
        cells_free(new);
        cells_free(cells);
        free(before);
        free(rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_rows_in_any_order_and_blocks_give_the_same_chunks),
        cmocka_unit_test(chunks_and_their_cells_are_sorted),
        cmocka_unit_test(each_row_is_in_one_cell_with_its_measures),
        cmocka_unit_test(totals_are_those_of_the_chunks_in_all_and_by_bucket),
        cmocka_unit_test(cells_that_are_reset_are_as_new_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
