#include "base/decimal.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NINES_38 "99999999999999999999999999999999999999"
#define LARGEST "99999999999999999999999999999999999999.99999999999999999999999999999999999999"
#define ZEROS_37 "0000000000000000000000000000000000000"

static Decimal parsed(const char *text)
{
    Decimal decimal = {{0}};

    if (decimal_parse(slice_of(text), '.', &decimal) != DECIMAL_PARSED)
        fail_msg("\"%s\" was not parsed", text);
    return decimal;
}

static void assert_prints(const Decimal *decimal, const char *expected)
{
    char text[DECIMAL_TEXT_BYTES];

    assert_string_equal(decimal_print(decimal, text), expected);
}

static void a_number_is_printed_as_it_was_read(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "0",
        "1",
        "-1",
        "12",
        "-0.004",
        "0.5",
        "1000000000000000000000000000000",
        "0.00000000000000000000000000000000000001",
        "-0.00000000000000000000000000000000000001",
        "18446744073709551615",
        "18446744073709551616.18446744073709551616",
        "10000000000000000000.0000000000000000001",
        LARGEST,
        "1" ZEROS_37 "." ZEROS_37 "1",
    };

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        Decimal decimal = parsed(numbers[i]);

        assert_prints(&decimal, numbers[i]);
    }
}

static void other_ways_to_write_a_number_are_the_same_number(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {".5", "0.5"},
        {"5.", "5"},
        {"+7", "7"},
        {"-0", "0"},
        {"0.000", "0"},
        {"007.50", "7.5"},
        {"12.50-", "-12.5"},
        {"-.5e-2", "-0.005"},
        {"1E+3", "1000"},
        {"1e3", "1000"},
        {"1.5E-7", "0.00000015"},
        {"1.5E0", "1.5"},
        {"125E-2-", "-1.25"},
        {"0.00001234E+5", "1.234"},
        {"1E37", "1" ZEROS_37},
        {"1E-38", "0." ZEROS_37 "1"},
        {"10E-39", "0." ZEROS_37 "1"},
        {"0." ZEROS_37 "01E1", "0." ZEROS_37 "1"},
        {"0E999999999999999999999999", "0"},
        {"-0.0E-999999999999999999999999", "0"},
        {"1" ZEROS_37 ZEROS_37 "E-37", "1" ZEROS_37},
        {"1" ZEROS_37 ZEROS_37 "E-0000000000000000000000000000000000037", "1" ZEROS_37},
        {ZEROS_37 ZEROS_37 LARGEST ZEROS_37 ZEROS_37, LARGEST},
    };

    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        Decimal decimal = parsed(pairs[i][0]);

        assert_prints(&decimal, pairs[i][1]);
    }
}

static void what_is_no_number_is_refused_and_the_output_untouched(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",    "-",     "+",     ".",     "-.",     "e5",  ".e5",  "1e",    "1e+",
        "1e-", "1E-+5", "--1",   "-1-",   "+1-",    "1--", "1-2",  "1.2.3", "1,5",
        "1 ",  " 1",    "1 000", "1'000", "$1",     "1€",  "0x10", "1e5.0", "1e5 ",
        "NaN", "inf",   "1e5e",  "..",    "1.\xff", "1+",  "1.5f", "٣",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        Decimal decimal = {{7}};

        if (decimal_parse(slice_of(texts[i]), '.', &decimal) != DECIMAL_NOT_A_NUMBER)
            fail_msg("\"%s\" was taken for a number", texts[i]);
        assert_int_equal(decimal.limbs[0], 7);
    }
    assert_int_equal(decimal_parse((Slice){0}, '.', &(Decimal){{0}}), DECIMAL_NOT_A_NUMBER);
    assert_int_equal(decimal_parse((Slice){"1\0", 2}, '.', &(Decimal){{0}}), DECIMAL_NOT_A_NUMBER);
}

