#include "store/store.h"

#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

STATEMENT(one, "SELECT 1 AS one");

static void each_kind_of_parameter_arrives(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(as_small, "SELECT $1::smallint");
    STATEMENT(as_big, "SELECT $1::bigint");
    STATEMENT(as_bool, "SELECT $1::boolean");
    STATEMENT(as_text, "SELECT $1::text");
    STATEMENT(as_numeric, "SELECT $1::numeric * 10");
    STATEMENT(as_date, "SELECT $1::date - 1");
    STATEMENT(as_bytea, "SELECT encode($1::bytea, 'hex')");
    STATEMENT(is_null, "SELECT $1::text IS NULL");

    assert_query(fixture, &as_small, PARAMS(param_int64(-32768)), "-32768");
    assert_query(fixture, &as_big, PARAMS(param_int64(INT64_MIN)), "-9223372036854775808");
    assert_query(fixture, &as_bool, PARAMS(param_bool(true)), "t");
    assert_query(fixture, &as_bool, PARAMS(param_bool(false)), "f");
    assert_query(fixture, &as_text, PARAMS(param_text("ä'\"\\x; --")), "ä'\"\\x; --");
    assert_query(fixture, &as_text, PARAMS(param_text("")), "");
    assert_query(fixture, &as_numeric, PARAMS(param_text("0.00000000000000000000001")),
                 "0.00000000000000000000010");
    assert_query(fixture, &as_date, PARAMS(param_day(0)), "1969-12-31");
    assert_query(fixture, &as_bytea, PARAMS(param_bytes("\0\377\\", 3)), "00ff5c");
    assert_query(fixture, &as_bytea, PARAMS(param_bytes("", 0)), "");
    assert_query(fixture, &is_null, PARAMS(param_null()), "t");
    assert_query(fixture, &is_null, PARAMS(param_text(NULL)), "t");
    assert_query(fixture, &as_date, PARAMS(param_day(DAY_NONE)), NULL);
    assert_query(fixture, &as_bytea, PARAMS(param_bytes(NULL, 0)), NULL);
}

static void arrays_arrive_element_by_element(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(numbers, "SELECT array_to_string($1::bigint[], ' ') || cardinality($1::bigint[])");
    STATEMENT(small_numbers, "SELECT array_to_string($1::smallint[], ' ')");
    STATEMENT(texts, "SELECT string_agg(coalesce('<' || t || '>', 'null'), ' ' ORDER BY n)"
                     "  FROM unnest($1::text[]) WITH ORDINALITY AS u(t, n)");
    static const int64_t some[] = {INT64_MIN, 0, INT64_MAX};
    static const int64_t few[] = {-3, 7};
    static const char *const words[] = {"a,b", "{c}", "\"d\"", "\\e\\", "NULL",
                                        NULL,  "",    " f ",   "g\nh"};

    assert_query(fixture, &numbers, PARAMS(param_int64_array(some, 3)),
                 "-9223372036854775808 0 92233720368547758073");
    assert_query(fixture, &numbers, PARAMS(param_int64_array(NULL, 0)), "0");
    assert_query(fixture, &small_numbers, PARAMS(param_int64_array(few, 2)), "-3 7");
    assert_query(fixture, &texts, PARAMS(param_text_array(words, COUNT_OF(words))),
                 "<a,b> <{c}> <\"d\"> <\\e\\> <NULL> null <> < f > <g\nh>");
    assert_query(fixture, &texts, PARAMS(param_text_array(NULL, 0)), NULL);
}

STATEMENT(all_kinds,
          "SELECT n AS number, n % 2 = 0 AS is_even, repeat('x', n) AS text,"
          "       date '2024-02-28' + n AS day, decode(repeat('0aff', n), 'hex') AS bytes,"
          "       n::numeric / 8 AS amount, NULL::bigint AS no_number, NULL::boolean AS no_bool,"
          "       NULL::text AS no_text, NULL::date AS no_day, NULL::bytea AS no_bytes"
          "  FROM generate_series(0, $1::integer) AS n ORDER BY n");

