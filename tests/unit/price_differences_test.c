/** What is priced again, less what was priced before. */
#include "pricing/differences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BY_STREAM, BY_AMOUNT, FREE, NO_LONGER };

static Exact price = {.limbs = {3}, .limb_count = 1, .digits_behind = 3};
static Exact nothing = {0};
static PriceTariff tariffs[] = {
    [BY_STREAM] = {.rate = 1, .currency = "EUR", .price = &price},
    [BY_AMOUNT] = {.rate = 2, .is_by_amount = true, .currency = "USD", .price = &price},
    [FREE] = {.rate = 3, .is_by_amount = true, .currency = "USD", .price = &nothing},
    [NO_LONGER] = {.rate = 4, .currency = "EUR", .price = &price},
};
static const PriceTerms terms = {.tariffs = tariffs, .tariff_count = COUNT_OF(tariffs)};

static void earn(PriceDifferences *differences, int64_t release, uint32_t tariff, uint32_t split,
                 int64_t monetised, int64_t amount)
{
    Error error = {0};
    Decimal reported = decimal_from_int64(amount);
    PriceKey key = {.release = release, .recording = 7, .tariff = tariff, .split = split};
    PriceCell cell = {.monetised = monetised, .amount = &reported};

    assert_int_equal(price_differences_earn(differences, &key, &cell, &error), STATUS_OK);
}

static void wait_for(PriceDifferences *differences, int64_t market, int64_t streams,
                     const char *currency, int64_t worth)
{
    Exact value = exact_from_int64(worth);
    WaitDifference wait = {.release = 5, .market = market, .streams = streams};

    price_differences_wait(differences, &wait, currency, currency == NULL ? NULL : &value);
}

static void settle(PriceDifferences *differences)
{
    Error error = {0};

    if (price_differences_settle(differences, &terms, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void what_earns_as_before_is_no_difference(void **state)
{
    (void)state;
    PriceDifferences differences = {0};

    earn(&differences, 1, BY_STREAM, 0, 5, 0);
    earn(&differences, 2, BY_AMOUNT, 0, 5, 9);
    earn(&differences, 1, BY_STREAM, 0, -5, 0);
    earn(&differences, 2, BY_AMOUNT, 0, -5, -9);
    settle(&differences);
    assert_int_equal(differences.earned.count, 0);
    assert_int_equal(differences.reversed.count, 0);
    price_differences_free(&differences);
}

static void another_rate_or_split_takes_back_what_the_one_before_it_earned(void **state)
{
    (void)state;
    PriceDifferences differences = {0};

    earn(&differences, 1, BY_STREAM, 0, 5, 0);
    earn(&differences, 2, BY_STREAM, 1, 6, 0);
    earn(&differences, 1, NO_LONGER, 0, -5, 0);
    earn(&differences, 2, BY_STREAM, 0, -6, 0);
    settle(&differences);
    assert_int_equal(differences.earned.count, 2);
    assert_int_equal(differences.earned.sums[0].key.tariff, BY_STREAM);
    assert_int_equal(differences.earned.sums[1].key.split, 1);
    assert_int_equal(differences.earned.sums[1].monetised, 6);
    assert_int_equal(differences.reversed.count, 2);
    assert_int_equal(differences.reversed.sums[0].key.tariff, NO_LONGER);
    assert_int_equal(differences.reversed.sums[0].monetised, -5);
    assert_int_equal(differences.reversed.sums[1].key.split, 0);
    price_differences_free(&differences);
}

static void what_is_worth_less_than_nothing_is_taken_back(void **state)
{
    (void)state;
    PriceDifferences differences = {0};

    earn(&differences, 1, BY_AMOUNT, 0, 5, -1);
    earn(&differences, 2, BY_AMOUNT, 0, -5, 1);
    earn(&differences, 3, BY_AMOUNT, 0, -5, 0); // worth nothing: its streams say it
    earn(&differences, 4, FREE, 0, 5, -1);
    earn(&differences, 5, FREE, 0, -5, 1);
    settle(&differences);
    assert_int_equal(differences.earned.count, 2);
    assert_int_equal(differences.earned.sums[0].key.release, 2);
    assert_int_equal(differences.earned.sums[1].key.release, 4);
    assert_int_equal(differences.reversed.count, 3);
    assert_int_equal(differences.reversed.sums[0].key.release, 1);
    assert_int_equal(differences.reversed.sums[1].key.release, 3);
    assert_int_equal(differences.reversed.sums[2].key.release, 5);
    price_differences_free(&differences);
}

static void what_waits_is_told_by_its_market_and_the_currency_of_its_value(void **state)
{
    (void)state;
    PriceDifferences differences = {0};
    size_t left = 0;

    wait_for(&differences, 1, 8, "EUR", 24);
    wait_for(&differences, 2, 4, "EUR", 12);
    wait_for(&differences, 3, 2, "EUR", 6);
    wait_for(&differences, 1, -8, NULL, 0);
    wait_for(&differences, 2, -4, "EUR", -12);
    wait_for(&differences, 3, -2, "EUR", -4);
    settle(&differences);
    assert_int_equal(differences.wait_count, 4);
    for (size_t i = 0; i < differences.wait_count; i++) {
        const WaitDifference *wait = &differences.waits[i];
        const char *currency = wait_currency(&differences, wait);
        const Exact *value = wait_value(&differences, wait);

        if (wait_is_nothing(&differences, wait))
            continue;
        left++;
        assert_int_equal(wait->streams, currency == NULL ? -8 : wait->market == 1 ? 8 : 0);
        assert_true(currency == NULL || text_equal(currency, "EUR"));
        assert_int_equal(value == NULL ? 0 : value->limbs[0], currency == NULL    ? 0
                                                              : wait->market == 1 ? 24
                                                                                  : 2);
    }
    assert_int_equal(left, 3);
    price_differences_free(&differences);
}

static void what_was_cleared_is_in_no_later_difference(void **state)
{
    (void)state;
    PriceDifferences differences = {0};

    earn(&differences, 1, BY_STREAM, 3, 5, 0);
    wait_for(&differences, 1, 8, "USD", 24);
    settle(&differences);
    price_differences_clear(&differences);
    earn(&differences, 1, BY_STREAM, 4, 6, 0);
    wait_for(&differences, 1, 9, "EUR", 27);
    settle(&differences);
    assert_int_equal(differences.earned.count, 1);
    assert_int_equal(differences.earned.sums[0].key.split, 4);
    assert_int_equal(differences.wait_count, 1);
    assert_string_equal(wait_currency(&differences, &differences.waits[0]), "EUR");
    price_differences_free(&differences);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_earns_as_before_is_no_difference),
        cmocka_unit_test(another_rate_or_split_takes_back_what_the_one_before_it_earned),
        cmocka_unit_test(what_is_worth_less_than_nothing_is_taken_back),
        cmocka_unit_test(what_waits_is_told_by_its_market_and_the_currency_of_its_value),
        cmocka_unit_test(what_was_cleared_is_in_no_later_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
