#include "base/text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const Slice nothing = {0};

static void slices_are_compared_by_their_bytes(void **state)
{
    (void)state;
    assert_true(slice_equal(slice_of("ab"), (Slice){"abc", 2}));
    assert_false(slice_equal(slice_of("ab"), slice_of("abc")));
    assert_false(slice_equal(slice_of("ab"), slice_of("aB")));
    assert_true(slice_equal((Slice){"a\0b", 3}, (Slice){"a\0b", 3}));
    assert_false(slice_equal((Slice){"a\0b", 3}, (Slice){"a\0c", 3}));
    assert_true(slice_equal(nothing, slice_of("")));
    assert_true(slice_equal(nothing, slice_of(NULL)));
    assert_true(slice_equals_text((Slice){"abc", 2}, "ab"));
    assert_true(slice_equals_text_any_case(slice_of("GB-x"), "gb-X"));
    assert_false(slice_equals_text_any_case(slice_of("gb"), "gbr"));
    assert_false(slice_equals_text_any_case(slice_of("@"), "`")); // 32 apart, but no letters
}

static void white_space_goes_from_both_ends_only(void **state)
{
    (void)state;
    assert_true(slice_equals_text(slice_trimmed(slice_of(" \t\r\n\v\f a b \n")), "a b"));
    assert_true(slice_equals_text(slice_trimmed(slice_of("  ")), ""));
    assert_true(slice_equals_text(slice_trimmed(nothing), ""));
    assert_true(slice_equals_text(slice_trimmed(slice_of("\xc2\xa0")), "\xc2\xa0"));
}

static void a_copy_of_a_slice_is_terminated(void **state)
{
    (void)state;
    char *copy = slice_copy((Slice){"abc", 2});

    assert_string_equal(copy, "ab");
    free(copy);
    copy = slice_copy(nothing);
    assert_string_equal(copy, "");
    free(copy);
}

static void whole_numbers_are_read_up_to_their_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number;
    } cases[] = {
        {"0", 0},
        {"-0", 0},
        {"+7", 7},
        {"007", 7},
        {"-42", -42},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t number = 1;

        assert_true(slice_to_int64(slice_of(cases[i].text), &number));
        assert_int_equal(number, cases[i].number);
    }
}

static void what_is_no_whole_number_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "-",
                                        "+",
                                        "1 ",
                                        " 1",
                                        "1.0",
                                        "1e3",
                                        "0x10",
                                        "--1",
                                        "+-1",
                                        "1,0",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "99999999999999999999"};
    int64_t number = 77;

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (slice_to_int64(slice_of(texts[i]), &number))
            fail_msg("\"%s\" was taken for a number", texts[i]);
    assert_false(slice_to_int64((Slice){"1\0", 2}, &number));
    assert_false(slice_to_int64(nothing, &number));
    assert_int_equal(number, 77);
}

static void a_text_grows_with_what_is_appended(void **state)
{
    (void)state;
    Text text = {0};

    assert_string_equal(text_bytes(&text), "");
    for (int i = 0; i < 1000; i++)
        text_append_format(&text, "%d,", i % 10);
    assert_int_equal(text.size_bytes, 2000);
    assert_memory_equal(text_bytes(&text) + 1990, "5,6,7,8,9,", 11);
    text_clear(&text);
    assert_string_equal(text_bytes(&text), "");
    text_append(&text, "ä");
    text_append_byte(&text, '\0');
    text_append_slice(&text, (Slice){"xyz", 2});
    text_append_slice(&text, nothing);
    assert_int_equal(text.size_bytes, 5);
    assert_memory_equal(text_bytes(&text), "ä\0xy", 6);
    text_free(&text);
    assert_string_equal(text_bytes(&text), "");
    text_free(NULL);
}

static void a_text_that_is_taken_leaves_an_empty_one(void **state)
{
    (void)state;
    Text text = {0};
    char *taken = text_take(&text);

    assert_string_equal(taken, "");
    free(taken);
    text_append(&text, "abc");
    taken = text_take(&text);
    assert_string_equal(taken, "abc");
    assert_string_equal(text_bytes(&text), "");
    free(taken);
}

static void a_formatted_text_is_as_long_as_it_needs_to_be(void **state)
{
    (void)state;
    char *text = text_format("%0500d|%s", 7, "x");

    assert_int_equal(strlen(text), 502);
    assert_string_equal(text + 499, "7|x");
    free(text);
}

static void starts_and_ends_are_found(void **state)
{
    (void)state;
    assert_true(text_equal("a", "a"));
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal("a", NULL));
    assert_false(text_equal(NULL, ""));
    assert_true(text_starts_with("report.csv", "report"));
    assert_false(text_starts_with("rep", "report"));
    assert_true(text_ends_with("report.csv", ".csv"));
    assert_false(text_ends_with("csv", ".csv"));
    assert_true(text_ends_with("x", ""));
}

static void the_nearest_word_is_meant_if_it_is_near_enough(void **state)
{
    (void)state;
    static const char *const keys[] = {"delimiter", "quantity", "threshold", "zone"};

    assert_string_equal(text_nearest("delimeter", keys, COUNT_OF(keys)), "delimiter");
    assert_string_equal(text_nearest("QUANTITY", keys, COUNT_OF(keys)), "quantity");
    assert_string_equal(text_nearest("treshhold", keys, COUNT_OF(keys)), "threshold");
    assert_string_equal(text_nearest("zon", keys, COUNT_OF(keys)), "zone");
    assert_string_equal(text_nearest("znoe", keys, COUNT_OF(keys)), "zone"); // one slip, not two
    assert_null(text_nearest("nzeo", keys, COUNT_OF(keys)));
    assert_null(text_nearest("colour", keys, COUNT_OF(keys)));
    assert_null(text_nearest("", keys, COUNT_OF(keys)));
    assert_null(text_nearest("zone", keys, 0));
}

static void a_word_that_is_too_long_is_near_nothing(void **state)
{
    (void)state;
    char word[200];
    const char *const keys[] = {word, "short"};

    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(text_nearest(word, keys, COUNT_OF(keys)));
    assert_string_equal(text_nearest("shorr", keys, COUNT_OF(keys)), "short");
    word[64] = '\0'; // the longest that is compared
    assert_ptr_equal(text_nearest(word, keys, COUNT_OF(keys)), word);
}

static void whole_numbers_are_appended_as_they_are_printed(void **state)
{
    static const int64_t numbers[] = {0, 7, -7, 10, 1234567890, INT64_MAX, INT64_MIN};
    Text text = {0};
    Text expected = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        text_append_int64(&text, numbers[i]);
        text_append_format(&expected, "%" PRId64, numbers[i]);
        assert_string_equal(text_bytes(&text), text_bytes(&expected));
    }
    text_free(&text);
    text_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_appended_as_they_are_printed),
        cmocka_unit_test(slices_are_compared_by_their_bytes),
        cmocka_unit_test(white_space_goes_from_both_ends_only),
        cmocka_unit_test(a_copy_of_a_slice_is_terminated),
        cmocka_unit_test(whole_numbers_are_read_up_to_their_bounds),
        cmocka_unit_test(what_is_no_whole_number_is_refused),
        cmocka_unit_test(a_text_grows_with_what_is_appended),
        cmocka_unit_test(a_text_that_is_taken_leaves_an_empty_one),
        cmocka_unit_test(a_formatted_text_is_as_long_as_it_needs_to_be),
        cmocka_unit_test(starts_and_ends_are_found),
        cmocka_unit_test(the_nearest_word_is_meant_if_it_is_near_enough),
        cmocka_unit_test(a_word_that_is_too_long_is_near_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
