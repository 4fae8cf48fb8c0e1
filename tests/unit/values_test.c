#include "report/values.h"

#include "report/shape.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

// A value stands in the table beside its text; a text that is none has its reason.
#define GOOD(number) REJECT_NONE, INT64_C(number)
#define BAD(reason) REJECT_##reason, 0

static void a_sequence_id_is_digits_alone_from_the_first_to_the_largest(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        RejectReason reason;
        int64_t id;
    } cases[] = {
        {"1000", GOOD(1000)},
        {"0000001000", GOOD(1000)},
        {"9223372036854775807", GOOD(9223372036854775807)},
        {"9223372036854775808", BAD(ID_INVALID)},
        {"999", BAD(ID_INVALID)},
        {"+1000", BAD(ID_INVALID)},
        {"-1000", BAD(ID_INVALID)},
        {"1000.0", BAD(ID_INVALID)},
        {"1 000", BAD(ID_INVALID)},
        {"1e9", BAD(ID_INVALID)},
        {"", BAD(ID_MISSING)},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t id = 0;

        assert_int_equal(value_sequence_id(slice_of(cases[i].text), 1000, &id), cases[i].reason);
        assert_int_equal(id, cases[i].id);
    }
}

static void a_sequence_id_is_never_zero(void **state)
{
    (void)state;
    int64_t id = 0;

    assert_int_equal(value_sequence_id(slice_of("0"), 0, &id), REJECT_ID_INVALID);
}

static void a_quantity_is_a_whole_number_with_an_optional_sign(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char point;
        RejectReason reason;
        int64_t quantity;
    } cases[] = {
        {"12", '.', GOOD(12)},
        {"-12", '.', GOOD(-12)},
        {"+12", '.', GOOD(12)},
        {"0", '.', GOOD(0)},
        {"-0", '.', GOOD(0)},
        {"12.0", '.', GOOD(12)},
        {"12.00000000", '.', GOOD(12)},
        {"12,0", ',', GOOD(12)},
        {"1000000000000000", '.', GOOD(1000000000000000)},
        {"-1000000000000000.0", '.', GOOD(-1000000000000000)},
        {"1000000000000001", '.', BAD(QUANTITY_INVALID)},
        {"99999999999999999999999", '.', BAD(QUANTITY_INVALID)},
        {"12.5", '.', BAD(QUANTITY_INVALID)},
        {"12.00000001", '.', BAD(QUANTITY_INVALID)},
        {"12,0", '.', BAD(QUANTITY_INVALID)},
        {"12.0", ',', BAD(QUANTITY_INVALID)},
        {"1,200", '.', BAD(QUANTITY_INVALID)},
        {"12-", '.', BAD(QUANTITY_INVALID)},
        {"--12", '.', BAD(QUANTITY_INVALID)},
        {"-", '.', BAD(QUANTITY_INVALID)},
        {".0", '.', BAD(QUANTITY_INVALID)},
        {"twelve", '.', BAD(QUANTITY_INVALID)},
        {"", '.', BAD(QUANTITY_INVALID)},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t quantity = 0;

        assert_int_equal(value_quantity(slice_of(cases[i].text), cases[i].point, &quantity),
                         cases[i].reason);
        assert_int_equal(quantity, cases[i].quantity);
    }
}

