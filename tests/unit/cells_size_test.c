#include "support/cell_rows.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Many cells: memory, pieces, chunks.

// Adds the cells of all chunks to the sums of their buckets.
static void add_chunks(Cells *cells, CellsTotals sums[BUCKETS])
{
    for (PlainChunk chunk; next_plain_chunk(cells, &chunk);)
        for (size_t i = 0; i < chunk.count; i++) {
            sums[chunk.bucket].cells++;
            sums[chunk.bucket].streams += chunk.streams[i];
            sums[chunk.bucket].monetised += chunk.monetised[i];
            decimal_add(&sums[chunk.bucket].amount, &chunk.amounts[i]);
        }
}

// Rows of so many cells, each cell its own recording; all of one release.
static void count_recordings(Cells *cells, Code first, Code last, const char *odd_release)
{
    RowBlock *block = MEMORY_NEW(RowBlock, 1);
    bool *is_new = MEMORY_NEW(bool, BLOCK_ROWS);
    Error error = {0};

    for (Code recording = first; recording <= last; recording++) {
        CellRow row = plain_cell_row;

        row.recording = recording;
        row.release = odd_release == NULL ? row.release : CODE_ODD;
        row.release_text = odd_release;
        add_cell_row(block, is_new, &row);
        if (block->count == BLOCK_ROWS || recording == last) {
            assert_int_equal(cells_count(cells, block, is_new, &error), STATUS_OK);
            block->count = 0;
        }
    }
    free(block);
    free(is_new);
}

static void cells_that_are_taken_out_at_several_times_add_up(void **state)
{
    (void)state;
    enum { ROWS = 8000, TIMES = 5 };
    Random random = {11};
    CellRow *rows = random_cell_rows(&random, ROWS, true);
    Cells *whole = cells_counted_in_blocks(&random, rows, ROWS);
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);
    CellsTotals expected[BUCKETS] = {{0}};
    CellsTotals found[BUCKETS] = {{0}};
    CellsTotals expected_total = cells_totals(whole);

    add_chunks(whole, expected);
    for (int i = 0; i < TIMES; i++) {
        count_cell_rows(cells, &rows[i * ROWS / TIMES], ROWS / TIMES);
        give_cell_numbers(cells);
        add_chunks(cells, found);
        cells_empty(cells);
    }

    CellsTotals total = cells_totals(cells);

    assert_true(total.cells > expected_total.cells); // some stand in several chunks
    assert_int_equal(total.streams, expected_total.streams);
    assert_int_equal(total.monetised, expected_total.monetised);
    assert_true(decimal_equal(&total.amount, &expected_total.amount));
    for (size_t i = 0; i < BUCKETS; i++) {
        assert_same_cells_totals(&found[i], &cells_bucket_totals(cells)[i]);
        found[i].cells = expected[i].cells;
        assert_same_cells_totals(&found[i], &expected[i]);
    }
    cells_free(cells);
    cells_free(whole);
    free(rows);
}

static void cells_are_full_when_they_have_taken_their_memory(void **state)
{
    (void)state;
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);
    Code last = 0;

    assert_false(cells_are_full(cells));
    while (!cells_are_full(cells)) {
        count_recordings(cells, last + 1, last + BLOCK_ROWS, NULL);
        last += BLOCK_ROWS;
        assert_true(last <
                    CELLS_MEMORY_BYTES / 40); // a cell of its own pair takes more than 40 bytes
    }
    assert_true(last > CELLS_MEMORY_BYTES / 200);
    give_cell_numbers(cells);
    cells_empty(cells);
    assert_false(cells_are_full(cells));
    count_recordings(cells, 1, 10, NULL);
    assert_int_equal(cells_totals(cells).cells, last + 10);
    cells_free(cells);
}

// Amounts lie in memory of their own, which is given back with the cells that had filled it.
static void cells_with_amounts_are_not_full_again_at_once(void **state)
{
    (void)state;
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);
    CellRow *rows = MEMORY_NEW(CellRow, BLOCK_ROWS);
    Code last = 0;

    while (!cells_are_full(cells)) {
        for (size_t i = 0; i < BLOCK_ROWS; i++) {
            rows[i] = plain_cell_row;
            rows[i].recording = ++last;
            rows[i].amount = "0.004";
            rows[i].currency = "EUR";
        }
        count_cell_rows(cells, rows, BLOCK_ROWS);
    }
    (void)cells_totals(cells);
    give_cell_numbers(cells);
    cells_empty(cells);
    count_cell_rows(cells, rows, BLOCK_ROWS);
    assert_false(cells_are_full(cells));
    cells_free(cells);
    free(rows);
}

