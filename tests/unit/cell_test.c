#include "catalogue/cell.h"

#include "report/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool read_as(CellType type, const char *text, Cell *out_cell)
{
    Text complaint = {0};
    CellRule rule = {.column = "it", .type = type, .may_be_empty = false, .letters = 3};
    bool is_sound = cell_read(&rule, slice_of(text), out_cell, &complaint);

    assert_int_equal(is_sound, complaint.size_bytes == 0);
    text_free(&complaint);
    return is_sound;
}

static void assert_complaint(CellType type, const char *text, const char *expected)
{
    Text complaint = {0};
    Cell cell = {0};
    CellRule rule = {.column = "it", .type = type, .may_be_empty = false, .letters = 2};

    assert_false(cell_read(&rule, slice_of(text), &cell, &complaint));
    assert_string_equal(text_bytes(&complaint), expected);
    text_free(&complaint);
}

static void what_is_faulty_is_told_with_what_was_expected(void **state)
{
    (void)state;
    assert_complaint(CELL_TEXT, "",
                     "it is missing; expected UTF-8 text without control characters, "
                     "of 1000 bytes at most");
    assert_complaint(
        CELL_TEXT, "a\x07",
        "it is \"a\x07\"; expected UTF-8 text without control characters, of 1000 bytes "
        "at most");
    assert_complaint(CELL_KEY, "two words",
                     "it is \"two words\"; expected a key without white space, of 1000 bytes at "
                     "most");
    assert_complaint(
        CELL_RELEASE, "4006381333932",
        "it is \"4006381333932\"; expected a UPC or EAN of 8, 12, 13 or 14 digits with "
        "a right check digit, or a GRid");
    assert_complaint(CELL_RECORDING, "USRC1760783",
                     "it is \"USRC1760783\"; expected an ISRC, such as USRC17607839");
    assert_complaint(CELL_DAY, "2026-02-29",
                     "it is \"2026-02-29\"; expected a date such as 2026-11-24");
    assert_complaint(CELL_POSITION, "0", "it is \"0\"; expected a whole number from 1 on");
    assert_complaint(CELL_FLAG, "maybe", "it is \"maybe\"; expected yes or no");
    assert_complaint(CELL_AMOUNT, "0,5",
                     "it is \"0,5\"; expected a number such as 0.0031, not negative, with a point "
                     "and at most 12 decimals");
    assert_complaint(CELL_SHARE, "1.000000000001",
                     "it is \"1.000000000001\"; expected a number such as 0.25, more than 0 and at "
                     "most 1, with at most 12 decimals");
    assert_complaint(CELL_LETTERS, "DEU", "it is \"DEU\"; expected two letters of ISO 3166-1");
    assert_complaint(CELL_BIC, "COBADEFFX",
                     "it is \"COBADEFFX\"; expected a BIC of 8 or 11 letters and digits");
    assert_complaint(CELL_ALIAS_KIND, "song",
                     "it is \"song\"; expected recording, release or territory");
    assert_complaint(CELL_RATE_BASIS, "stream",
                     "it is \"stream\"; expected monetised (money for a stream) or amount (a share "
                     "of what is reported)");
}

static void an_iban_is_never_shown_whole(void **state)
{
    (void)state;
    assert_complaint(CELL_IBAN, "DE88370400440532013000",
                     "it is \"DE88…3000\"; expected an IBAN of its country's length whose check "
                     "digits match; ask the payee for it again");
}

static void empty_is_sound_where_it_may_be(void **state)
{
    (void)state;
    Text complaint = {0};
    Cell cell = {0};
    CellRule rule = {.column = "released_on", .type = CELL_DAY, .may_be_empty = true, .letters = 0};

    assert_true(cell_read(&rule, slice_of(""), &cell, &complaint));
    assert_int_equal(cell.day, DAY_NONE);
}

