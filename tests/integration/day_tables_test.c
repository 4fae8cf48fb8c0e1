#include "ingest/day_tables.h"

#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// The local days of zones, as the server knows them.

/** The local day of an instant: 2026-10-25 is "2026-10-25". */
static void assert_day(StoreFixture *fixture, char *zone, Instant second, const char *expected)
{
    const Feed feed = {.zone = zone, .layout = {.columns = {[COLUMN_TIME] = {.position = 1}}}};
    DayTables *tables = day_tables_new();
    const DayTable *table = NULL;
    char text[DAY_TEXT_BYTES];
    size_t hint = 0;
    Day day = 0;

    assert_ok(fixture, day_tables_get(tables, fixture->store, &feed, &table, &fixture->error));
    assert_true(day_table_find(table, second * MICROSECONDS_PER_SECOND, &hint, &day));
    assert_string_equal(day_print(day, text), expected);
    day_tables_free(tables);
}

static void a_day_begins_at_midnight(void **state)
{
    assert_day(*state, "Europe/Berlin", 1729979999, "2024-10-26"); // 2024-10-26 21:59:59 UTC
    assert_day(*state, "Europe/Berlin", 1729980000, "2024-10-27");
    assert_day(*state, "Europe/Berlin", 1730069999, "2024-10-27"); // of 25 hours
    assert_day(*state, "Europe/Berlin", 1730070000, "2024-10-28");
}

static void a_day_without_midnight_begins_behind_it(void **state)
{
    assert_day(*state, "America/Sao_Paulo", 1541300399, "2018-11-03"); // 2018-11-04 02:59:59 UTC
    assert_day(*state, "America/Sao_Paulo", 1541300400, "2018-11-04"); // one o'clock there
}

// Days that are over: which ones there will be is decided anew each year.
static void a_day_with_two_midnights_begins_at_the_first(void **state)
{
    assert_day(*state, "America/Havana", 1730606399, "2024-11-02"); // 2024-11-03 03:59:59 UTC
    assert_day(*state, "America/Havana", 1730606400, "2024-11-03");
    assert_day(*state, "America/Havana", 1730610000, "2024-11-03"); // midnight again
    assert_day(*state, "America/Havana", 1730696399, "2024-11-03");
    assert_day(*state, "America/Havana", 1730696400, "2024-11-04");
    assert_day(*state, "Atlantic/Azores", 1729987199, "2024-10-26"); // 2024-10-26 23:59:59 UTC
    assert_day(*state, "Atlantic/Azores", 1729987200, "2024-10-27");
}

static void a_period_may_be_instants(void **state)
{
    StoreFixture *fixture = *state;
    static char zone[] = "UTC";
    static char day_pattern[] = "%d.%m.%Y";
    static char instant_pattern[] = "%d.%m.%Y %H:%M %z";
    const struct {
        Layout layout;
        bool has_days;
    } cases[] = {
        {{.columns = {[COLUMN_PERIOD] = {.position = 1}}}, true},
        {{.columns = {[COLUMN_PERIOD_FROM] = {.position = 1}, [COLUMN_PERIOD_TO] = {.position = 2}},
          .time_format = TIME_UNIX_SECONDS},
         true},
        {{.columns = {[COLUMN_PERIOD] = {.position = 1}},
          .time_format = TIME_PATTERN,
          .time_pattern = instant_pattern},
         true},
        {{.columns = {[COLUMN_PERIOD] = {.position = 1}},
          .time_format = TIME_PATTERN,
          .time_pattern = day_pattern},
         false},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Feed feed = {.zone = zone, .layout = cases[i].layout};
        DayTables *tables = day_tables_new();
        const DayTable *table = NULL;

        assert_ok(fixture, day_tables_get(tables, fixture->store, &feed, &table, &fixture->error));
        assert_int_equal(table->count > 0, cases[i].has_days);
        day_tables_free(tables);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_day_begins_at_midnight),
        STORE_TEST(a_day_without_midnight_begins_behind_it),
        STORE_TEST(a_day_with_two_midnights_begins_at_the_first),
        STORE_TEST(a_period_may_be_instants),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