// A cell has 17 bits for the number of its group.
static void cells_are_full_before_there_are_no_numbers_for_groups(void **state)
{
    (void)state;
    Cells *cells = cells_new((size_t)256 << 20);
    CellRow *rows = MEMORY_NEW(CellRow, BLOCK_ROWS);
    Day days = 0;

    while (!cells_are_full(cells)) {
        for (size_t i = 0; i < BLOCK_ROWS; i++) {
            rows[i] = plain_cell_row;
            rows[i].from = days;
            rows[i].to = days++;
        }
        count_cell_rows(cells, rows, BLOCK_ROWS);
        assert_true(days <= 1 << 17);
    }
    assert_true(days > (1 << 17) - 3 * BLOCK_ROWS);
    assert_int_equal(cells_totals(cells).cells, days);
    give_cell_numbers(cells);
    cells_empty(cells);
    assert_false(cells_are_full(cells));
    cells_free(cells);
    free(rows);
}

static void a_bucket_of_many_cells_gives_several_sorted_chunks(void **state)
{
    (void)state;
    enum { CELLS = 12 * CHUNK_CELLS_MAX + 10 };
    static const char *const releases[] = {NULL, "an odd one"};

    for (size_t i = 0; i < COUNT_OF(releases); i++) {
        Cells *cells = cells_new(CELLS_MEMORY_BYTES);
        Code last = 0;
        size_t chunks = 0;

        count_recordings(cells, 1, CELLS, releases[i]);
        give_cell_numbers(cells);
        for (PlainChunk chunk; next_plain_chunk(cells, &chunk); chunks++)
            for (size_t j = 0; j < chunk.count; j++)
                assert_int_equal(chunk.recordings[j], ++last);
        assert_int_equal(chunks, 13);
        assert_int_equal(last, CELLS);
        cells_free(cells);
    }
}

static void hundreds_of_thousands_of_cells_are_found_again_and_sorted(void **state)
{
    (void)state;
    enum { CELLS = 300000, ROWS = 2 * CELLS };
    Cells *cells = cells_new((size_t)64 << 20);
    RowBlock *block = MEMORY_NEW(RowBlock, 1);
    bool *is_new = MEMORY_NEW(bool, BLOCK_ROWS);
    Error error = {0};
    int64_t cells_found = 0;
    int last_bucket = -1;

    for (int64_t i = 0; i < ROWS; i++) { // each cell twice, in two orders
        CellRow row = plain_cell_row;
        int64_t cell = i < CELLS ? i : ROWS - 1 - i;

        row.release = 1 + cell / 3 * 1000003;
        row.recording = 1 + cell % 3;
        add_cell_row(block, is_new, &row);
        if (block->count == BLOCK_ROWS || i == ROWS - 1) {
            assert_int_equal(cells_count(cells, block, is_new, &error), STATUS_OK);
            block->count = 0;
        }
    }
    assert_int_equal(cells_totals(cells).cells, CELLS);
    give_cell_numbers(cells);
    for (PlainChunk chunk; next_plain_chunk(cells, &chunk);) {
        assert_true(chunk.bucket >= last_bucket);
        last_bucket = chunk.bucket;
        for (size_t i = 0; i < chunk.count; i++) {
            assert_int_equal(chunk.streams[i], 2);
            if (i > 0)
                assert_true(chunk.releases[i - 1] < chunk.releases[i] ||
                            (chunk.releases[i - 1] == chunk.releases[i] &&
                             chunk.recordings[i - 1] < chunk.recordings[i]));
        }
        cells_found += (int64_t)chunk.count;
    }
    assert_int_equal(cells_found, CELLS);
    free(block);
    free(is_new);
    cells_free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_that_are_taken_out_at_several_times_add_up),
        cmocka_unit_test(cells_are_full_when_they_have_taken_their_memory),
        cmocka_unit_test(cells_with_amounts_are_not_full_again_at_once),
        cmocka_unit_test(cells_are_full_before_there_are_no_numbers_for_groups),
        cmocka_unit_test(a_bucket_of_many_cells_gives_several_sorted_chunks),
        cmocka_unit_test(hundreds_of_thousands_of_cells_are_found_again_and_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