static void codes_are_numbers_and_a_grid_is_odd(void **state)
{
    (void)state;
    Cell cell = {0};

    assert_true(read_as(CELL_RELEASE, "4006381333931", &cell));
    assert_int_equal(cell.number, INT64_C(4006381333931));
    assert_true(read_as(CELL_RELEASE, "a10302b0000210203g", &cell));
    assert_int_equal(cell.number, CODE_ODD);
    assert_true(slice_equals_text(cell.text, "A10302B0000210203G"));
    assert_false(read_as(CELL_RELEASE, "A10302B0000210203", &cell));
    assert_false(read_as(CELL_RELEASE, "A20302B0000210203G", &cell));
    assert_true(read_as(CELL_RECORDING, "us-rc1-76-07839", &cell));
    assert_int_equal(cell.number, code_from_isrc(slice_of("USRC17607839")));
}

static void decimals_have_twelve_places_at_most(void **state)
{
    (void)state;
    Cell cell = {0};

    assert_true(read_as(CELL_AMOUNT, "0", &cell));
    assert_true(read_as(CELL_AMOUNT, "0.000000000001", &cell));
    assert_true(read_as(CELL_AMOUNT, "1.5000000000000000", &cell)); // zeros change nothing
    assert_false(read_as(CELL_AMOUNT, "0.0000000000001", &cell));
    assert_false(read_as(CELL_AMOUNT, "-0.1", &cell));
    assert_true(read_as(CELL_SHARE, "1", &cell));
    assert_true(read_as(CELL_SHARE, "0.333333333334", &cell));
    assert_false(read_as(CELL_SHARE, "0", &cell));
    assert_false(read_as(CELL_SHARE, "-1", &cell));
}

static void yes_and_no_have_their_usual_forms(void **state)
{
    (void)state;
    static const char *const yes[] = {"yes", "Yes", "true", "TRUE", "1"};
    static const char *const no[] = {"no", "NO", "false", "0"};
    Cell cell = {0};

    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        assert_true(read_as(CELL_FLAG, yes[i], &cell));
        assert_int_equal(cell.number, 1);
    }
    for (size_t i = 0; i < COUNT_OF(no); i++) {
        assert_true(read_as(CELL_FLAG, no[i], &cell));
        assert_int_equal(cell.number, 0);
    }
}

static void a_text_is_utf8_without_control_characters_and_bounded(void **state)
{
    (void)state;
    Cell cell = {0};
    char long_text[CELL_BYTES_MAX + 2];

    assert_true(read_as(CELL_TEXT, "Minuit, \"encore\" – 東京", &cell));
    assert_false(read_as(CELL_TEXT, "\xff", &cell));
    assert_false(read_as(CELL_TEXT, "a\nb", &cell));
    assert_false(read_as(CELL_TEXT, "\xc2\x85", &cell)); // U+0085
    memset(long_text, 'a', sizeof long_text);
    long_text[CELL_BYTES_MAX + 1] = '\0';
    assert_false(read_as(CELL_TEXT, long_text, &cell));
    long_text[CELL_BYTES_MAX] = '\0';
    assert_true(read_as(CELL_TEXT, long_text, &cell));
}

static void capitals_are_made_and_spaces_dropped_where_a_standard_has_none(void **state)
{
    (void)state;
    Cell cell = {0};

    assert_true(read_as(CELL_LETTERS, "eur", &cell));
    assert_true(slice_equals_text(cell.text, "EUR"));
    assert_false(read_as(CELL_LETTERS, "E1R", &cell));
    assert_true(read_as(CELL_IBAN, "nl91 abna 0417 1643 00", &cell));
    assert_true(slice_equals_text(cell.text, "NL91ABNA0417164300"));
    assert_true(read_as(CELL_BIC, "cobadeff", &cell));
    assert_false(read_as(CELL_BIC, "COBA1EFF", &cell));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_faulty_is_told_with_what_was_expected),
        cmocka_unit_test(an_iban_is_never_shown_whole),
        cmocka_unit_test(empty_is_sound_where_it_may_be),
        cmocka_unit_test(codes_are_numbers_and_a_grid_is_odd),
        cmocka_unit_test(decimals_have_twelve_places_at_most),
        cmocka_unit_test(yes_and_no_have_their_usual_forms),
        cmocka_unit_test(a_text_is_utf8_without_control_characters_and_bounded),
        cmocka_unit_test(capitals_are_made_and_spaces_dropped_where_a_standard_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
