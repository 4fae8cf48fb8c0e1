#include "base/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static Day day(int year, int month, int day_of_month)
{
    Day made = DAY_NONE;

    assert_true(day_from_date(year, month, day_of_month, &made));
    return made;
}

static void days_count_from_1970(void **state)
{
    (void)state;
    assert_int_equal(day(1970, 1, 1), 0);
    assert_int_equal(day(1969, 12, 31), -1);
    assert_int_equal(day(2000, 2, 29), 11016);
    assert_int_equal(day(1900, 1, 1), DAY_MIN);
    assert_int_equal(day(2299, 12, 31), DAY_MAX);
}

static void every_day_goes_to_its_date_and_back(void **state)
{
    (void)state;
    // The C library's calendar is the oracle.
    for (Day each = DAY_MIN; each <= DAY_MAX; each++) {
        time_t seconds = (time_t)each * 86400;
        struct tm expected;
        char printed[DAY_TEXT_BYTES];
        char text[DAY_TEXT_BYTES];

        assert_non_null(gmtime_r(&seconds, &expected));
        assert_true(strftime(text, sizeof text, "%Y-%m-%d", &expected) > 0);
        assert_string_equal(day_print(each, printed), text);
        assert_int_equal(day(expected.tm_year + 1900, expected.tm_mon + 1, expected.tm_mday), each);
    }
}

static void dates_that_no_calendar_has_are_refused(void **state)
{
    (void)state;
    static const int dates[][3] = {{2023, 2, 29},  {1900, 2, 29}, {2024, 2, 30}, {2024, 4, 31},
                                   {2024, 0, 1},   {2024, 13, 1}, {2024, 1, 0},  {2024, 1, 32},
                                   {1899, 12, 31}, {2300, 1, 1},  {-1, 1, 1}};
    Day made = 77;

    for (size_t i = 0; i < COUNT_OF(dates); i++)
        assert_false(day_from_date(dates[i][0], dates[i][1], dates[i][2], &made));
    assert_int_equal(made, 77);
}

static void only_the_one_form_is_read(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",           "2024-2-29",  "2024-02-9",   "2024/02/29",
                                        "20240229",   "2024-02-30", " 2024-02-29", "2024-02-29 ",
                                        "2024-02-2x", "+024-02-29", "2024-02-29T"};
    Day parsed = 77;

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (day_parse(slice_of(wrong[i]), &parsed))
            fail_msg("\"%s\" was taken for a day", wrong[i]);
    assert_int_equal(parsed, 77);
    assert_true(day_parse(slice_of("2024-02-29"), &parsed));
    assert_int_equal(parsed, day(2024, 2, 29));
}

static void a_day_is_printed_as_it_is_read(void **state)
{
    (void)state;
    char text[DAY_TEXT_BYTES];
    Day parsed = 0;

    assert_string_equal(day_print(day(2024, 2, 9), text), "2024-02-09");
    for (Day each = DAY_MIN; each <= DAY_MAX; each += 17) {
        assert_true(day_parse(slice_of(day_print(each, text)), &parsed));
        assert_int_equal(parsed, each);
    }
}

static void a_month_ends_where_the_next_begins(void **state)
{
    (void)state;
    assert_int_equal(day_end_of_month(day(2024, 2, 1)), day(2024, 2, 29));
    assert_int_equal(day_end_of_month(day(2023, 2, 28)), day(2023, 2, 28));
    assert_int_equal(day_end_of_month(day(2100, 2, 1)), day(2100, 2, 28));
    for (int month = 1; month < 12; month++)
        assert_int_equal(day_end_of_month(day(2025, month, 15)) + 1, day(2025, month + 1, 1));
    assert_int_equal(day_end_of_month(day(2025, 12, 31)) + 1, day(2026, 1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_from_1970),
        cmocka_unit_test(every_day_goes_to_its_date_and_back),
        cmocka_unit_test(dates_that_no_calendar_has_are_refused),
        cmocka_unit_test(only_the_one_form_is_read),
        cmocka_unit_test(a_day_is_printed_as_it_is_read),
        cmocka_unit_test(a_month_ends_where_the_next_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
