#include "base/exact.h"

#include "support/random.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NINES_38 "99999999999999999999999999999999999999"

static Exact parsed(const char *text)
{
    Exact exact = {0};

    if (!exact_parse(slice_of(text), &exact))
        fail_msg("\"%s\" was not parsed", text);
    return exact;
}

static void assert_prints(const Exact *exact, const char *expected)
{
    char text[EXACT_TEXT_BYTES];

    assert_int_equal(exact_print(exact, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void assert_product(const char *left, const char *right, const char *expected)
{
    Exact product = parsed(left);
    Exact factor = parsed(right);

    assert_true(exact_multiply(&product, &factor, &product));
    assert_prints(&product, expected);
}

static void assert_sum(const char *left, const char *right, const char *expected)
{
    Exact sum = parsed(left);
    Exact more = parsed(right);

    assert_true(exact_add(&sum, &more));
    assert_prints(&sum, expected);
}

/** A text of so many nines, with a point before the last `behind` of them. */
static char *nines(size_t count, size_t behind)
{
    Text text = {0};

    for (size_t i = 0; i < count; i++) {
        if (i == count - behind)
            text_append(&text, i == 0 ? "0." : ".");
        text_append_byte(&text, '9');
    }
    return text_take(&text);
}

static void a_number_is_printed_without_zeros_at_its_end(void **state)
{
    (void)state;
    static const char *const numbers[][2] = {
        {"0", "0"},
        {"0.00", "0"},
        {"-0.00", "0"},
        {"12", "12"},
        {"12.", "12"},
        {"100", "100"},
        {"100.10", "100.1"},
        {"-0.0040", "-0.004"},
        {".5", "0.5"},
        {"007.070", "7.07"},
        {"18446744073709551615", "18446744073709551615"},
        {"18446744073709551616.18446744073709551616", "18446744073709551616.18446744073709551616"},
        {"10000000000000000000.0000000000000000001", "10000000000000000000.0000000000000000001"},
        {NINES_38 "." NINES_38, NINES_38 "." NINES_38},
        {"0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        Exact exact = parsed(numbers[i][0]);

        assert_prints(&exact, numbers[i][1]);
    }
}

static void whole_numbers_of_64_bits_are_taken_as_they_are(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 312200, INT64_MAX, INT64_MIN};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        Exact exact = exact_from_int64(numbers[i]);
        char expected[32];

        (void)snprintf(expected, sizeof expected, "%" PRId64, numbers[i]);
        assert_prints(&exact, expected);
    }
}

static void what_is_no_number_is_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    "-",     ".",   "NaN", "Infinity",
                                        "1,5", "1.2.3", "1e5", "+1",  " 1"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Exact exact = {.digits_behind = 7};

        assert_false(exact_parse(slice_of(texts[i]), &exact));
        assert_int_equal(exact.digits_behind, 7);
    }
}

static void a_product_has_all_digits_of_its_factors(void **state)
{
    (void)state;
    assert_product("312200", "0.0031", "967.82");
    assert_product("-7", "0.333333333334", "-2.333333333338");
    assert_product("-0.5", "-0.5", "0.25");
    assert_product("0", "-0.0031", "0");
    assert_product("9223372036854775807", "0.999999999999", "9223372036845552434.963145224193");
    assert_product("0.000000000000000000000000000000000001", "0.000000000001",
                   "0.000000000000000000000000000000000000000000000001");
    assert_product(NINES_38 "." NINES_38, NINES_38 "." NINES_38,
                   "9999999999999999999999999999999999999999999999999999999999999999999999999998"
                   ".0000000000000000000000000000000000000000000000000000000000000000000000000001");
}

static void a_sum_is_exact_whatever_its_points(void **state)
{
    (void)state;
    assert_sum("967.82", "109.1776", "1076.9976");
    assert_sum("0.1", "0.9", "1");
    assert_sum("1", "-0.000000000000000000000000000000000001",
               "0.999999999999999999999999999999999999");
    assert_sum("0.5", "-0.50", "0");
    assert_sum("-3", "2.5", "-0.5");
    assert_sum("3", "-2.5", "0.5");
    assert_sum("18446744073709551615", "1", "18446744073709551616");
    assert_sum("18446744073709551616", "-1", "18446744073709551615");
    assert_sum("-340282366920938463463374607431768211456",
               "340282366920938463463374607431768211455", "-1");
}

static void what_does_not_fit_is_refused_and_changes_nothing(void **state)
{
    char *longest = nines(231, 0);
    char *too_long = nines(233, 0);
    char *smallest = nines(231, 231);
    char *too_small = nines(232, 232);
    Exact large = parsed(longest);
    Exact small = parsed(smallest);
    Exact sum = large;
    Exact product = exact_from_int64(7);

    (void)state;
    assert_prints(&large, longest);
    assert_prints(&small, smallest);
    assert_false(exact_parse(slice_of(too_long), &product));
    assert_false(exact_parse(slice_of(too_small), &product));
    assert_false(exact_multiply(&large, &large, &product));
    assert_false(exact_multiply(&small, &small, &product));
    assert_prints(&product, "7");
    assert_false(exact_add(&sum, &small));
    assert_prints(&sum, longest);
    for (int i = 0; i < 10; i++) // 10^232 is beyond 768 bits
        if (!exact_add(&sum, &large))
            break;
    assert_true(exact_compare(&sum, &large) >= 0);
    free(longest);
    free(too_long);
    free(smallest);
    free(too_small);
}

