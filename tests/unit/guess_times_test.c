#include "support/guesses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Days, times and durations, as reports write them.

static void days_over_12_decide_what_is_day_and_what_is_month(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units\n03/10/2026," ISRC_A ",1\n17/10/2026," ISRC_A ",1\n");

    assert_string_equal(guess.layout.time_pattern, "%d/%m/%Y");
    assert_guess_because(&guess, "time.format", "it reads 2 of 2 values");
    guess_clear(&guess);
    guess = guess_of("Date,ISRC,Units\n10/03/2026," ISRC_A ",1\n10/17/2026," ISRC_A ",1\n");
    assert_string_equal(guess.layout.time_pattern, "%m/%d/%Y");
    guess_clear(&guess);
}

static void without_a_day_over_12_nearness_decides_and_is_said(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units\n10/03/2026," ISRC_A ",1\n10/04/2026," ISRC_A ",1\n");

    assert_string_equal(guess.layout.time_pattern, "%m/%d/%Y");
    assert_guess_because(&guess, "time.format", "as \"%d/%m/%Y\" they would lie further");
    guess_clear(&guess);
    guess = guess_of("From,To,ISRC,Units\n01/10/2026,07/10/2026," ISRC_A ",1\n");
    assert_string_equal(guess.layout.time_pattern, "%d/%m/%Y");
    assert_guess_because(&guess, "time.format", "as \"%m/%d/%Y\" they would make longer periods");
    guess_clear(&guess);
}

static void dates_that_nothing_decides_are_said_to_be_so(void **state)
{
    (void)state;
    Guess guess = guess_of("Date,ISRC,Units\n03/04/2026," ISRC_A ",1\n03/04/2026," ISRC_B ",1\n");

    assert_guess_because(&guess, "time.format", "UNDECIDED");
    assert_guess_because(&guess, "time.format", "%m/%d/%Y");
    guess_clear(&guess);
}

typedef struct TimeCase {
    const char *value;
    const char *pattern; // NULL: none
    TimeFormat format;
    ColumnRole role;
} TimeCase;

static void times_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const TimeCase cases[] = {
        {"2026-10-01", NULL, TIME_ISO_8601, COLUMN_PERIOD},
        {"2026-10", NULL, TIME_ISO_8601, COLUMN_PERIOD},
        {"2026-10-01 23:59:59", NULL, TIME_ISO_8601, COLUMN_TIME},
        {"2026-10-01T23:59:59.5+02:00", NULL, TIME_ISO_8601, COLUMN_TIME},
        {"1790899200", NULL, TIME_UNIX_SECONDS, COLUMN_TIME},
        {"1790899200123", NULL, TIME_UNIX_MILLISECONDS, COLUMN_TIME},
        {"20261001", "%Y%m%d", TIME_PATTERN, COLUMN_PERIOD},
        {"202610", "%Y%m", TIME_PATTERN, COLUMN_PERIOD},
        {"31-Oct-2026", "%d-%b-%Y", TIME_PATTERN, COLUMN_PERIOD},
        {"October 2026", "%b %Y", TIME_PATTERN, COLUMN_PERIOD},
        {"31.10.2026 23:59", "%d.%m.%Y %H:%M", TIME_PATTERN, COLUMN_TIME},
        {"2026/10/31 23:59:59 UTC", "%Y/%m/%d %H:%M:%S %z", TIME_PATTERN, COLUMN_TIME},
        {"10/31/26", "%m/%d/%y", TIME_PATTERN, COLUMN_PERIOD},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = text_format("Date,ISRC,Units\n%s," ISRC_A ",1\n%s," ISRC_B ",2\n",
                                 cases[i].value, cases[i].value);
        Guess guess = guess_of(text);

        assert_int_equal(guess.layout.time_format, cases[i].format);
        if (cases[i].pattern != NULL)
            assert_string_equal(guess.layout.time_pattern, cases[i].pattern);
        assert_guess_column(&guess, cases[i].role, "Date");
        assert_guess_because(&guess, "", "2 of 2 rows of the file count");
        guess_clear(&guess);
        free(text);
    }
}

typedef struct DurationCase {
    const char *name;
    const char *value;
    DurationUnit unit;
} DurationCase;

static void durations_have_their_unit_by_name_or_size(void **state)
{
    (void)state;
    static const DurationCase cases[] = {
        {"Duration", "193.4", DURATION_SECONDS},
        {"Duration", "193400", DURATION_MILLISECONDS},
        {"Duration", "3:13", DURATION_CLOCK},
        {"Duration", "0:03:13", DURATION_CLOCK},
        {"msPlayed", "500", DURATION_MILLISECONDS},
        {"Duration (ms)", "500", DURATION_MILLISECONDS},
        {"Seconds Played", "5000", DURATION_SECONDS},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = text_format("Played At,ISRC,%s\n2026-10-01 12:00:00," ISRC_A ",%s\n",
                                 cases[i].name, cases[i].value);
        Guess guess = guess_of(text);

        assert_guess_column(&guess, COLUMN_DURATION, cases[i].name);
        assert_int_equal(guess.layout.duration_unit, cases[i].unit);
        guess_clear(&guess);
        free(text);
    }
}

static void two_days_without_names_are_a_period(void **state)
{
    (void)state;
    Guess guess = guess_of("2026-10-01,2026-10-31," ISRC_A "," UPC_A "\n"
                           "2026-10-01,2026-10-01," ISRC_B "," UPC_B "\n");

    assert_guess_column(&guess, COLUMN_PERIOD_FROM, "#1");
    assert_guess_column(&guess, COLUMN_PERIOD_TO, "#2");
    assert_guess_because(&guess, "", "2 of 2 rows of the file count");
    guess_clear(&guess);
    guess = guess_of("2026-10-01,2026-09-30," ISRC_A "," UPC_A "\n"
                     "2026-10-01,2026-10-31," ISRC_B "," UPC_B "\n");
    assert_guess_column(&guess, COLUMN_PERIOD, "#1");
    guess_clear(&guess);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_over_12_decide_what_is_day_and_what_is_month),
        cmocka_unit_test(without_a_day_over_12_nearness_decides_and_is_said),
        cmocka_unit_test(dates_that_nothing_decides_are_said_to_be_so),
        cmocka_unit_test(times_are_read_as_they_are_written),
        cmocka_unit_test(durations_have_their_unit_by_name_or_size),
        cmocka_unit_test(two_days_without_names_are_a_period),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
