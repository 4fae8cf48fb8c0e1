#include "cells/cells.h"

#include "base/memory.h"
#include "support/random.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A row as a test writes it. A code is a number, or CODE_ODD with its text.
typedef struct Row {
    Day from;
    Day to;
    Code recording;
    const char *recording_text;
    Code release;
    const char *release_text;
    const char *territory;
    const char *tier;
    int64_t streams;
    int64_t monetised;
    const char *amount; // NULL: no money is reported
    const char *currency;
    bool is_old; // the tide has it already
} Row;

// Little, so that the log of rows is merged into the cells several times.
enum { MEMORY_BYTES = 1 << 20 };

static const Row plain = {
    .from = 20000,
    .to = 20000,
    .recording = 7,
    .release = 9,
    .territory = "DE",
    .tier = "premium",
    .streams = 1,
    .monetised = 1,
};

static void add_row(RowBlock *block, bool is_new[], const Row *row)
{
    size_t i = block->count++;

    is_new[i] = !row->is_old;
    block->lines[i] = 100 + (int64_t)i;
    block->period_from[i] = row->from;
    block->period_to[i] = row->to;
    block->recordings[i] = row->recording;
    block->releases[i] = row->release;
    block->recording_texts[i] = slice_of(row->recording_text);
    block->release_texts[i] = slice_of(row->release_text);
    block->territories[i] = slice_of(row->territory);
    block->tiers[i] = slice_of(row->tier);
    block->streams[i] = row->streams;
    block->monetised[i] = row->monetised;
    block->has_amounts = row->amount != NULL;
    block->currencies[i] = slice_of(row->currency);
    if (row->amount != NULL)
        assert_int_equal(decimal_parse(slice_of(row->amount), '.', &block->amounts[i]),
                         DECIMAL_PARSED);
}

// Counts some rows as one block, and spoils the block's slices afterwards.
static Status count_block(Cells *cells, const Row rows[], size_t count, Error *error)
{
    RowBlock *block = MEMORY_NEW(RowBlock, 1);
    bool *is_new = MEMORY_NEW(bool, BLOCK_ROWS);
    Status status;

    for (size_t i = 0; i < count; i++)
        add_row(block, is_new, &rows[i]);
    status = cells_count(cells, block, is_new, error);
    free(block);
    free(is_new);
    return status;
}

static void count_rows(Cells *cells, const Row rows[], size_t count)
{
    Error error = {0};

    assert_int_equal(count_block(cells, rows, count, &error), STATUS_OK);
}

// The database's numbers are a function of the names here, so that they do not depend on the order
// in which names came.
static int32_t number_of_market(Slice territory, Slice tier)
{
    int32_t number = (int32_t)tier.size_bytes - 6; // negative ones are numbers too

    for (size_t i = 0; i < territory.size_bytes; i++)
        number = number * 29 - territory.bytes[i];
    return number;
}

static Code number_of_odd(Slice text, bool is_release)
{
    Code number = is_release ? 2 : 1;

    for (size_t i = 0; i < text.size_bytes; i++)
        number = (number * 131 + text.bytes[i]) % (INT64_C(1) << 40);
    return -number;
}

static void give_numbers(Cells *cells)
{
    size_t market_count = cells_market_count(cells);
    size_t odd_count = cells_odd_count(cells);
    int32_t *markets = MEMORY_NEW(int32_t, market_count);
    Code *odd = MEMORY_NEW(Code, odd_count);

    for (size_t i = 0; i < market_count; i++)
        markets[i] =
            number_of_market(cells_market_territory(cells, i), cells_market_tier(cells, i));
    for (size_t i = 0; i < odd_count; i++)
        odd[i] = number_of_odd(cells_odd_text(cells, i), cells_odd_is_release(cells, i));
    cells_number_markets(cells, markets);
    cells_number_odd(cells, odd);
    free(markets);
    free(odd);
}