static void rows_give_typed_values(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;
    Day leap_day = 0;

    assert_ok(fixture, store_query(fixture->store, &all_kinds, PARAMS(param_int64(2)), &rows,
                                   &fixture->error));
    assert_true(day_from_date(2024, 2, 29, &leap_day));
    assert_int_equal(rows_count(rows), 3);
    assert_int_equal(rows_column_count(rows), 11);
    assert_string_equal(rows_column_name(rows, 5), "amount");
    assert_int_equal(rows_int64(rows, 1, "number"), 1);
    assert_false(rows_bool(rows, 1, "is_even"));
    assert_true(rows_bool(rows, 2, "is_even"));
    assert_string_equal(rows_text(rows, 2, "text"), "xx");
    assert_string_equal(rows_text(rows, 0, "text"), "");
    assert_int_equal(rows_day(rows, 1, "day"), leap_day);
    assert_string_equal(rows_text(rows, 1, "amount"), "0.12500000000000000000");
    assert_int_equal(rows_bytes(rows, 0, "bytes").size_bytes, 0);
    assert_non_null(rows_bytes(rows, 0, "bytes").bytes);
    assert_int_equal(rows_bytes(rows, 2, "bytes").size_bytes, 4);
    assert_memory_equal(rows_bytes(rows, 2, "bytes").bytes, "\x0a\xff\x0a\xff", 4);
    rows_free(rows);
}

static void arrays_of_numbers_come_as_they_are(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(arrays,
              "SELECT '{1,-2,9223372036854775807,-9223372036854775808}'::bigint[] AS whole, "
              "'{0.50,-3,12345678901234567890.1}'::numeric[] AS amounts, "
              "'{}'::integer[] AS none");
    static const int64_t expected[] = {1, -2, INT64_MAX, INT64_MIN};
    static const char *const expected_texts[] = {"0.50", "-3", "12345678901234567890.1"};
    int64_t numbers[4] = {0};
    Slice texts[3] = {{0}};
    Rows *rows = NULL;

    assert_ok(fixture, store_query(fixture->store, &arrays, NO_PARAMS, &rows, &fixture->error));
    rows_int64_array(rows, 0, "whole", numbers, COUNT_OF(numbers));
    assert_memory_equal(numbers, expected, sizeof expected);
    rows_number_array(rows, 0, "amounts", texts, COUNT_OF(texts));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_true(slice_equals_text(texts[i], expected_texts[i]));
    rows_int64_array(rows, 0, "none", numbers, 0);
    rows_number_array(rows, 0, "none", texts, 0);
    rows_free(rows);
}

static void what_was_sent_is_received_later(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(fails, "SELECT 1 / $1::integer AS none");
    Rows *rows = NULL;

    assert_ok(fixture,
              store_send(fixture->store, &all_kinds, PARAMS(param_int64(2)), &fixture->error));
    assert_ok(fixture, store_receive(fixture->store, &rows, &fixture->error));
    assert_int_equal(rows_count(rows), 3);
    rows_free(rows);
    rows = NULL;
    assert_ok(fixture, store_send(fixture->store, &fails, PARAMS(param_int64(0)), &fixture->error));
    assert_int_equal(store_receive(fixture->store, &rows, &fixture->error), STATUS_BUG);
    assert_null(rows);
    assert_string_equal(store_sqlstate(fixture->store), "22012");
}

static void what_nobody_receives_ends_with_the_transaction(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture,
              store_send(fixture->store, &all_kinds, PARAMS(param_int64(1000)), &fixture->error));
    store_rollback(fixture->store);
    assert_ok(fixture, store_query(fixture->store, &all_kinds, PARAMS(param_int64(0)), &rows,
                                   &fixture->error));
    assert_int_equal(rows_count(rows), 1);
    rows_free(rows);
}

static void null_is_told_from_its_like(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;

    assert_ok(fixture, store_query(fixture->store, &all_kinds, PARAMS(param_int64(0)), &rows,
                                   &fixture->error));
    assert_false(rows_is_null(rows, 0, "number"));
    assert_true(rows_is_null(rows, 0, "no_number"));
    assert_int_equal(rows_int64(rows, 0, "no_number"), 0);
    assert_false(rows_bool(rows, 0, "no_bool"));
    assert_null(rows_text(rows, 0, "no_text"));
    assert_int_equal(rows_day(rows, 0, "no_day"), DAY_NONE);
    assert_null(rows_bytes(rows, 0, "no_bytes").bytes);
    rows_free(rows);
    rows_free(NULL);
}