static void a_digit_beyond_38_on_either_side_is_too_long(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1" ZEROS_37 "0",
        "-1" ZEROS_37 "0",
        "0." ZEROS_37 "01",
        NINES_38 "9." NINES_38,
        LARGEST "9",
        "1E38",
        "10E37",
        "1E-39",
        "0.1E-38",
        "1E99999999999999999999999999",
        "1E-99999999999999999999999999",
        "1E9223372036854775807",
        "1E-9223372036854775808",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        Decimal decimal = {{7}};

        if (decimal_parse(slice_of(texts[i]), '.', &decimal) != DECIMAL_TOO_LONG)
            fail_msg("\"%s\" was not too long", texts[i]);
        assert_int_equal(decimal.limbs[0], 7);
    }
}

static void a_sum_has_more_digits_before_the_point(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1" NINES_38,
        "-1" NINES_38 "." NINES_38,
        "99999999999999999999" NINES_38 "." NINES_38,
        "-99999999999999999999" NINES_38 "." NINES_38,
    };
    Decimal decimal = {{7}};
    char printed[DECIMAL_TEXT_BYTES];

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(decimal_parse_sum(slice_of(texts[i]), &decimal), DECIMAL_PARSED);
        assert_string_equal(decimal_print(&decimal, printed), texts[i]);
    }
    assert_int_equal(decimal_parse_sum(slice_of("1E58"), &decimal), DECIMAL_TOO_LONG);
    assert_int_equal(decimal_parse_sum(slice_of("1E-39"), &decimal), DECIMAL_TOO_LONG);
}

static void the_point_is_the_one_that_was_asked_for(void **state)
{
    (void)state;
    Decimal decimal = {{0}};

    assert_int_equal(decimal_parse(slice_of("-12,50"), ',', &decimal), DECIMAL_PARSED);
    assert_prints(&decimal, "-12.5");
    assert_int_equal(decimal_parse(slice_of("12.50"), ',', &decimal), DECIMAL_NOT_A_NUMBER);
    assert_int_equal(decimal_parse(slice_of("1.250,5"), ',', &decimal), DECIMAL_NOT_A_NUMBER);
}

// A number of `before` and `behind` digits that begin and end with none that would be dropped.
static void write_number(uint64_t *seed, int before, int behind, char *text)
{
    for (int i = 0; i < before + behind; i++) {
        *seed = *seed * 6364136223846793005U + 1442695040888963407U;
        bool is_end = i == 0 || i == before + behind - 1;
        int digit = (int)(*seed >> 33) % (is_end ? 9 : 10) + (is_end ? 1 : 0);

        if (i == before)
            *text++ = '.';
        *text++ = (char)('0' + digit);
    }
    *text = '\0';
}

static void every_length_on_both_sides_comes_back_digit_for_digit(void **state)
{
    (void)state;
    uint64_t seed = 1;

    for (int before = 1; before <= 38; before++) {
        for (int behind = 0; behind <= 38; behind++) {
            char text[DECIMAL_TEXT_BYTES];
            char negative[DECIMAL_TEXT_BYTES + 1] = "-";

            write_number(&seed, before, behind, text);
            memcpy(negative + 1, text, strlen(text) + 1);

            Decimal decimal = parsed(text);

            assert_prints(&decimal, text);
            decimal_negate(&decimal);
            assert_prints(&decimal, negative);
            Decimal again = parsed(negative);
            assert_true(decimal_equal(&decimal, &again));
        }
    }
}

static void an_exponent_moves_the_point_and_nothing_else(void **state)
{
    (void)state;
    for (int exponent = -38; exponent <= 37; exponent++) {
        char scientific[16];
        char plain[DECIMAL_TEXT_BYTES] = {0};

        (void)snprintf(scientific, sizeof scientific, "1E%d", exponent);
        if (exponent >= 0)
            (void)snprintf(plain, sizeof plain, "1%.*s", exponent, ZEROS_37);
        else
            (void)snprintf(plain, sizeof plain, "0.%.*s1", -exponent - 1, ZEROS_37);
        Decimal decimal = parsed(scientific);
        assert_prints(&decimal, plain);
    }
}

