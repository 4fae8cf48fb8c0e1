#include "support/command.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void output_and_exit_status_are_the_programs(void **state)
{
    (void)state;
    CommandResult result;

    command_run((const char *const[]){"sh", "-c", "echo out; echo err >&2; exit 65", NULL}, NULL,
                &result);
    assert_int_equal(result.status, 65);
    assert_false(result.timed_out);
    assert_string_equal(result.out, "out\n");
    assert_string_equal(result.err, "err\n");
    command_result_free(&result);
}

static void the_environment_is_ours_with_changes(void **state)
{
    (void)state;
    CommandResult result;
    const char *const changes[] = {"ADDED=1", "REMOVED", NULL};

    assert_int_equal(setenv("REMOVED", "x", 1), 0);
    assert_int_equal(setenv("KEPT", "2", 1), 0);
    command_run((const char *const[]){"sh", "-c", "echo $ADDED-${REMOVED-gone}-$KEPT", NULL},
                changes, &result);
    assert_string_equal(result.out, "1-gone-2\n");
    command_result_free(&result);
}

static void more_output_than_a_pipe_holds_blocks_nobody(void **state)
{
    (void)state;
    CommandResult result;

    command_run((const char *const[]){"head", "-c", "1000000", "/dev/zero", NULL}, NULL, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
}

static void what_takes_too_long_is_killed_with_its_children(void **state)
{
    (void)state;
    CommandResult result;
    Command *command =
        command_start((const char *const[]){"sh", "-c", "sleep 30; echo late", NULL}, NULL, NULL);

    command_finish(command, 50, &result);
    assert_true(result.timed_out);
    assert_int_equal(result.status, 128 + SIGKILL);
    assert_string_equal(result.out, "");
    command_result_free(&result);
}

static void a_program_of_the_build_goes_by_its_name(void **state)
{
    (void)state;
    CommandResult result;

    command_run((const char *const[]){"tidemark", "--version", NULL}, NULL, &result);
    assert_int_equal(result.status, 0);
    assert_int_equal(strncmp(result.out, "tidemark ", strlen("tidemark ")), 0);
    command_result_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_exit_status_are_the_programs),
        cmocka_unit_test(the_environment_is_ours_with_changes),
        cmocka_unit_test(more_output_than_a_pipe_holds_blocks_nobody),
        cmocka_unit_test(what_takes_too_long_is_killed_with_its_children),
        cmocka_unit_test(a_program_of_the_build_goes_by_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
