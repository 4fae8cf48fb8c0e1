#include "support/cell_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_chunks(const CellRow rows[], size_t count, const char *expected)
{
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);

    count_cell_rows(cells, rows, count);
    give_cell_numbers(cells);

    char *chunks = dump_cell_chunks(cells);

    assert_string_equal(chunks, expected);
    free(chunks);
    cells_free(cells);
}

static void no_rows_give_no_chunks(void **state)
{
    (void)state;
    CellRow old = plain_cell_row;

    old.is_old = true;
    assert_chunks(NULL, 0, "");
    assert_chunks(&old, 1, "");
    cells_free(NULL);
}

static void rows_that_a_rate_could_tell_apart_are_other_cells(void **state)
{
    (void)state;
    CellRow rows[] = {plain_cell_row, plain_cell_row, plain_cell_row,
                      plain_cell_row, plain_cell_row, plain_cell_row,
                      plain_cell_row, plain_cell_row, plain_cell_row};

    rows[1].monetised = 0;
    rows[2].from--;
    rows[3].to++;
    rows[4].recording++;
    rows[5].release++;
    rows[6].territory = "FR";
    rows[7].tier = "free";
    rows[8].is_old = true;
    assert_int_equal(code_bucket(9, 0), 9);
    assert_int_equal(cell_market_number(slice_of("DE"), slice_of("premium")), -1200);
    assert_chunks(rows, COUNT_OF(rows),
                  "9 19999-20000 \"\"\n"
                  "  9 7 -1200 1 1 \n"
                  "9 20000-20000 \"\"\n"
                  "  9 7 -3723 1 1 \n"
                  "  9 7 -1271 1 1 \n"
                  "  9 7 -1200 2 1 \n"
                  "  9 8 -1200 1 1 \n"
                  "9 20000-20001 \"\"\n"
                  "  9 7 -1200 1 1 \n"
                  "10 20000-20000 \"\"\n"
                  "  10 7 -1200 1 1 \n");
}

static void names_that_read_alike_together_are_other_markets(void **state)
{
    (void)state;
    CellRow rows[] = {plain_cell_row, plain_cell_row, plain_cell_row, plain_cell_row};
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);

    rows[0].territory = "A";
    rows[0].tier = "BC";
    rows[1].territory = "AB";
    rows[1].tier = "C";
    rows[2].territory = "";
    rows[2].tier = NULL;
    rows[3].territory = NULL;
    rows[3].tier = "";
    count_cell_rows(cells, rows, COUNT_OF(rows));
    assert_int_equal(cells_totals(cells).cells, 3);
    assert_int_equal(cells_market_count(cells), 3);
    assert_true(slice_equals_text(cells_market_territory(cells, 1), "AB"));
    assert_true(slice_equals_text(cells_market_tier(cells, 1), "C"));
    assert_int_equal(cells_market_territory(cells, 2).size_bytes, 0);
    cells_free(cells);
}

static void an_odd_code_keeps_its_text_and_what_it_was_to_name(void **state)
{
    (void)state;
    CellRow rows[] = {plain_cell_row, plain_cell_row, plain_cell_row, plain_cell_row};
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);

    rows[0].recording = CODE_ODD;
    rows[0].recording_text = "X?";
    rows[1] = rows[0];
    rows[2].release = CODE_ODD;
    rows[2].release_text = "X?";
    rows[3].release = CODE_NONE;
    rows[3].recording = CODE_NONE;
    count_cell_rows(cells, rows, COUNT_OF(rows));
    assert_int_equal(cells_totals(cells).cells, 3);
    assert_int_equal(cells_odd_count(cells), 2);
    assert_int_not_equal(cells_odd_is_release(cells, 0), cells_odd_is_release(cells, 1));
    assert_true(slice_equals_text(cells_odd_text(cells, 0), "X?"));
    assert_true(slice_equals_text(cells_odd_text(cells, 1), "X?"));
    cells_free(cells);
    // 1 and 2 in base 131, then 'X' and '?': the database's number is what sorts and makes buckets.
    assert_chunks(rows, COUNT_OF(rows),
                  "0 20000-20000 \"\"\n"
                  "  0 0 -1200 1 1 \n"
                  "9 20000-20000 \"\"\n"
                  "  9 -28752 -1200 2 2 \n"
                  "89 20000-20000 \"\"\n"
                  "  -45913 7 -1200 1 1 \n");
}

static void a_void_takes_back_and_a_cell_of_zero_is_kept(void **state)
{
    (void)state;
    CellRow rows[] = {plain_cell_row, plain_cell_row, plain_cell_row};

    rows[0].streams = 5;
    rows[0].monetised = 3;
    rows[1].streams = -5;
    rows[1].monetised = -3;
    rows[2].recording = 8;
    rows[2].streams = -2;
    rows[2].monetised = 0;
    assert_chunks(rows, COUNT_OF(rows),
                  "9 20000-20000 \"\"\n"
                  "  9 7 -1200 0 0 \n"
                  "  9 8 -1200 -2 0 \n");
}

