#include "report/layout.h"

#include "base/memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (INT64_C(3600) * MICROSECONDS_PER_SECOND)

// Berlin around the end of summer time: 24, 25 and 24 hours; the days begin at 22:00 and 23:00 UTC.
static const Instant berlin[] = {0, 24 * HOUR, 49 * HOUR, 73 * HOUR};
static const DayTable berlin_days = {.first_day = 20750, .count = 3, .starts = berlin};

static Day day_of(const DayTable *table, Instant instant)
{
    Day day = DAY_NONE;
    size_t hint = 0;

    return day_table_find(table, instant, &hint, &day) ? day : DAY_NONE;
}

static void a_day_begins_with_its_first_microsecond_and_ends_before_the_next(void **state)
{
    (void)state;
    assert_int_equal(day_of(&berlin_days, 0), 20750);
    assert_int_equal(day_of(&berlin_days, 24 * HOUR - 1), 20750);
    assert_int_equal(day_of(&berlin_days, 24 * HOUR), 20751);
    assert_int_equal(day_of(&berlin_days, 49 * HOUR - 1), 20751); // its 25th hour
    assert_int_equal(day_of(&berlin_days, 49 * HOUR), 20752);
    assert_int_equal(day_of(&berlin_days, 73 * HOUR - 1), 20752);
}

static void an_instant_outside_the_table_has_no_day(void **state)
{
    (void)state;
    const DayTable none = {.first_day = 0, .count = 0, .starts = berlin};
    Day day = 7;
    size_t hint = 1;

    assert_false(day_table_find(&berlin_days, -1, &hint, &day));
    assert_false(day_table_find(&berlin_days, 73 * HOUR, &hint, &day));
    assert_false(day_table_find(&berlin_days, INT64_MIN, &hint, &day));
    assert_false(day_table_find(&berlin_days, INT64_MAX, &hint, &day));
    assert_false(day_table_find(&none, 0, &hint, &day));
    assert_int_equal(day, 7);
    assert_int_equal(hint, 1);
}

static void no_instant_lies_in_a_day_that_its_zone_skipped(void **state)
{
    (void)state;
    // Apia went from 29 to 31 December 2011.
    const Instant starts[] = {0, 24 * HOUR, 24 * HOUR, 48 * HOUR};
    const DayTable apia = {.first_day = 15337, .count = 3, .starts = starts};

    assert_int_equal(day_of(&apia, 24 * HOUR - 1), 15337);
    assert_int_equal(day_of(&apia, 24 * HOUR), 15339);
    assert_int_equal(day_of(&apia, 48 * HOUR - 1), 15339);
}

static void the_hint_is_the_day_found_and_never_changes_the_answer(void **state)
{
    (void)state;
    enum { DAYS = 100 };
    Instant starts[DAYS + 1];
    const DayTable table = {.first_day = 1000, .count = DAYS, .starts = starts};

    for (int i = 0; i <= DAYS; i++)
        starts[i] = i * MICROSECONDS_PER_DAY;
    for (size_t first_hint = 0; first_hint <= DAYS + 1; first_hint++) {
        for (int i = 0; i < DAYS; i++) {
            size_t hint = first_hint == DAYS + 1 ? SIZE_MAX : first_hint;
            Day day = DAY_NONE;

            assert_true(day_table_find(&table, i * MICROSECONDS_PER_DAY + 5, &hint, &day));
            assert_int_equal(day, 1000 + i);
            assert_int_equal(hint, i);
        }
    }
}

static void each_role_has_a_key_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(layout_column_key(COLUMN_SEQUENCE_ID), "sequence_id");
    assert_string_equal(layout_column_key(COLUMN_PERIOD_FROM), "period_from");
    assert_string_equal(layout_column_key(COLUMN_CURRENCY), "currency");
    for (ColumnRole role = 0; role < COLUMN_ROLES; role++) {
        assert_non_null(layout_column_key(role));
        for (ColumnRole other = 0; other < role; other++)
            assert_string_not_equal(layout_column_key(role), layout_column_key(other));
    }
}

static LayoutColumn full_column(void)
{
    return (LayoutColumn){
        .name = memory_copy_text("ISRC"),
        .constant = memory_copy_text("GB"),
        .name_part = memory_copy_text("service"),
    };
}

static char **full_texts(size_t count)
{
    char **texts = MEMORY_NEW(char *, count);

    for (size_t i = 0; i < count; i++)
        texts[i] = memory_copy_text("premium");
    return texts;
}

static void clearing_frees_all_and_leaves_an_empty_layout(void **state)
{
    (void)state;
    // What is not freed, the sanitized build reports.
    Layout layout = {
        .filters = MEMORY_NEW(LayoutFilter, 2),
        .filter_count = 2,
        .totals = {.marker = full_column(),
                   .marker_value = memory_copy_text("TOTAL"),
                   .rows = full_column(),
                   .streams = full_column(),
                   .amount = full_column()},
        .time_pattern = memory_copy_text("%d.%m.%Y"),
        .monetised_flags = full_texts(3),
        .monetised_flag_count = 3,
        .unmonetised_flags = full_texts(2),
        .unmonetised_flag_count = 2,
        .name_pattern = memory_copy_text("{service}.csv"),
    };
    Layout empty = {0};

    for (size_t i = 0; i < COLUMN_ROLES; i++)
        layout.columns[i] = full_column();
    for (size_t i = 0; i < 2; i++)
        layout.filters[i] =
            (LayoutFilter){.column = full_column(), .values = full_texts(2), .value_count = 2};

    layout_clear(&layout);
    assert_null(layout.filters);
    assert_null(layout.columns[COLUMN_AMOUNT].name);
    assert_int_equal(layout.monetised_flag_count, 0);
    layout_clear(&layout); // and again, for whoever cleans up twice
    layout_clear(&empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_begins_with_its_first_microsecond_and_ends_before_the_next),
        cmocka_unit_test(an_instant_outside_the_table_has_no_day),
        cmocka_unit_test(no_instant_lies_in_a_day_that_its_zone_skipped),
        cmocka_unit_test(the_hint_is_the_day_found_and_never_changes_the_answer),
        cmocka_unit_test(each_role_has_a_key_of_its_own),
        cmocka_unit_test(clearing_frees_all_and_leaves_an_empty_layout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
