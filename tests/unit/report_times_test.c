#include "report/times.h"

#include "report/reject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

// Berlin's days 2026-10-24 to 26; summer time ends on the 25th.
#define HOUR (INT64_C(3600) * MICROSECONDS_PER_SECOND)
static const Instant berlin[] = {INT64_C(497998) * HOUR, INT64_C(498022) * HOUR,
                                 INT64_C(498047) * HOUR, INT64_C(498071) * HOUR};
static const DayTable berlin_days = {.first_day = 20750, .count = 3, .starts = berlin};

typedef struct TimeCase {
    const char *text;
    const char *days; // "2026-10-24", "2026-10-01 2026-10-31", or the reason's key
} TimeCase;

static void expect_times(TimeRules rules, bool is_period, const TimeCase cases[], size_t count)
{
    rules.days = &berlin_days;
    for (size_t i = 0; i < count; i++) {
        char found[2 * DAY_TEXT_BYTES] = "";
        char to_text[DAY_TEXT_BYTES];
        Day from = DAY_NONE;
        Day to = DAY_NONE;
        RejectReason reason = time_parse(&rules, slice_of(cases[i].text), is_period, &from, &to);

        if (reason != REJECT_NONE) {
            assert_string_equal(reject_reason_key(reason), cases[i].days);
            assert_int_equal(from, DAY_NONE);
            assert_int_equal(to, DAY_NONE);
            continue;
        }
        (void)day_print(from, found);
        if (to != from) {
            found[DAY_TEXT_BYTES - 1] = ' ';
            memcpy(found + DAY_TEXT_BYTES, day_print(to, to_text), DAY_TEXT_BYTES);
        }
        assert_string_equal(found, cases[i].days);
    }
}

static void iso_times_are_local_without_an_offset_and_instants_with_one(void **state)
{
    (void)state;
    static const TimeCase cases[] = {
        {"2026-10-24", "2026-10-24"},
        {"2026-10-24T23:59:59", "2026-10-24"},
        {"2026-10-24 23:59:59.999999999", "2026-10-24"},
        {"2026-10-24 23:59", "2026-10-24"},
        {"2026-10-24T22:00:00Z", "2026-10-25"},
        {"2026-10-24T21:59:59.999999Z", "2026-10-24"},
        {"2026-10-24t22:30z", "2026-10-25"},
        {"2026-10-25T00:30:00+02:00", "2026-10-25"},
        {"2026-10-25T00:30:00+0300", "2026-10-24"},
        {"2026-10-24T18:00:00-05", "2026-10-25"},
        {"2026-10-24T21:59:60Z", "2026-10-24"}, // a leap second is the last of its minute
        {"2026-10-24T23:59:60", "2026-10-24"},
        {"2000-02-29", "2000-02-29"},
        {"1990-01-01", "1990-01-01"},
        {"2099-12-31T00:00:00", "2099-12-31"},
        {"1989-12-31", "time_range"},
        {"2100-01-01", "time_range"},
        {"0001-01-01", "time_range"},
        {"9999-12-31T00:00:00Z", "time_range"},
        {"2026-10-23T21:00:00Z", "time_range"}, // the table does not know that day
        {"2026-10-24T24:00:00", "time_invalid"},
        {"2026-10-24T23:60:00", "time_invalid"},
        {"2026-10-24T23:59:61", "time_invalid"},
        {"2026-10-24T23", "time_invalid"},
        {"2026-10-24T22:00:00+24:00", "time_invalid"},
        {"2026-10-24T22:00:00+0260", "time_invalid"},
        {"2026-10-24T22:00:00+2", "time_invalid"},
        {"2026-10-24T22:00:00 UTC", "time_invalid"},
        {"2026-10-24T22:00:00Z ", "time_invalid"},
        {"2026-10-24X22:00:00", "time_invalid"},
        {"2026-02-29", "time_invalid"},
        {"2100-02-29", "time_invalid"},
        {"9999-02-29", "time_invalid"},
        {"2026-13-01", "time_invalid"},
        {"2026-10-00", "time_invalid"},
        {"2026-10", "time_invalid"}, // a month is a period, not a time
        {"24.10.2026", "time_invalid"},
        {"26-10-24", "time_invalid"},
        {"2026-1-01", "time_invalid"},
        {"yesterday", "time_invalid"},
        {"", "time_missing"},
    };

    expect_times((TimeRules){.format = TIME_ISO_8601}, false, cases, COUNT_OF(cases));
}

static void a_period_is_a_date_or_a_month(void **state)
{
    (void)state;
    static const TimeCase cases[] = {
        {"2026-10", "2026-10-01 2026-10-31"},
        {"2024-02", "2024-02-01 2024-02-29"},
        {"2026-10-24", "2026-10-24"},
        {"1989-12", "time_range"},
        {"2026-13", "time_invalid"},
        {"2026-", "time_invalid"},
        {"2026", "time_invalid"},
    };

    expect_times((TimeRules){.format = TIME_ISO_8601}, true, cases, COUNT_OF(cases));
}