// All chunks as a text: a line for each chunk, and below it one for each of its cells.
static char *dump_chunks(Cells *cells)
{
    Text text = {0};
    char amount[DECIMAL_TEXT_BYTES];

    for (CellChunk chunk; cells_next_chunk(cells, &chunk);) {
        text_append_format(&text, "%d %d-%d \"%.*s\"\n", chunk.bucket, chunk.period_from,
                           chunk.period_to, SLICE_ARGUMENTS(chunk.currency));
        assert_true(chunk.count > 0);
        assert_int_equal(chunk.amounts == NULL, chunk.currency.size_bytes == 0);
        for (size_t i = 0; i < chunk.count; i++)
            text_append_format(
                &text, "  %" PRId64 " %" PRId64 " %" PRId32 " %" PRId64 " %" PRId64 " %s\n",
                chunk.releases[i], chunk.recordings[i], chunk.markets[i], chunk.streams[i],
                chunk.monetised[i],
                chunk.amounts == NULL ? "" : decimal_print(&chunk.amounts[i], amount));
    }
    return text_take(&text);
}

static void assert_chunks(const Row rows[], size_t count, const char *expected)
{
    Cells *cells = cells_new(MEMORY_BYTES);

    count_rows(cells, rows, count);
    give_numbers(cells);

    char *chunks = dump_chunks(cells);

    assert_string_equal(chunks, expected);
    free(chunks);
    cells_free(cells);
}

static void no_rows_give_no_chunks(void **state)
{
    (void)state;
    Row old = plain;

    old.is_old = true;
    assert_chunks(NULL, 0, "");
    assert_chunks(&old, 1, "");
    cells_free(NULL);
}

static void rows_that_a_rate_could_tell_apart_are_other_cells(void **state)
{
    (void)state;
    Row rows[] = {plain, plain, plain, plain, plain, plain, plain, plain, plain};

    rows[1].monetised = 0;
    rows[2].from--;
    rows[3].to++;
    rows[4].recording++;
    rows[5].release++;
    rows[6].territory = "FR";
    rows[7].tier = "free";
    rows[8].is_old = true;
    assert_int_equal(code_bucket(9, 0), 9);
    assert_int_equal(number_of_market(slice_of("DE"), slice_of("premium")), -1200);
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
    Row rows[] = {plain, plain, plain, plain};
    Cells *cells = cells_new(MEMORY_BYTES);

    rows[0].territory = "A";
    rows[0].tier = "BC";
    rows[1].territory = "AB";
    rows[1].tier = "C";
    rows[2].territory = "";
    rows[2].tier = NULL;
    rows[3].territory = NULL;
    rows[3].tier = "";
    count_rows(cells, rows, COUNT_OF(rows));
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
    Row rows[] = {plain, plain, plain, plain};
    Cells *cells = cells_new(MEMORY_BYTES);

    rows[0].recording = CODE_ODD;
    rows[0].recording_text = "X?";
    rows[1] = rows[0];
    rows[2].release = CODE_ODD;
    rows[2].release_text = "X?";
    rows[3].release = CODE_NONE;
    rows[3].recording = CODE_NONE;
    count_rows(cells, rows, COUNT_OF(rows));
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
    Row rows[] = {plain, plain, plain};

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
    Row rows[COUNT_OF(amounts)];
    Cells *cells = cells_new(MEMORY_BYTES);
    char text[DECIMAL_TEXT_BYTES];

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rows[i] = plain;
        rows[i].amount = amounts[i];
        rows[i].currency = i < 3 ? "USD" : "EUR";
    }
    count_rows(cells, rows, COUNT_OF(rows));

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
    Row rows[] = {plain, plain, plain};
    Cells *cells = cells_new(MEMORY_BYTES);
    Error error = {0};

    rows[0].streams = INT64_MAX - 10;
    rows[1].streams = -8;
    rows[2].streams = 3;
    assert_int_equal(count_block(cells, rows, 3, &error), STATUS_DATA);
    assert_string_equal(error.message, "line 102: the streams up to here, signs aside, add up to "
                                       "more than 9223372036854775807");
    assert_int_equal(cells_totals(cells).cells, 0);
    rows[2].is_old = true;
    assert_int_equal(count_block(cells, rows, 3, &error), STATUS_OK);
    assert_int_equal(cells_totals(cells).streams, INT64_MAX - 18);
    rows[0].streams = INT64_MIN; // whoever checks rows should have seen this one
    assert_int_equal(count_block(cells, rows, 1, &error), STATUS_DATA);
    rows[0] = plain;
    rows[0].monetised = INT64_MAX;
    assert_int_equal(count_block(cells, rows, 1, &error), STATUS_DATA);
    cells_free(cells);
}

static const char *pick(Random *random, const char *const texts[], size_t count)
{
    return texts[random_below(random, count)];
}