static void amounts_are_exact_and_each_currency_is_a_chunk(void **state)
{
    (void)state;
    static const char *const amounts[] = {"0.1", "0.2", "0.00000000000000000000000000000000000001",
                                          "99999999999999999999999999999999999999", "-12.5"};
    CellRow rows[COUNT_OF(amounts)];
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);
    char text[DECIMAL_TEXT_BYTES];

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rows[i] = plain_cell_row;
        rows[i].amount = amounts[i];
        rows[i].currency = i < 3 ? "USD" : "EUR";
    }
    count_cell_rows(cells, rows, COUNT_OF(rows));

    CellsTotals totals = cells_totals(cells);

    assert_string_equal(decimal_print(&totals.amount, text),
                        "99999999999999999999999999999999999986"
                        ".80000000000000000000000000000000000001");
    cells_free(cells);
    assert_chunks(rows, COUNT_OF(rows),
                  "9 20000-20000 \"EUR\"\n"
                  "  9 7 -1200 2 2 99999999999999999999999999999999999986.5\n"
                  "9 20000-20000 \"USD\"\n"
                  "  9 7 -1200 3 3 0.30000000000000000000000000000000000001\n");
}

static void streams_that_could_overflow_a_sum_are_refused_and_change_nothing(void **state)
{
    (void)state;
    CellRow rows[] = {plain_cell_row, plain_cell_row, plain_cell_row};
    Cells *cells = cells_new(CELLS_MEMORY_BYTES);
    Error error = {0};

    rows[0].streams = INT64_MAX - 10;
    rows[1].streams = -8;
    rows[2].streams = 3;
    assert_int_equal(count_cell_block(cells, rows, 3, &error), STATUS_DATA);
    assert_string_equal(error.message, "line 102: the streams up to here, signs aside, add up to "
                                       "more than 9223372036854775807");
    assert_int_equal(cells_totals(cells).cells, 0);
    rows[2].is_old = true;
    assert_int_equal(count_cell_block(cells, rows, 3, &error), STATUS_OK);
    assert_int_equal(cells_totals(cells).streams, INT64_MAX - 18);
    rows[0].streams = INT64_MIN; // whoever checks rows should have seen this one
    assert_int_equal(count_cell_block(cells, rows, 1, &error), STATUS_DATA);
    rows[0] = plain_cell_row;
    rows[0].monetised = INT64_MAX;
    assert_int_equal(count_cell_block(cells, rows, 1, &error), STATUS_DATA);
    cells_free(cells);
}

static void chunks_come_again_from_the_first(void **state)
{
    (void)state;
    enum { ROWS = 500 };
    Random random = {9};
    CellRow *rows = random_cell_rows(&random, ROWS, false);
    Cells *cells = cells_counted_in_blocks(&random, rows, ROWS);
    char *first = dump_cell_chunks(cells);
    char *second = dump_cell_chunks(cells);

    assert_string_equal(first, second);
    free(first);
    free(second);
    cells_free(cells);
    free(rows);
}

static void measures_of_any_size_are_exact(void **state)
{
    (void)state;
    CellRow rows[] = {plain_cell_row, plain_cell_row, plain_cell_row, plain_cell_row,
                      plain_cell_row, plain_cell_row, plain_cell_row};

    rows[0].streams = INT64_C(5000000000000);
    rows[1].streams = INT32_MAX;
    rows[1].monetised = INT32_MAX;
    rows[2].monetised = INT32_MIN;
    rows[2].streams = -3;
    rows[3].recording = 8;
    rows[3].monetised = INT32_MIN;
    rows[4].recording = 9;
    rows[4].streams = INT32_MAX;
    rows[5].recording = 9;
    rows[6].recording = 9;
    rows[6].streams = INT32_MIN;
    assert_chunks(rows, COUNT_OF(rows),
                  "9 20000-20000 \"\"\n"
                  "  9 7 -1200 5002147483644 0 \n"
                  "  9 8 -1200 1 -2147483648 \n"
                  "  9 9 -1200 0 3 \n");
}

// A cell has 12 bits for its streams and 11 for its monetised ones; what needs more lies elsewhere.
static void measures_at_the_bounds_of_a_cell_are_exact(void **state)
{
    (void)state;
    static const int64_t streams[] = {2046, 1, 1, -4095, -1, -1, 3000, -3000};
    static const int64_t monetised[] = {1022, 1, 1, -2047, -1, -1, 1500, 0};
    static const char *const expected[] = {
        "2046 1022",   "2047 1023",   "2048 1024", "-2047 -1023",
        "-2048 -1024", "-2049 -1025", "951 475",   "-2049 475",
    };
    CellRow rows[COUNT_OF(streams)];

    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        rows[i] = plain_cell_row;
        rows[i].streams = streams[i];
        rows[i].monetised = monetised[i];

        char *chunk = text_format("9 20000-20000 \"\"\n  9 7 -1200 %s \n", expected[i]);

        assert_chunks(rows, i + 1, chunk);
        free(chunk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rows_give_no_chunks),
        cmocka_unit_test(rows_that_a_rate_could_tell_apart_are_other_cells),
        cmocka_unit_test(names_that_read_alike_together_are_other_markets),
        cmocka_unit_test(an_odd_code_keeps_its_text_and_what_it_was_to_name),
        cmocka_unit_test(a_void_takes_back_and_a_cell_of_zero_is_kept),
        cmocka_unit_test(amounts_are_exact_and_each_currency_is_a_chunk),
        cmocka_unit_test(streams_that_could_overflow_a_sum_are_refused_and_change_nothing),
        cmocka_unit_test(chunks_come_again_from_the_first),
        cmocka_unit_test(measures_of_any_size_are_exact),
        cmocka_unit_test(measures_at_the_bounds_of_a_cell_are_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