static void numbers_are_ordered_by_what_they_are_worth(void **state)
{
    (void)state;
    static const char *const rising[] = {"-100.5", "-100", "-12.34", "-12.3",  "-0.0001", "0",
                                         "0.0001", "0.5",  "0.51",   "0.5101", "9.99",    "10",
                                         "12.29",  "12.3", "12.34",  "100",    NINES_38};

    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++)
        for (size_t j = 0; j < sizeof rising / sizeof rising[0]; j++) {
            Exact left = parsed(rising[i]);
            Exact right = parsed(rising[j]);

            assert_int_equal(exact_compare(&left, &right), i < j ? -1 : i > j);
        }

    Exact one = parsed("1.00");
    Exact other = parsed("1");

    assert_int_equal(exact_compare(&one, &other), 0);
}

/** (a + b) × c = a × c + b × c, and a − a = 0, whatever their lengths and signs. */
/** What the binary form says, as a text without the zeros at its end. */
static void assert_numeric(const char *text, const char *groups, int weight, int scale)
{
    Exact exact = parsed(text);
    Numeric numeric = exact_to_numeric(&exact);
    Text found = {0};

    for (int i = 0; i < numeric.group_count; i++)
        text_append_format(&found, i == 0 ? "%d" : " %d", numeric.groups[i]);
    assert_string_equal(text_bytes(&found), groups);
    assert_int_equal(numeric.weight, weight);
    assert_int_equal(numeric.scale, scale);
    assert_int_equal(numeric.is_negative, *text == '-');
    text_free(&found);
}

static void the_binary_form_has_groups_of_four_digits_around_the_point(void **state)
{
    (void)state;
    char *longest = nines(EXACT_DIGITS_MAX, EXACT_DIGITS_MAX - 1);
    Exact exact = parsed(longest);

    assert_numeric("0.000", "", 0, 0);
    assert_numeric("-7", "7", 0, 0);
    assert_numeric("10000", "1", 1, 0);
    assert_numeric("12345.6780", "1 2345 6780", 1, 3);
    assert_numeric("0.00001", "1000", -2, 5);
    assert_numeric("-0.1234", "1234", -1, 4);
    assert_numeric("99999999.00000001", "9999 9999 0 1", 1, 8);
    assert_int_equal(exact_to_numeric(&exact).group_count, 59);
    free(longest);
}

static void an_amount_is_the_same_number(void **state)
{
    (void)state;
    static const char *const texts[] = {"0", "-0.00000000000000000000000000000000000001", "12.5",
                                        "-" NINES_38 "." NINES_38};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        Decimal decimal;

        assert_int_equal(decimal_parse(slice_of(texts[i]), '.', &decimal), DECIMAL_PARSED);

        Exact exact = exact_from_decimal(&decimal);

        assert_prints(&exact, texts[i]);
    }
}

static void products_and_sums_agree_with_each_other(void **state)
{
    Random random = {11};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        Exact numbers[3];

        for (size_t n = 0; n < 3; n++) {
            char text[64];
            size_t digits = 1 + (size_t)(random_next(&random) % 40);
            size_t behind = (size_t)(random_next(&random) % digits);
            size_t length = 0;

            if (random_next(&random) % 2 == 0)
                text[length++] = '-';
            for (size_t d = 0; d < digits; d++) {
                if (d == digits - behind)
                    text[length++] = '.';
                text[length++] = (char)('0' + random_next(&random) % 10);
            }
            text[length] = '\0';
            numbers[n] = parsed(text);
        }

        Exact sum = numbers[0];
        Exact left;
        Exact right;

        assert_true(exact_add(&sum, &numbers[1]));
        assert_true(exact_multiply(&sum, &numbers[2], &sum));
        assert_true(exact_multiply(&numbers[0], &numbers[2], &left));
        assert_true(exact_multiply(&numbers[1], &numbers[2], &right));
        assert_true(exact_add(&left, &right));
        assert_int_equal(exact_compare(&left, &sum), 0);
        sum.is_negative = !sum.is_negative && sum.limb_count > 0;
        assert_true(exact_add(&left, &sum));
        assert_prints(&left, "0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_printed_without_zeros_at_its_end),
        cmocka_unit_test(whole_numbers_of_64_bits_are_taken_as_they_are),
        cmocka_unit_test(what_is_no_number_is_not_read),
        cmocka_unit_test(a_product_has_all_digits_of_its_factors),
        cmocka_unit_test(a_sum_is_exact_whatever_its_points),
        cmocka_unit_test(what_does_not_fit_is_refused_and_changes_nothing),
        cmocka_unit_test(numbers_are_ordered_by_what_they_are_worth),
        cmocka_unit_test(the_binary_form_has_groups_of_four_digits_around_the_point),
        cmocka_unit_test(an_amount_is_the_same_number),
        cmocka_unit_test(products_and_sums_agree_with_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
