#include "base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void an_error_has_its_status_and_message(void **state)
{
    (void)state;
    Error error = {0};

    assert_int_equal(error_set(&error, STATUS_DATA, "line %d: found \"%s\"", 7, "x"), STATUS_DATA);
    assert_int_equal(error.status, STATUS_DATA);
    assert_string_equal(error.message, "line 7: found \"x\"");
    error_clear(&error);
    assert_int_equal(error.status, STATUS_OK);
    assert_string_equal(error.message, "");
}

static void a_message_that_is_too_long_is_cut(void **state)
{
    (void)state;
    Error error = {0};
    char *text = malloc(5000);

    assert_non_null(text);
    memset(text, 'x', 4999);
    text[4999] = '\0';
    assert_int_equal(error_set(&error, STATUS_DATA, "%s", text), STATUS_DATA);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    error_context(&error, "context");
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_memory_equal(error.message, "context: xxx", 12);
    errno = EIO;
    assert_int_equal(error_set_errno(&error, STATUS_CANNOT_READ, "%s", text), STATUS_CANNOT_READ);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    error_context(&error, "%s", text);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    free(text);
}

static void context_goes_in_front_and_keeps_the_status(void **state)
{
    (void)state;
    Error error = {0};

    assert_int_equal(error_set(&error, STATUS_BUSY, "locked"), STATUS_BUSY);
    error_context(&error, "feed \"%s\"", "a");
    error_context(&error, "night");
    assert_string_equal(error.message, "night: feed \"a\": locked");
    assert_int_equal(error.status, STATUS_BUSY);
}

static Status status_of_errno(int number, Status status)
{
    Error error = {0};

    errno = number;
    status = error_set_errno(&error, status, "could not open \"%s\"", "f");
    assert_int_equal(error.status, status);
    assert_memory_equal(error.message, "could not open \"f\": ", 20);
    assert_string_equal(error.message + 20, strerror(number));
    return status;
}

static void errno_says_what_is_missing_and_what_is_forbidden(void **state)
{
    (void)state;
    assert_int_equal(status_of_errno(EIO, STATUS_CANNOT_READ), STATUS_CANNOT_READ);
    assert_int_equal(status_of_errno(ENOENT, STATUS_CANNOT_READ), STATUS_NO_INPUT);
    assert_int_equal(status_of_errno(EACCES, STATUS_CANNOT_READ), STATUS_PERMISSION);
    assert_int_equal(status_of_errno(EPERM, STATUS_CANNOT_WRITE), STATUS_PERMISSION);
    assert_int_equal(status_of_errno(ENOSPC, STATUS_CANNOT_WRITE), STATUS_CANNOT_WRITE);
    assert_int_equal(status_of_errno(ENOENT, STATUS_CANNOT_WRITE), STATUS_CANNOT_WRITE);
}

static void the_worst_status_wins_whatever_the_order(void **state)
{
    (void)state;
    // Worst first, as the README lists them.
    static const Status order[] = {
        STATUS_MEMORY,     STATUS_BUG,          STATUS_CONFIG,      STATUS_USAGE,
        STATUS_PERMISSION, STATUS_CANNOT_WRITE, STATUS_UNAVAILABLE, STATUS_CANNOT_READ,
        STATUS_BUSY,       STATUS_NO_INPUT,     STATUS_DATA,        STATUS_OK,
    };

    for (size_t i = 0; i < COUNT_OF(order); i++)
        for (size_t j = i; j < COUNT_OF(order); j++) {
            assert_int_equal(status_worse(order[i], order[j]), order[i]);
            assert_int_equal(status_worse(order[j], order[i]), order[i]);
        }
}

static Status fail_at(int step, int *out_reached, Error *error)
{
    Status status = STATUS_OK;

    *out_reached = 1;
    TRY(step == 1 ? error_set(error, STATUS_DATA, "one") : STATUS_OK);
    *out_reached = 2;
    TRY(step == 2 ? error_set(error, STATUS_BUSY, "two") : STATUS_OK);
    *out_reached = 3;

cleanup:
    *out_reached += 10;
    return status;
}

static void try_leaves_at_the_first_failure_by_the_cleanup(void **state)
{
    (void)state;
    Error error = {0};
    int reached = 0;

    assert_int_equal(fail_at(1, &reached, &error), STATUS_DATA);
    assert_int_equal(reached, 11);
    assert_int_equal(fail_at(2, &reached, &error), STATUS_BUSY);
    assert_int_equal(reached, 12);
    assert_int_equal(fail_at(0, &reached, &error), STATUS_OK);
    assert_int_equal(reached, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_has_its_status_and_message),
        cmocka_unit_test(a_message_that_is_too_long_is_cut),
        cmocka_unit_test(context_goes_in_front_and_keeps_the_status),
        cmocka_unit_test(errno_says_what_is_missing_and_what_is_forbidden),
        cmocka_unit_test(the_worst_status_wins_whatever_the_order),
        cmocka_unit_test(try_leaves_at_the_first_failure_by_the_cleanup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