static void unix_times_are_instants(void **state)
{
    (void)state;
    static const TimeCase seconds[] = {
        {"1792879200", "2026-10-25"}, // 2026-10-24T22:00:00Z
        {"1792879199", "2026-10-24"},
        {"1792879199.999", "2026-10-24"},
        {"1792879200000", "time_range"},
        {"99999999999999999999", "time_range"},
        {"-1", "time_range"},
        {"0", "time_range"},
        {"1.79E9", "time_invalid"},
        {"-", "time_invalid"},
        {".5", "time_invalid"},
        {"1.2.3", "time_invalid"},
        {"2026-10-24", "time_invalid"},
        {"", "time_missing"},
    };
    static const TimeCase milliseconds[] = {
        {"1792879200000", "2026-10-25"},
        {"1792879199999", "2026-10-24"},
        {"1792879199999.9", "2026-10-24"},
        {"1792879200", "time_range"},
    };

    expect_times((TimeRules){.format = TIME_UNIX_SECONDS}, false, seconds, COUNT_OF(seconds));
    expect_times((TimeRules){.format = TIME_UNIX_MILLISECONDS}, false, milliseconds,
                 COUNT_OF(milliseconds));
}

static void expect_pattern(const char *pattern, const TimeCase cases[], size_t count)
{
    Error error = {0};

    assert_int_equal(time_pattern_check(pattern, &error), STATUS_OK);
    expect_times((TimeRules){.format = TIME_PATTERN, .pattern = pattern}, false, cases, count);
}

static void patterns_read_their_conversions_and_the_rest_literally(void **state)
{
    (void)state;
    static const TimeCase german[] = {
        {"24.10.2026", "2026-10-24"},   {"4.1.2026", "2026-01-04"},
        {"24.10.26", "time_invalid"},   {"24.10.2026 ", "time_invalid"},
        {"24/10/2026", "time_invalid"}, {"31.02.2026", "time_invalid"},
        {"0.10.2026", "time_invalid"},  {"24.00.2026", "time_invalid"},
    };
    static const TimeCase packed[] = {
        {"20261024", "2026-10-24"},
        {"2026124", "time_invalid"}, // 1 December, or 12 January?
        {"202610241", "time_invalid"},
    };
    static const TimeCase american[] = {
        {"10/24/26 11:59", "2026-10-24"},
        {"10/24/70 11:59", "time_range"},
        {"10/24/26 24:00", "time_invalid"},
    };
    static const TimeCase named[] = {
        {"24-Oct-2026", "2026-10-24"},
        {"24-OCTOBER-2026", "2026-10-24"},
        {"24-Okt-2026", "time_invalid"},
        {"24-Octo-2026", "time_invalid"},
    };
    static const TimeCase zoned[] = {
        {"2026-10-24 22:00:00.5 UTC", "2026-10-25"}, {"2026-10-24 22:00:00 +0100", "2026-10-24"},
        {"2026-10-24 22:00:00 Z", "2026-10-25"},     {"2026-10-24 22:00:00 CET", "time_invalid"},
        {"2026-10-24 22:00:00", "time_invalid"},
    };
    static const TimeCase month[] = {
        {"10/2026 100%", "2026-10-01 2026-10-31"},
        {"13/2026 100%", "time_invalid"},
    };

    expect_pattern("%d.%m.%Y", german, COUNT_OF(german));
    expect_pattern("%Y%m%d", packed, COUNT_OF(packed));
    expect_pattern("%m/%d/%y %H:%M", american, COUNT_OF(american));
    expect_pattern("%d-%b-%Y", named, COUNT_OF(named));
    expect_pattern("%Y-%m-%d %H:%M:%S %z", zoned, COUNT_OF(zoned));
    expect_pattern("%m/%Y 100%%", month, COUNT_OF(month));
}

static void a_pattern_that_cannot_give_a_day_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *message;
    } cases[] = {
        {"%d.%m.", "time pattern \"%d.%m.\": it needs a year (%Y or %y) and a month (%m or %b)"},
        {"%Y-%d", "time pattern \"%Y-%d\": it needs a year (%Y or %y) and a month (%m or %b)"},
        {"%Y-%m-%e", "time pattern \"%Y-%m-%e\": \"%e\" is none of %Y %y %m %b %d %H %M %S %z %%"},
        {"%Y-%m-%", "time pattern \"%Y-%m-%\": \"%\" is none of %Y %y %m %b %d %H %M %S %z %%"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error = {0};

        assert_int_equal(time_pattern_check(cases[i].pattern, &error), STATUS_CONFIG);
        assert_string_equal(error.message, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_times_are_local_without_an_offset_and_instants_with_one),
        cmocka_unit_test(a_period_is_a_date_or_a_month),
        cmocka_unit_test(unix_times_are_instants),
        cmocka_unit_test(patterns_read_their_conversions_and_the_rest_literally),
        cmocka_unit_test(a_pattern_that_cannot_give_a_day_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
