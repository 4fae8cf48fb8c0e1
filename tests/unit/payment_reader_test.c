#include "payout/payment_reader.h"

#include "base/csv_file.h"
#include "base/files.h"
#include "support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const columns[] = {"request", "account_holder", "net"};

static json_t *read_written(const char *holder)
{
    Error error = {0};
    CsvFile *file = NULL;
    json_t *payments = NULL;

    if (csv_file_open("payments.csv", CSV_PLAIN, columns, COUNT_OF(columns), &file, &error) !=
            STATUS_OK ||
        csv_file_row(file, (CsvCell[]){csv_value("17"), csv_text(holder), csv_value("-0.5")},
                     &error) != STATUS_OK ||
        csv_file_commit(file, NULL, &error) != STATUS_OK ||
        payments_read("payments.csv", &payments, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    csv_file_close(file);
    return payments;
}

static void what_we_write_is_read_as_it_was(void **state)
{
    static const char *const holders[] = {"Køl, Søren (producer)",
                                          "\"7\" edition\"\r\nin two lines",
                                          "=HYPERLINK(A1)",
                                          "-",
                                          "'quoted'",
                                          "",
                                          " blanks "};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(holders); i++) {
        json_t *payments = read_written(holders[i]);
        const json_t *payment = json_array_get(payments, 0);

        assert_int_equal(json_array_size(payments), 1);
        assert_string_equal(json_string_value(json_object_get(payment, "request")), "17");
        assert_string_equal(json_string_value(json_object_get(payment, "account_holder")),
                            holders[i]);
        assert_string_equal(json_string_value(json_object_get(payment, "net")), "-0.5");
        json_decref(payments);
    }
}

static void assert_refused(const char *text, const char *expected)
{
    Error error = {0};
    json_t *payments = NULL;

    scratch_file("payments.csv", text);
    assert_int_equal(payments_read("payments.csv", &payments, &error), STATUS_DATA);
    assert_null(payments);
    assert_string_equal(error.message, expected);
}

static void another_file_is_refused_with_its_row(void **state)
{
    (void)state;
    assert_refused("request,net\r\n1,2\r\n3\r\n",
                   "\"payments.csv\": row 3: a row has not the header's columns");
    assert_refused("request,net\r\n1,2,3\r\n",
                   "\"payments.csv\": row 2: a row has not the header's columns");
    assert_refused("request,net\r\n1,\"2\r\n",
                   "\"payments.csv\": row 1: error parsing data while strict checking enabled");
    assert_refused("request,net\r\n1,\xff\r\n", "\"payments.csv\": row 2: a field is no UTF-8");
}

static void a_file_that_is_not_there_is_told(void **state)
{
    Error error = {0};
    json_t *payments = NULL;

    (void)state;
    assert_int_equal(payments_read("payments.csv", &payments, &error), STATUS_NO_INPUT);
    assert_null(payments);
}

#define FOLDER_TEST(test) \
    cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(what_we_write_is_read_as_it_was),
        FOLDER_TEST(another_file_is_refused_with_its_row),
        FOLDER_TEST(a_file_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