static void whole_numbers_of_64_bits_are_exact(void **state)
{
    (void)state;
    static const int64_t numbers[] = {
        0, 1, -1, 10, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, INT64_MIN + 1, -100000000000000,
    };

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        char expected[32];
        Decimal decimal = decimal_from_int64(numbers[i]);

        (void)snprintf(expected, sizeof expected, "%" PRId64, numbers[i]);
        assert_prints(&decimal, expected);
        Decimal same = parsed(expected);
        assert_true(decimal_equal(&decimal, &same));
    }
}

static void units_stand_behind_the_point_by_their_digits(void **state)
{
    (void)state;
    static const struct {
        int64_t units;
        unsigned digits_behind;
        const char *text;
    } cases[] = {
        {-12345, 2, "-123.45"},
        {5, 38, "0.00000000000000000000000000000000000005"},
        {1200, 3, "1.2"},
        {0, 4, "0"},
        {INT64_MIN, 19, "-0.9223372036854775808"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Decimal found = decimal_from_units(cases[i].units, cases[i].digits_behind);
        Decimal read;

        assert_int_equal(decimal_parse(slice_of(cases[i].text), '.', &read), DECIMAL_PARSED);
        assert_true(decimal_equal(&found, &read));
    }
}

static void a_sum_of_100000_largest_amounts_is_exact(void **state)
{
    (void)state;
    Decimal largest = parsed(LARGEST);
    Decimal smallest = parsed("-" LARGEST);
    Decimal sum = {{0}};
    Decimal negative_sum = {{0}};

    for (int i = 0; i < 100000; i++) {
        decimal_add(&sum, &largest);
        decimal_add(&negative_sum, &smallest);
    }
    assert_prints(&sum, NINES_38 "99999.999999999999999999999999999999999");
    assert_prints(&negative_sum, "-" NINES_38 "99999.999999999999999999999999999999999");
    decimal_add(&sum, &negative_sum);
    assert_true(decimal_is_zero(&sum));
    assert_prints(&sum, "0");
}

static void the_largest_amount_times_2_to_the_63_still_fits(void **state)
{
    (void)state;
    Decimal sum = parsed("-1" ZEROS_37);

    for (int i = 0; i < 63; i++)
        decimal_add(&sum, &sum);
    assert_true(decimal_is_negative(&sum));
    assert_prints(&sum, "-9223372036854775808" ZEROS_37);
}

static void the_text_of_the_widest_number_of_320_bits_fits(void **state)
{
    (void)state;
    Decimal widest = {{0, 0, 0, 0, UINT64_C(1) << 63}};
    char text[DECIMAL_TEXT_BYTES];

    assert_true(strlen(decimal_print(&widest, text)) < DECIMAL_TEXT_BYTES);
    assert_string_equal(text, "-10679935179604550411975108530847760573013522611783263849735."
                              "20803911109862890320275011481043468288");
}

static void sums_carry_and_borrow_across_limbs_and_the_sign(void **state)
{
    (void)state;
    static const char *const sums[][3] = {
        {"1", "-1", "0"},
        {"0.1", "0.2", "0.3"},
        {"-0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001",
         "0"},
        {"1", "-0.00000000000000000000000000000000000001", "0." NINES_38},
        {"-5", "2.5", "-2.5"},
        {"18446744073709551615", "1", "18446744073709551616"},
        {LARGEST, "0.00000000000000000000000000000000000001", "1" ZEROS_37 "0"},
        {"-" NINES_38, "-1", "-1" ZEROS_37 "0"},
    };

    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        Decimal left = parsed(sums[i][0]);
        Decimal right = parsed(sums[i][1]);
        Decimal sum = left;
        Decimal other_way = right;

        decimal_add(&sum, &right);
        decimal_add(&other_way, &left);
        assert_prints(&sum, sums[i][2]);
        assert_true(decimal_equal(&sum, &other_way));
    }
}

static void negating_zero_leaves_zero(void **state)
{
    (void)state;
    Decimal zero = {{0}};

    decimal_negate(&zero);
    assert_true(decimal_is_zero(&zero));
    assert_false(decimal_is_negative(&zero));
}

