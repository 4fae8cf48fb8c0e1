/** Cells added up by what decides their fate, in whatever order they come. */
#include "pricing/deals.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    LOTS = 2,
    RELEASES = 3,
    RECORDINGS = 3,
    TERMS = 70,
    TWICE = 2 * TERMS,
    KEYS = LOTS * RELEASES * RECORDINGS * TERMS
};

/** The key of a number below KEYS; they rise with it. Codes are of both signs, as odd ones are. */
static PriceKey key_of(uint64_t number)
{
    return (PriceKey){.lot = (uint32_t)(number / TERMS / RECORDINGS / RELEASES),
                      .release = (int64_t)(number / TERMS / RECORDINGS % RELEASES) - 1,
                      .recording = (int64_t)(number / TERMS % RECORDINGS) * INT64_C(5000000000),
                      .term = (uint32_t)(number % TERMS),
                      .tariff = (uint32_t)(number % TERMS) + 1,
                      .split = (uint32_t)(number / TERMS)};
}

/** A cell whose measures all follow from its streams. */
static void add(PriceSums *sums, uint64_t number, int64_t streams)
{
    Error error = {0};
    PriceKey key = key_of(number);
    Decimal amount = decimal_from_units(streams, 3);
    PriceCell cell = {streams, -2 * streams, &amount};

    if (price_sums_add(sums, &key, &cell, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void settle(PriceSums *sums)
{
    Error error = {0};

    if (price_sums_settle(sums, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void assert_sum(const PriceSum *sum, uint64_t number, int64_t streams)
{
    PriceKey expected = key_of(number);
    Decimal amount = decimal_from_units(streams, 3);

    assert_memory_equal(&sum->key, &expected, sizeof expected);
    assert_int_equal(sum->streams, streams);
    assert_int_equal(sum->monetised, -2 * streams);
    assert_true(decimal_equal(&sum->amount, &amount));
}

static void each_key_has_one_sum_in_whatever_order_its_cells_come(void **state)
{
    (void)state;
    enum { CELLS = 3 * KEYS };
    Random random = {7};
    PriceSums sums = {0};
    int64_t expected[KEYS] = {0};
    size_t count = 0;

    for (size_t i = 0; i < CELLS; i++) {
        uint64_t key = random_below(&random, KEYS);
        int64_t streams = 1 + (int64_t)random_below(&random, 1000);

        add(&sums, key, streams);
        expected[key] += streams;
    }
    settle(&sums);
    for (uint64_t key = 0; key < KEYS; key++)
        if (expected[key] != 0)
            assert_sum(&sums.sums[count++], key, expected[key]);
    assert_int_equal(sums.count, count);
    price_sums_free(&sums);
}

static void cells_that_come_as_chunks_have_them_need_no_sorting(void **state)
{
    (void)state;
    PriceSums sums = {0};

    for (uint64_t pair = 0; pair < KEYS / TERMS; pair++)
        for (uint64_t i = 0; i < TWICE; i++) // by market, whose rates are of any order
            add(&sums, pair * TERMS + (i * 11) % TERMS, 1);
    assert_false(sums.is_unordered);
    assert_int_equal(sums.count, KEYS);
    price_sums_free(&sums);
}

static void what_was_cleared_is_in_no_later_sum(void **state)
{
    (void)state;
    PriceSums sums = {0};

    add(&sums, 5, 1);
    add(&sums, 3, 1);
    price_sums_clear(&sums);
    assert_false(sums.is_unordered);
    add(&sums, 3, 7);
    add(&sums, 5, 9);
    settle(&sums);
    assert_int_equal(sums.count, 2);
    assert_sum(&sums.sums[0], 3, 7);
    assert_sum(&sums.sums[1], 5, 9);
    price_sums_free(&sums);
}

static void more_streams_than_a_number_holds_are_refused(void **state)
{
    (void)state;
    Error error = {0};
    PriceSums sums = {0};
    PriceKey key = {.release = 7, .recording = 8};
    PriceKey before = {.release = 6};
    PriceCell most = {.streams = INT64_MAX};
    PriceCell least = {.monetised = INT64_MIN};
    PriceCell one = {.streams = 1};

    assert_int_equal(price_sums_add(&sums, &key, &most, &error), STATUS_OK);
    assert_int_equal(price_sums_add(&sums, &key, &one, &error), STATUS_BUG);
    assert_string_equal(error.message, "release 7, recording 8: more than 2^63 streams");
    // Those that only meet when they are settled, too.
    price_sums_clear(&sums);
    assert_int_equal(price_sums_add(&sums, &key, &least, &error), STATUS_OK);
    assert_int_equal(price_sums_add(&sums, &before, &one, &error), STATUS_OK);
    assert_int_equal(price_sums_add(&sums, &key, &least, &error), STATUS_OK);
    assert_int_equal(price_sums_settle(&sums, &error), STATUS_BUG);
    price_sums_free(&sums);
}

static void an_amount_without_streams_is_something(void **state)
{
    (void)state;
    PriceSum sum = {.streams = 5};

    assert_true(price_sum_is_nothing(&sum));
    sum.amount = decimal_from_int64(-1);
    assert_false(price_sum_is_nothing(&sum));
    assert_false(price_sum_is_nothing(&(PriceSum){.monetised = 1}));
}

static void what_goes_to_the_same_payees_in_the_same_shares_is_one_sum(void **state)
{
    (void)state;
    Error error = {0};
    PriceLot lots[] = {{.period_from = 10, .period_to = 12}, {.period_from = 5, .period_to = 5}};
    PriceSplit splits[] = {{.deal = 1}, {.deal = 0}, {.deal = 1}};
    PriceSum sums[] = {
        {.key = {.lot = 0, .split = 0, .tariff = 3}, .monetised = 7},
        {.key = {.lot = 0, .split = 1, .tariff = 3}, .monetised = 11},
        {.key = {.lot = 1, .split = 2, .tariff = 3},
         .monetised = -2,
         .amount = decimal_from_int64(4)},
        {.key = {.lot = 1, .split = 2, .tariff = 2}, .monetised = 1},
        {.key = {.lot = 1, .split = 1, .tariff = 3}, .streams = 9}, // comes to nothing
    };
    PriceSums earning = {.sums = sums, .count = COUNT_OF(sums)};
    PriceSplits all_splits = {.splits = splits};
    PriceEarnings earnings = {.lots = lots, .sums = &earning, .splits = &all_splits};
    PriceDeals deals = {0};
    Decimal four = decimal_from_int64(4);

    assert_int_equal(price_deals_add(&deals, &earnings, &error), STATUS_OK);
    assert_int_equal(deals.count, 3);
    assert_int_equal(deals.deals[0].deal, 1);
    assert_int_equal(deals.deals[0].tariff, 3);
    assert_int_equal(deals.deals[0].monetised, 5);
    assert_true(decimal_equal(&deals.deals[0].amount, &four));
    assert_int_equal(deals.deals[0].first_day, 5);
    assert_int_equal(deals.deals[0].last_day, 12);
    assert_int_equal(deals.deals[1].deal, 0);
    assert_int_equal(deals.deals[1].monetised, 11);
    assert_int_equal(deals.deals[1].first_day, 10);
    assert_int_equal(deals.deals[2].tariff, 2);
    price_deals_free(&deals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_has_one_sum_in_whatever_order_its_cells_come),
        cmocka_unit_test(cells_that_come_as_chunks_have_them_need_no_sorting),
        cmocka_unit_test(what_was_cleared_is_in_no_later_sum),
        cmocka_unit_test(more_streams_than_a_number_holds_are_refused),
        cmocka_unit_test(an_amount_without_streams_is_something),
        cmocka_unit_test(what_goes_to_the_same_payees_in_the_same_shares_is_one_sum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
