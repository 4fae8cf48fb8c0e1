#include "report/block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Row 0 of a block has all values; a test changes one of them in row 1.
static RowBlock *block_of_equal_rows(void)
{
    RowBlock *block = row_block_new();

    block->count = 2;
    block->has_amounts = true;
    for (int i = 0; i < 2; i++) {
        block->sequence_ids[i] = 7001;
        block->lines[i] = 2 + i;
        block->period_from[i] = 20728;
        block->period_to[i] = 20728;
        block->recordings[i] = CODE_ODD;
        block->releases[i] = CODE_ODD;
        block->recording_texts[i] = slice_of("DE-A12");
        block->release_texts[i] = slice_of("A1-2425G");
        block->territories[i] = slice_of("DE");
        block->tiers[i] = slice_of("premium");
        block->streams[i] = 3;
        block->monetised[i] = 2;
        block->amounts[i] = decimal_from_int64(4);
        block->currencies[i] = slice_of("EUR");
    }
    return block;
}

static void expect_unlike(RowBlock *block)
{
    row_block_fingerprint(block);
    assert_true(block->fingerprints[0] != block->fingerprints[1]);
    free(block);
}

static void equal_rows_have_equal_fingerprints_on_whatever_line(void **state)
{
    (void)state;
    RowBlock *block = block_of_equal_rows();

    row_block_fingerprint(block);
    assert_int_equal(block->fingerprints[0], block->fingerprints[1]);
    free(block);
}

static void each_value_changes_the_fingerprint(void **state)
{
    (void)state;
#define EXPECT_UNLIKE(column, value)               \
    do {                                           \
        RowBlock *changed = block_of_equal_rows(); \
        changed->column[1] = (value);              \
        expect_unlike(changed);                    \
    } while (0)
    EXPECT_UNLIKE(sequence_ids, 7002);
    EXPECT_UNLIKE(period_from, 20727);
    EXPECT_UNLIKE(period_to, 20729);
    EXPECT_UNLIKE(recordings, 1);
    EXPECT_UNLIKE(releases, CODE_NONE);
    EXPECT_UNLIKE(recording_texts, slice_of("DE-A13"));
    EXPECT_UNLIKE(release_texts, slice_of(""));
    EXPECT_UNLIKE(territories, slice_of("FR"));
    EXPECT_UNLIKE(tiers, slice_of("free"));
    EXPECT_UNLIKE(streams, 2);
    EXPECT_UNLIKE(monetised, 3);
    EXPECT_UNLIKE(amounts, decimal_from_int64(-4));
    EXPECT_UNLIKE(currencies, slice_of("USD"));
#undef EXPECT_UNLIKE
}

static void a_text_that_moves_to_its_neighbour_changes_the_fingerprint(void **state)
{
    (void)state;
    RowBlock *block = block_of_equal_rows();

    block->territories[1] = slice_of("DEpremium");
    block->tiers[1] = slice_of("");
    expect_unlike(block);
}

static void rows_that_exchange_their_contents_change_the_sum(void **state)
{
    (void)state;
    RowBlock *block = block_of_equal_rows();
    uint64_t sum = 0;

    block->sequence_ids[1] = 7002;
    block->streams[1] = 5;
    row_block_fingerprint(block);
    sum = block->fingerprints[0] + block->fingerprints[1];
    block->streams[0] = 5;
    block->streams[1] = 3;
    row_block_fingerprint(block);
    assert_true(sum != block->fingerprints[0] + block->fingerprints[1]);
    free(block);
}

static void a_fingerprint_is_the_same_for_ever(void **state)
{
    (void)state;
    RowBlock *block = block_of_equal_rows();

    row_block_fingerprint(block);
    assert_int_equal(block->fingerprints[0], UINT64_C(0xe1731ec66da4ad48));
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_rows_have_equal_fingerprints_on_whatever_line),
        cmocka_unit_test(each_value_changes_the_fingerprint),
        cmocka_unit_test(a_text_that_moves_to_its_neighbour_changes_the_fingerprint),
        cmocka_unit_test(rows_that_exchange_their_contents_change_the_sum),
        cmocka_unit_test(a_fingerprint_is_the_same_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