static void a_duration_is_exact_to_the_microsecond_and_rounds_up_beyond(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        DurationUnit unit;
        char point;
        RejectReason reason;
        int64_t us;
    } cases[] = {
        {"29.999", DURATION_SECONDS, '.', GOOD(29999000)},
        {"30.000", DURATION_SECONDS, '.', GOOD(30000000)},
        {"30.001", DURATION_SECONDS, '.', GOOD(30001000)},
        {"30.9", DURATION_SECONDS, '.', GOOD(30900000)},
        {"30,9", DURATION_SECONDS, ',', GOOD(30900000)},
        {"30.0000001", DURATION_SECONDS, '.', GOOD(30000001)},
        {"30.0000000", DURATION_SECONDS, '.', GOOD(30000000)},
        {"29.9999999", DURATION_SECONDS, '.', GOOD(30000000)},
        {".5", DURATION_SECONDS, '.', GOOD(500000)},
        {"0", DURATION_SECONDS, '.', GOOD(0)},
        {"1000000000000", DURATION_SECONDS, '.', GOOD(1000000000000000000)},
        {"1000000000001", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"99999999999999999999.5", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"30,9", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"-30", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"+30", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"30s", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"3.0.1", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {".", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"", DURATION_SECONDS, '.', BAD(DURATION_INVALID)},
        {"30000", DURATION_MILLISECONDS, '.', GOOD(30000000)},
        {"30000.5", DURATION_MILLISECONDS, '.', GOOD(30000500)},
        {"30000.0001", DURATION_MILLISECONDS, '.', GOOD(30000001)},
        {"30000.00000001", DURATION_MILLISECONDS, '.', GOOD(30000001)},
        {"0:30", DURATION_MILLISECONDS, '.', BAD(DURATION_INVALID)},
        {"30", DURATION_CLOCK, '.', GOOD(30000000)},
        {"0:30.9", DURATION_CLOCK, '.', GOOD(30900000)},
        {"0:30,9", DURATION_CLOCK, ',', GOOD(30900000)},
        {"3:25", DURATION_CLOCK, '.', GOOD(205000000)},
        {"1:02:03", DURATION_CLOCK, '.', GOOD(3723000000)},
        {"01:02:03.0000001", DURATION_CLOCK, '.', GOOD(3723000001)},
        {"90:00", DURATION_CLOCK, '.', GOOD(5400000000)},
        {"0:60", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"1:60:00", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"0:5", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"0:005", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"1:2:03", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"1:00:00:00", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"1.5:00", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {":30", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"30:", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"-0:30", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
        {"999999999999:00", DURATION_CLOCK, '.', BAD(DURATION_INVALID)},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t us = 0;

        assert_int_equal(
            value_duration(slice_of(cases[i].text), cases[i].unit, cases[i].point, &us),
            cases[i].reason);
        assert_int_equal(us, cases[i].us);
    }
}

static void a_flag_is_one_of_the_layouts_whatever_its_case(void **state)
{
    (void)state;
    char *yes[] = {"Y", "paid"};
    char *no[] = {"N", ""};
    const Layout layout = {.monetised_flags = yes,
                           .monetised_flag_count = 2,
                           .unmonetised_flags = no,
                           .unmonetised_flag_count = 2};
    bool is_monetised = false;

    assert_int_equal(value_flag(&layout, slice_of("PAID"), &is_monetised), REJECT_NONE);
    assert_true(is_monetised);
    assert_int_equal(value_flag(&layout, slice_of("n"), &is_monetised), REJECT_NONE);
    assert_false(is_monetised);
    assert_int_equal(value_flag(&layout, slice_of("y"), &is_monetised), REJECT_NONE);
    assert_int_equal(value_flag(&layout, slice_of(""), &is_monetised), REJECT_NONE);
    assert_false(is_monetised);
    assert_int_equal(value_flag(&layout, slice_of("yes"), &is_monetised), REJECT_MONETISED_INVALID);
}

static void a_currency_is_three_letters_made_capitals(void **state)
{
    (void)state;
    char letters[CURRENCY_LETTERS] = {'-', '-', '-'};

    assert_int_equal(value_currency(slice_of("eUr"), letters), REJECT_NONE);
    assert_memory_equal(letters, "EUR", CURRENCY_LETTERS);
    assert_int_equal(value_currency(slice_of("E1R"), letters), REJECT_CURRENCY_INVALID);
    assert_int_equal(value_currency(slice_of("EU"), letters), REJECT_CURRENCY_INVALID);
    assert_int_equal(value_currency(slice_of("EURO"), letters), REJECT_CURRENCY_INVALID);
    assert_int_equal(value_currency(slice_of("€"), letters), REJECT_CURRENCY_INVALID);
    assert_memory_equal(letters, "EUR", CURRENCY_LETTERS);
}

static void a_monetised_count_lies_between_nothing_and_the_quantity(void **state)
{
    (void)state;
    assert_int_equal(value_monetised_range(0, 5), REJECT_NONE);
    assert_int_equal(value_monetised_range(5, 5), REJECT_NONE);
    assert_int_equal(value_monetised_range(6, 5), REJECT_MONETISED_RANGE);
    assert_int_equal(value_monetised_range(-1, 5), REJECT_MONETISED_RANGE);
    assert_int_equal(value_monetised_range(0, -5), REJECT_NONE);
    assert_int_equal(value_monetised_range(-5, -5), REJECT_NONE);
    assert_int_equal(value_monetised_range(-6, -5), REJECT_MONETISED_RANGE);
    assert_int_equal(value_monetised_range(1, -5), REJECT_MONETISED_RANGE);
}

static void a_field_that_is_used_has_no_control_characters_and_is_utf_8(void **state)
{
    (void)state;
    static const struct {
        Slice field;
        RejectReason reason;
    } cases[] = {
        {{"", 0}, REJECT_NONE},
        {{"DE", 2}, REJECT_NONE},
        {{"C\xC3\xB4te \xE2\x82\xAC \xF0\x9F\x8E\xB5", 14}, REJECT_NONE},
        {{"D\0E", 3}, REJECT_SHAPE_CONTROL},
        {{"D\nE", 3}, REJECT_SHAPE_CONTROL},
        {{"D\tE", 3}, REJECT_SHAPE_CONTROL},
        {{"D\x7F", 2}, REJECT_SHAPE_CONTROL},
        {{"\xFF\n", 2}, REJECT_SHAPE_CONTROL},        // the worse of two
        {{"C\xF4te", 4}, REJECT_SHAPE_ENCODING},      // ISO 8859-1
        {{"\xE2\x82", 2}, REJECT_SHAPE_ENCODING},     // cut
        {{"\x80", 1}, REJECT_SHAPE_ENCODING},         // begins in the middle
        {{"\xC0\xAF", 2}, REJECT_SHAPE_ENCODING},     // "/" written in two bytes
        {{"\xE0\x80\xAF", 3}, REJECT_SHAPE_ENCODING}, // in three
        {{"\xF0\x80\x80\xAF", 4}, REJECT_SHAPE_ENCODING},
        {{"\xED\xA0\x80", 3}, REJECT_SHAPE_ENCODING}, // half of a pair
        {{"\xF4\x90\x80\x80", 4}, REJECT_SHAPE_ENCODING},
        {{"\xF5\x80\x80\x80", 4}, REJECT_SHAPE_ENCODING},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(shape_check(cases[i].field), cases[i].reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sequence_id_is_digits_alone_from_the_first_to_the_largest),
        cmocka_unit_test(a_sequence_id_is_never_zero),
        cmocka_unit_test(a_quantity_is_a_whole_number_with_an_optional_sign),
        cmocka_unit_test(a_duration_is_exact_to_the_microsecond_and_rounds_up_beyond),
        cmocka_unit_test(a_flag_is_one_of_the_layouts_whatever_its_case),
        cmocka_unit_test(a_currency_is_three_letters_made_capitals),
        cmocka_unit_test(a_monetised_count_lies_between_nothing_and_the_quantity),
        cmocka_unit_test(a_field_that_is_used_has_no_control_characters_and_is_utf_8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
