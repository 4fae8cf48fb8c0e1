/** How many jobs do some work. */
#include "base/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static void as_many_as_were_asked_for_do_it_up_to_the_bound(void **state)
{
    (void)state;
    assert_int_equal(jobs_count(3, 0, 100, 64), 3);
    assert_int_equal(jobs_count(65, 0, 100, 64), 64);
}

static void else_one_a_processor_as_far_as_each_has_enough_to_do(void **state)
{
    (void)state;
    size_t processors = (size_t)sysconf(_SC_NPROCESSORS_ONLN);

    assert_int_equal(jobs_count(0, 0, 100, 64), 1);
    assert_int_equal(jobs_count(0, 199, 100, 64), 1);
    assert_int_equal(jobs_count(0, INT64_MAX, 100, 1024), processors);
    assert_int_equal(jobs_count(0, INT64_MAX, 100, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_as_were_asked_for_do_it_up_to_the_bound),
        cmocka_unit_test(else_one_a_processor_as_far_as_each_has_enough_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
