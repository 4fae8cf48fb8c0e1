#include "payout/run_folder.h"

#include "base/files.h"
#include "support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_run_has_its_number_as_name(void **state)
{
    int64_t run = 0;
    char *path = run_folder_path("payouts", 7);
    char *long_path = run_folder_path("payouts", 12345678);

    (void)state;
    assert_string_equal(path, "payouts/000007");
    assert_true(run_folder_number(path_name(path), &run));
    assert_int_equal(run, 7);
    assert_string_equal(long_path, "payouts/12345678");
    assert_true(run_folder_number(path_name(long_path), &run));
    assert_int_equal(run, 12345678);
    free(path);
    free(long_path);
}

static void another_folder_is_no_run(void **state)
{
    static const char *const names[] = {"7",        "00007",  ".000007.tmp",          "00000a",
                                        "0000007x", "-00007", "99999999999999999999", ""};
    int64_t run = 3;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_false(run_folder_number(names[i], &run));
    assert_int_equal(run, 3);
}

static void begin(char **out_folder)
{
    Error error = {0};

    if (run_folder_begin("payouts", 7, out_folder, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void what_a_crash_left_is_not_published(void **state)
{
    Error error = {0};
    char *folder = NULL;

    (void)state;
    scratch_file("payouts/.000007.tmp/lines.csv.gz", "half");
    scratch_file("payouts/.000007.tmp/.payments.csv.Xy12Az", "half");
    begin(&folder);
    scratch_file("payouts/.000007.tmp/payments.csv", "whole");
    assert_int_equal(run_folder_publish("payouts", 7, &error), STATUS_OK);
    assert_true(file_exists("payouts/000007/payments.csv"));
    assert_false(file_exists("payouts/000007/lines.csv.gz"));
    assert_false(file_exists("payouts/000007/.payments.csv.Xy12Az"));
    free(folder);
}

static void nothing_that_is_there_is_overwritten(void **state)
{
    Error error = {0};
    char *folder = NULL;
    char *bytes = NULL;
    size_t size_bytes = 0;

    (void)state;
    scratch_file("payouts/000007/payments.csv", "paid");
    begin(&folder);
    scratch_file("payouts/.000007.tmp/payments.csv", "other");
    assert_int_equal(run_folder_publish("payouts", 7, &error), STATUS_CANNOT_WRITE);
    assert_non_null(strstr(error.message, "payouts/000007"));
    assert_int_equal(file_read("payouts/000007/payments.csv", 100, &bytes, &size_bytes, &error),
                     STATUS_OK);
    assert_string_equal(bytes, "paid");
    assert_int_equal(run_folder_discard("payouts", 7, &error), STATUS_OK);
    assert_false(file_exists("payouts/.000007.tmp/payments.csv"));
    free(bytes);
    free(folder);
}

#define FOLDER_TEST(test) \
    cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_has_its_number_as_name),
        cmocka_unit_test(another_folder_is_no_run),
        FOLDER_TEST(what_a_crash_left_is_not_published),
        FOLDER_TEST(nothing_that_is_there_is_overwritten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