// Rows of a small world, so that many meet in a cell: with odd codes, without codes, with voids.
static Row *random_rows(Random *random, size_t count, bool has_amounts)
{
    static const char *const odd[] = {"GRID-1", "?", "0012", "a much longer text than a code has"};
    static const char *const territories[] = {"DE", "FR", "US", ""};
    static const char *const tiers[] = {"premium", "free", ""};
    static const char *const amounts[] = {"0.1", "-0.1", "0.00000000000000000000000000000000000001",
                                          "12345678901234567890.5", "0"};
    static const char *const currencies[] = {"USD", "EUR", "JPY"};
    Row *rows = MEMORY_NEW(Row, count);

    for (size_t i = 0; i < count; i++) {
        rows[i] = (Row){
            .from = 20000 + (Day)random_below(random, 3),
            .to = 20002 + (Day)random_below(random, 2),
            .recording = (Code)random_below(random, 12) - 1,
            .recording_text = pick(random, odd, COUNT_OF(odd)),
            .release = (Code)random_below(random, 6) * 1000000 - 1000000,
            .release_text = pick(random, odd, COUNT_OF(odd)),
            .territory = pick(random, territories, COUNT_OF(territories)),
            .tier = pick(random, tiers, COUNT_OF(tiers)),
            .streams = (int64_t)random_below(random, 7) - 3,
            .monetised = (int64_t)random_below(random, 3) - 1,
            .amount = has_amounts ? pick(random, amounts, COUNT_OF(amounts)) : NULL,
            .currency = pick(random, currencies, COUNT_OF(currencies)),
            .is_old = random_once_in(random, 10),
        };
        if (rows[i].release < 0)
            rows[i].release = CODE_ODD;
    }
    return rows;
}

static void shuffle(Random *random, Row rows[], size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = (size_t)random_below(random, i + 1);
        Row row = rows[i];

        rows[i] = rows[j];
        rows[j] = row;
    }
}

// Counts all rows in blocks of any sizes, empty ones too.
static Cells *counted_in_blocks(Random *random, const Row rows[], size_t count)
{
    Cells *cells = cells_new(MEMORY_BYTES);

    for (size_t begin = 0; begin < count;) {
        size_t size = (size_t)random_below(random, random_once_in(random, 2) ? 10 : BLOCK_ROWS);

        size = size < count - begin ? size : count - begin;
        count_rows(cells, &rows[begin], size);
        begin += size;
    }
    give_numbers(cells);
    return cells;
}