static void bytes_of_every_value_come_back(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(echo_bytes, "SELECT $1::bytea AS bytes");
    char bytes[512];
    Rows *rows = NULL;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    assert_ok(fixture,
              store_query_row(fixture->store, &echo_bytes, PARAMS(param_bytes(bytes, sizeof bytes)),
                              &rows, &fixture->error));
    assert_int_equal(rows_bytes(rows, 0, "bytes").size_bytes, sizeof bytes);
    assert_memory_equal(rows_bytes(rows, 0, "bytes").bytes, bytes, sizeof bytes);
    rows_free(rows);
}

static void a_statement_says_how_many_rows_it_changed(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(make_table, "CREATE TEMPORARY TABLE other (number bigint)");
    STATEMENT(add_many, "INSERT INTO pg_temp.other SELECT generate_series(1, $1::integer)");
    int64_t affected = -1;

    assert_ok(fixture,
              store_execute(fixture->store, &make_table, NO_PARAMS, &affected, &fixture->error));
    assert_int_equal(affected, 0);
    assert_ok(fixture, store_execute(fixture->store, &add_many, PARAMS(param_int64(5)), &affected,
                                     &fixture->error));
    assert_int_equal(affected, 5);
}

static void one_row_means_one(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(some_rows, "SELECT generate_series(1, $1::integer)");
    Rows *rows = NULL;

    assert_int_equal(
        store_query_row(fixture->store, &some_rows, PARAMS(param_int64(0)), &rows, &fixture->error),
        STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"some_rows\": gave 0 rows, expected one");
    assert_int_equal(
        store_query_row(fixture->store, &some_rows, PARAMS(param_int64(2)), &rows, &fixture->error),
        STATUS_BUG);
    assert_null(rows);
}

typedef struct Sum {
    int64_t sum;
    int64_t stop_at;
} Sum;

static Status add_to_sum(void *context, const Rows *rows, size_t row, Error *error)
{
    Sum *sum = context;

    sum->sum += rows_int64(rows, row, "number");
    if (sum->stop_at == rows_int64(rows, row, "number"))
        return error_set(error, STATUS_CANNOT_WRITE, "enough");
    return STATUS_OK;
}

STATEMENT(many, "SELECT 100 / (number - $2::bigint), number"
                "  FROM generate_series(1, $1::bigint) AS number");

static void a_large_result_is_read_through(void **state)
{
    StoreFixture *fixture = *state;
    Sum sum = {0};

    assert_ok(fixture,
              store_query_each(fixture->store, &many, PARAMS(param_int64(100000), param_int64(0)),
                               add_to_sum, &sum, &fixture->error));
    assert_int_equal(sum.sum, INT64_C(5000050000));
}

static void reading_stops_where_its_reader_says_so(void **state)
{
    StoreFixture *fixture = *state;
    Sum sum = {.stop_at = 3};

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_int_equal(store_query_each(fixture->store, &many,
                                      PARAMS(param_int64(100000), param_int64(0)), add_to_sum, &sum,
                                      &fixture->error),
                     STATUS_CANNOT_WRITE);
    assert_string_equal(fixture->error.message, "enough");
    assert_int_equal(sum.sum, 6);
    assert_query(fixture, &one, NO_PARAMS, "1"); // the transaction is still good
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
}

static void a_failure_amid_a_large_result_is_told(void **state)
{
    StoreFixture *fixture = *state;
    Sum sum = {0};

    assert_int_equal(store_query_each(fixture->store, &many,
                                      PARAMS(param_int64(100000), param_int64(50000)), add_to_sum,
                                      &sum, &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message, "statement \"many\": division by zero (22012)");
    store_fixture_lose(fixture);
    assert_int_equal(store_query_each(fixture->store, &many, PARAMS(param_int64(1), param_int64(0)),
                                      add_to_sum, &sum, &fixture->error),
                     STATUS_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(each_kind_of_parameter_arrives),
        STORE_TEST(arrays_arrive_element_by_element),
        STORE_TEST(rows_give_typed_values),
        STORE_TEST(arrays_of_numbers_come_as_they_are),
        STORE_TEST(what_was_sent_is_received_later),
        STORE_TEST(what_nobody_receives_ends_with_the_transaction),
        STORE_TEST(null_is_told_from_its_like),
        STORE_TEST(bytes_of_every_value_come_back),
        STORE_TEST(a_statement_says_how_many_rows_it_changed),
        STORE_TEST(one_row_means_one),
        STORE_TEST(a_large_result_is_read_through),
        STORE_TEST(reading_stops_where_its_reader_says_so),
        STORE_TEST(a_failure_amid_a_large_result_is_told),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
