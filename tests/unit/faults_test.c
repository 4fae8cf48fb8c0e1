#include "settings/faults.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void no_fault_is_no_error(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};

    assert_int_equal(faults_status(&faults, STATUS_CONFIG, &error), STATUS_OK);
    assert_string_equal(error.message, "");
    faults_free(&faults);
    faults_free(NULL);
}

static void all_faults_are_told_at_once_each_with_its_line(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};

    faults_add(&faults, "a.yaml", 3, "unknown key \"%s\"", "x");
    faults_add(&faults, "b.yaml", 0, "a key is missing");
    assert_int_equal(faults_status(&faults, STATUS_CONFIG, &error), STATUS_CONFIG);
    assert_int_equal(error.status, STATUS_CONFIG);
    assert_string_equal(error.message, "a.yaml:3: unknown key \"x\"\nb.yaml: a key is missing");
    faults_free(&faults);
    assert_int_equal(faults.count, 0);
}

static void what_an_error_cannot_hold_is_counted(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};

    for (int i = 1; i <= 1000; i++)
        faults_add(&faults, "releases.csv", i, "a fault of thirty letters or so");
    assert_int_equal(faults_status(&faults, STATUS_DATA, &error), STATUS_DATA);

    size_t lines = 1;

    for (const char *at = strchr(error.message, '\n'); at != NULL; at = strchr(at + 1, '\n'))
        lines++;

    char *last = text_format("so\nand %zu more", 1000 - (lines - 1));

    assert_true(text_ends_with(error.message, last));
    free(last);
    faults_free(&faults);
}

static void beyond_those_that_are_kept_faults_are_counted(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {.kept_max = 2};

    for (int i = 1; i <= 1000; i++)
        faults_add(&faults, "releases.csv", i, "a fault");
    assert_int_equal(faults.count, 2);
    assert_int_equal(faults_status(&faults, STATUS_DATA, &error), STATUS_DATA);
    assert_string_equal(error.message,
                        "releases.csv:1: a fault\nreleases.csv:2: a fault\nand 998 more");
    faults_free(&faults);
}

static void a_fault_that_is_too_long_is_cut(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};
    char message[2 * sizeof error.message];

    memset(message, 'x', sizeof message - 1);
    message[sizeof message - 1] = '\0';
    faults_add(&faults, "a.yaml", 1, "%s", message);
    faults_add(&faults, "a.yaml", 2, "another");
    assert_int_equal(faults_status(&faults, STATUS_CONFIG, &error), STATUS_CONFIG);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_true(text_starts_with(error.message, "a.yaml:1: xxx"));
    faults_free(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_fault_is_no_error),
        cmocka_unit_test(all_faults_are_told_at_once_each_with_its_line),
        cmocka_unit_test(what_an_error_cannot_hold_is_counted),
        cmocka_unit_test(beyond_those_that_are_kept_faults_are_counted),
        cmocka_unit_test(a_fault_that_is_too_long_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