static void the_same_rows_in_any_order_and_blocks_give_the_same_chunks(void **state)
{
    (void)state;
    enum { ROWS = 5000 };

    for (uint64_t seed = 1; seed <= 6; seed++) {
        Random random = {seed};
        Row *rows = random_rows(&random, ROWS, seed % 2 == 0);
        char *expected = NULL;

        for (int i = 0; i < 5; i++) {
            Cells *cells = counted_in_blocks(&random, rows, ROWS);
            char *chunks = dump_chunks(cells);

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

// The measures of all new rows that belong to a cell, the slow way.
static CellsTotals total_of_cell(const Row rows[], size_t count, const CellChunk *chunk,
                                 size_t cell)
{
    CellsTotals totals = {0};

    for (size_t i = 0; i < count; i++) {
        const Row *row = &rows[i];
        Code release = row->release == CODE_ODD ? number_of_odd(slice_of(row->release_text), true)
                                                : row->release;
        Code recording = row->recording == CODE_ODD
                             ? number_of_odd(slice_of(row->recording_text), false)
                             : row->recording;
        Decimal amount;

        if (row->is_old || row->from != chunk->period_from || row->to != chunk->period_to ||
            !slice_equals_text(chunk->currency, row->currency) ||
            release != chunk->releases[cell] || recording != chunk->recordings[cell] ||
            number_of_market(slice_of(row->territory), slice_of(row->tier)) != chunk->markets[cell])
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

static void chunks_and_their_cells_are_sorted(void **state)
{
    (void)state;
    enum { ROWS = 4000 };
    Random random = {10};
    Row *rows = random_rows(&random, ROWS, true);
    Cells *cells = counted_in_blocks(&random, rows, ROWS);
    int64_t last_chunk[] = {-1, 0, 0, 0};

    for (CellChunk chunk; cells_next_chunk(cells, &chunk);) {
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
    Row *rows = random_rows(&random, ROWS, true);
    Cells *cells = counted_in_blocks(&random, rows, ROWS);
    int64_t rows_found = 0;
    int64_t rows_new = 0;
    int64_t cells_found = 0;

    for (size_t i = 0; i < ROWS; i++)
        rows_new += !rows[i].is_old;
    for (CellChunk chunk; cells_next_chunk(cells, &chunk);) {
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

static void add_cell(CellsTotals *totals, const CellChunk *chunk, size_t cell)
{
    totals->cells++;
    totals->streams += chunk->streams[cell];
    totals->monetised += chunk->monetised[cell];
    decimal_add(&totals->amount, &chunk->amounts[cell]);
}

static void assert_same_totals(const CellsTotals *left, const CellsTotals *right)
{
    assert_int_equal(left->cells, right->cells);
    assert_int_equal(left->streams, right->streams);
    assert_int_equal(left->monetised, right->monetised);
    assert_true(decimal_equal(&left->amount, &right->amount));
}

static void totals_are_those_of_the_chunks_in_all_and_by_bucket(void **state)
{
    (void)state;
    enum { ROWS = 3000 };
    Random random = {8};
    Row *rows = random_rows(&random, ROWS, true);
    Cells *cells = counted_in_blocks(&random, rows, ROWS);
    CellsTotals totals = cells_totals(cells);
    CellsTotals all = {0};
    CellsTotals buckets[BUCKETS] = {{0}};

    for (CellChunk chunk; cells_next_chunk(cells, &chunk);) {
        for (size_t i = 0; i < chunk.count; i++) {
            add_cell(&all, &chunk, i);
            add_cell(&buckets[chunk.bucket], &chunk, i);
        }
    }
    assert_same_totals(&all, &totals);
    for (size_t i = 0; i < BUCKETS; i++)
        assert_same_totals(&buckets[i], &cells_bucket_totals(cells)[i]);
    cells_free(cells);
    free(rows);
}

static void chunks_come_again_from_the_first(void **state)
{
    (void)state;
    enum { ROWS = 500 };
    Random random = {9};
    Row *rows = random_rows(&random, ROWS, false);
    Cells *cells = counted_in_blocks(&random, rows, ROWS);
    char *first = dump_chunks(cells);
    char *second = dump_chunks(cells);

    assert_string_equal(first, second);
    free(first);
    free(second);
    cells_free(cells);
    free(rows);
}

static void measures_of_any_size_are_exact(void **state)
{
    (void)state;
    Row rows[] = {plain, plain, plain, plain, plain, plain, plain};

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

// Adds the cells of all chunks to the sums of their buckets.
static void add_chunks(Cells *cells, CellsTotals sums[BUCKETS])
{
    for (CellChunk chunk; cells_next_chunk(cells, &chunk);)
        for (size_t i = 0; i < chunk.count; i++) {
            sums[chunk.bucket].cells++;
            sums[chunk.bucket].streams += chunk.streams[i];
            sums[chunk.bucket].monetised += chunk.monetised[i];
            decimal_add(&sums[chunk.bucket].amount, &chunk.amounts[i]);
        }
}

static void cells_that_are_taken_out_at_several_times_add_up(void **state)
{
    (void)state;
    enum { ROWS = 8000, TIMES = 5 };
    Random random = {11};
    Row *rows = random_rows(&random, ROWS, true);
    Cells *whole = counted_in_blocks(&random, rows, ROWS);
    Cells *cells = cells_new(MEMORY_BYTES);
    CellsTotals expected[BUCKETS] = {{0}};
    CellsTotals found[BUCKETS] = {{0}};
    CellsTotals expected_total = cells_totals(whole);

    add_chunks(whole, expected);
    for (int i = 0; i < TIMES; i++) {
        count_rows(cells, &rows[i * ROWS / TIMES], ROWS / TIMES);
        give_numbers(cells);
        add_chunks(cells, found);
        cells_empty(cells);
    }

    CellsTotals total = cells_totals(cells);

    assert_true(total.cells > expected_total.cells); // some stand in several chunks
    assert_int_equal(total.streams, expected_total.streams);
    assert_int_equal(total.monetised, expected_total.monetised);
    assert_true(decimal_equal(&total.amount, &expected_total.amount));
    for (size_t i = 0; i < BUCKETS; i++) {
        assert_same_totals(&found[i], &cells_bucket_totals(cells)[i]);
        found[i].cells = expected[i].cells;
        assert_same_totals(&found[i], &expected[i]);
    }
    cells_free(cells);
    cells_free(whole);
    free(rows);
}

// Rows of so many cells, each cell its own recording; all of one release.
static void count_recordings(Cells *cells, Code first, Code last, const char *odd_release)
{
    RowBlock *block = MEMORY_NEW(RowBlock, 1);
    bool *is_new = MEMORY_NEW(bool, BLOCK_ROWS);
    Error error = {0};

    for (Code recording = first; recording <= last; recording++) {
        Row row = plain;

        row.recording = recording;
        row.release = odd_release == NULL ? row.release : CODE_ODD;
        row.release_text = odd_release;
        add_row(block, is_new, &row);
        if (block->count == BLOCK_ROWS || recording == last) {
            assert_int_equal(cells_count(cells, block, is_new, &error), STATUS_OK);
            block->count = 0;
        }
    }
    free(block);
    free(is_new);
}

static void cells_are_full_when_they_have_taken_their_memory(void **state)
{
    (void)state;
    Cells *cells = cells_new(MEMORY_BYTES);
    Code last = 0;

    assert_false(cells_are_full(cells));
    while (!cells_are_full(cells)) {
        count_recordings(cells, last + 1, last + BLOCK_ROWS, NULL);
        last += BLOCK_ROWS;
        assert_true(last < MEMORY_BYTES / 40); // a cell of its own pair takes more than 40 bytes
    }
    assert_true(last > MEMORY_BYTES / 200);
    give_numbers(cells);
    cells_empty(cells);
    assert_false(cells_are_full(cells));
    count_recordings(cells, 1, 10, NULL);
    assert_int_equal(cells_totals(cells).cells, last + 10);
    cells_free(cells);
}

static void a_bucket_of_many_cells_gives_several_sorted_chunks(void **state)
{
    (void)state;
    enum { CELLS = 12 * CHUNK_CELLS_MAX + 10 };
    static const char *const releases[] = {NULL, "an odd one"};

    for (size_t i = 0; i < COUNT_OF(releases); i++) {
        Cells *cells = cells_new(MEMORY_BYTES);
        Code last = 0;
        size_t chunks = 0;

        count_recordings(cells, 1, CELLS, releases[i]);
        give_numbers(cells);
        for (CellChunk chunk; cells_next_chunk(cells, &chunk); chunks++)
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
        Row row = plain;
        int64_t cell = i < CELLS ? i : ROWS - 1 - i;

        row.release = 1 + cell / 3 * 1000003;
        row.recording = 1 + cell % 3;
        add_row(block, is_new, &row);
        if (block->count == BLOCK_ROWS || i == ROWS - 1) {
            assert_int_equal(cells_count(cells, block, is_new, &error), STATUS_OK);
            block->count = 0;
        }
    }
    assert_int_equal(cells_totals(cells).cells, CELLS);
    give_numbers(cells);
    for (CellChunk chunk; cells_next_chunk(cells, &chunk);) {
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
        cmocka_unit_test(no_rows_give_no_chunks),
        cmocka_unit_test(rows_that_a_rate_could_tell_apart_are_other_cells),
        cmocka_unit_test(names_that_read_alike_together_are_other_markets),
        cmocka_unit_test(an_odd_code_keeps_its_text_and_what_it_was_to_name),
        cmocka_unit_test(a_void_takes_back_and_a_cell_of_zero_is_kept),
        cmocka_unit_test(amounts_are_exact_and_each_currency_is_a_chunk),
        cmocka_unit_test(streams_that_could_overflow_a_sum_are_refused_and_change_nothing),
        cmocka_unit_test(the_same_rows_in_any_order_and_blocks_give_the_same_chunks),
        cmocka_unit_test(chunks_and_their_cells_are_sorted),
        cmocka_unit_test(each_row_is_in_one_cell_with_its_measures),
        cmocka_unit_test(totals_are_those_of_the_chunks_in_all_and_by_bucket),
        cmocka_unit_test(chunks_come_again_from_the_first),
        cmocka_unit_test(measures_of_any_size_are_exact),
        cmocka_unit_test(cells_that_are_taken_out_at_several_times_add_up),
        cmocka_unit_test(cells_are_full_when_they_have_taken_their_memory),
        cmocka_unit_test(a_bucket_of_many_cells_gives_several_sorted_chunks),
        cmocka_unit_test(hundreds_of_thousands_of_cells_are_found_again_and_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