// The bytes as PostgreSQL's numeric_send() writes them, in hexadecimal.
static char *numeric_bytes(const Numeric *numeric)
{
    Text text = {0};
    int sign = numeric->is_negative ? 0x4000 : 0;

    text_append_format(&text, "%04x%04x%04x%04x", (unsigned)numeric->group_count,
                       (unsigned)numeric->weight & 0xffffU, (unsigned)sign,
                       (unsigned)numeric->scale);
    for (int i = 0; i < numeric->group_count; i++)
        text_append_format(&text, "%04x", (unsigned)numeric->groups[i]);
    return text_take(&text);
}

static void the_binary_form_is_the_one_that_postgresql_sends(void **state)
{
    (void)state;
    // From SELECT numeric_send(...) of PostgreSQL 15.
    static const char *const pairs[][2] = {
        {"0", "0000000000000000"},
        {"1", "00010000000000000001"},
        {"-1", "00010000400000000001"},
        {"1.5", "000200000000000100011388"},
        {"12345.678", "0003000100000003000109291a7c"},
        {"-0.004", "0001ffff400000030028"},
        {"10000", "00010001000000000001"},
        {"100000000", "00010002000000000001"},
        {"0.00001", "0001fffe0000000503e8"},
        {LARGEST, "00140009000000260063270f270f270f270f270f270f270f270f270f"
                  "270f270f270f270f270f270f270f270f270f26ac"},
        {"0.00000000000000000000000000000000000001", "0001fff6000000260064"},
        {"-10000000000.0001", "00040002400000040064000000000001"},
        {"1000000000000", "00010003000000000001"},
        {"99999999", "0002000100000000270f270f"},
        {"0.1234", "0001ffff0000000404d2"},
        {"1234.5678", "000200000000000404d2162e"},
    };

    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        Decimal decimal = parsed(pairs[i][0]);
        Numeric numeric = decimal_to_numeric(&decimal);
        char *bytes = numeric_bytes(&numeric);

        assert_string_equal(bytes, pairs[i][1]);
        free(bytes);
    }
}

static void the_binary_form_of_the_widest_sum_fits(void **state)
{
    (void)state;
    Decimal widest = {{0, 0, 0, 0, UINT64_C(1) << 63}};
    Numeric numeric = decimal_to_numeric(&widest);

    assert_int_equal(numeric.group_count, 25);
    assert_int_equal(numeric.weight, 14);
    assert_int_equal(numeric.groups[0], 106);
    assert_int_equal(numeric.groups[24], 8800);
    assert_int_equal(numeric.scale, 38);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_printed_as_it_was_read),
        cmocka_unit_test(other_ways_to_write_a_number_are_the_same_number),
        cmocka_unit_test(what_is_no_number_is_refused_and_the_output_untouched),
        cmocka_unit_test(a_digit_beyond_38_on_either_side_is_too_long),
        cmocka_unit_test(a_sum_has_more_digits_before_the_point),
        cmocka_unit_test(the_point_is_the_one_that_was_asked_for),
        cmocka_unit_test(every_length_on_both_sides_comes_back_digit_for_digit),
        cmocka_unit_test(an_exponent_moves_the_point_and_nothing_else),
        cmocka_unit_test(whole_numbers_of_64_bits_are_exact),
        cmocka_unit_test(units_stand_behind_the_point_by_their_digits),
        cmocka_unit_test(a_sum_of_100000_largest_amounts_is_exact),
        cmocka_unit_test(the_largest_amount_times_2_to_the_63_still_fits),
        cmocka_unit_test(the_text_of_the_widest_number_of_320_bits_fits),
        cmocka_unit_test(sums_carry_and_borrow_across_limbs_and_the_sign),
        cmocka_unit_test(negating_zero_leaves_zero),
        cmocka_unit_test(the_binary_form_is_the_one_that_postgresql_sends),
        cmocka_unit_test(the_binary_form_of_the_widest_sum_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
