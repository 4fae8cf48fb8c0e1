#include "support/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What waits, as `suspense` lists it and `status` tells it.

// They do not wait for a rate or a split; nor where they were added to some that are monetised, and all
// of these were taken back.
static void streams_that_are_not_monetised_are_not_left_in_suspense(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.recording('DEA120000007');"
                        "SELECT seed.track('" UPC_2 "', 'DEA120000007', true)");
    money_batch(night, "2026-11-01", "'- DEA120000007 DE free 10 0 -'");
    money_batch(night, "2026-11-01", "'- DEA120000007 DE free 5 2 -'");
    money_accrue(night);
    assert_waiting(night, "no_split 15 2 0.006 EUR");
    money_batch(night, "2026-11-01", "'- DEA120000007 DE free -10 0 -'");
    money_accrue(night);
    money_batch(night, "2026-11-01", "'- DEA120000007 DE free -5 -2 -'");
    money_accrue(night);

    const json_t *suspense = night_run_json(night, 0, "tidemark-suspense", NULL);

    assert_int_equal(json_array_size(json_object_get(suspense, "waiting")), 0);
    assert_int_equal(json_array_size(json_object_get(suspense, "totals")), 0);
    night_run(night, 0, "tidemark-status", NULL);
    assert_null(strstr(night_out(night), "suspense"));
    assert_owed(night);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(streams_that_are_not_monetised_are_not_left_in_suspense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
