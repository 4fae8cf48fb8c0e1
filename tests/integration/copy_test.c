#include "store/copy.h"

#include "base/memory.h"
#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

STATEMENT(one, "SELECT 1 AS one");
STATEMENT(copy_scalars, "COPY public.scalar (yes, small, medium, big, name, bytes, day, amount)"
                        " FROM STDIN (FORMAT binary)");
STATEMENT(copy_arrays, "COPY public.array_row (big, amount)"
                       " FROM STDIN (FORMAT binary)");
STATEMENT(copy_exacts, "COPY public.exact_row (one, many) FROM STDIN (FORMAT binary)");

static int with_tables(void **state)
{
    scratch_run("DROP TABLE IF EXISTS public.scalar, public.array_row, public.exact_row;"
                "CREATE TABLE public.exact_row (one numeric, many numeric[]);"
                "CREATE TABLE public.scalar (yes boolean, small smallint, medium integer,"
                " big bigint, name text CHECK (name <> 'refused'), bytes bytea, day date,"
                " amount numeric);"
                "CREATE TABLE public.array_row (big bigint[],"
                " amount numeric[])");
    return store_fixture_open(state);
}

static Decimal decimal(const char *text)
{
    Decimal parsed = {{0}};

    assert_int_equal(decimal_parse(slice_of(text), '.', &parsed), DECIMAL_PARSED);
    return parsed;
}

static void add_scalars(StoreFixture *fixture, Copy *copy, const char *name)
{
    Decimal amount = decimal("-12345678901234567890.00000000000000000000000000000000000001");
    Day leap_day = 0;

    assert_true(day_from_date(2024, 2, 29, &leap_day));
    assert_ok(fixture, copy_row(copy, 8, &fixture->error));
    copy_bool(copy, true);
    copy_int16(copy, INT16_MIN);
    copy_int32(copy, INT32_MIN);
    copy_int64(copy, INT64_MIN);
    copy_text(copy, slice_of(name));
    copy_bytes(copy, (Slice){"\0\\\377", 3});
    copy_day(copy, leap_day);
    copy_numeric(copy, &amount);
}

static void each_type_arrives_as_it_was(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;
    int64_t rows = 0;

    assert_ok(fixture, copy_begin(fixture->store, &copy_scalars, &copy, &fixture->error));
    add_scalars(fixture, copy, "ä\n\t\\N");
    assert_ok(fixture, copy_end(copy, &rows, &fixture->error));
    copy_free(copy);
    assert_int_equal(rows, 1);
    assert_value("SELECT concat_ws(' ', yes, small, medium, big, bytes, day, amount) FROM scalar",
                 "t -32768 -2147483648 -9223372036854775808 \\x005cff 2024-02-29 "
                 "-12345678901234567890.00000000000000000000000000000000000001");
    assert_value("SELECT name FROM scalar", "ä\n\t\\N");
}

static void bounds_and_empty_values_arrive(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;
    Decimal zero = decimal("0");

    assert_ok(fixture, copy_begin(fixture->store, &copy_scalars, &copy, &fixture->error));
    assert_ok(fixture, copy_row(copy, 8, &fixture->error));
    copy_bool(copy, false);
    copy_int16(copy, INT16_MAX);
    copy_int32(copy, INT32_MAX);
    copy_int64(copy, INT64_MAX);
    copy_text(copy, (Slice){"", 0});
    copy_bytes(copy, (Slice){NULL, 0});
    copy_day(copy, DAY_MIN);
    copy_numeric(copy, &zero);
    assert_ok(fixture, copy_row(copy, 8, &fixture->error));
    for (int i = 0; i < 8; i++)
        copy_null(copy);
    assert_ok(fixture, copy_end(copy, NULL, &fixture->error));
    copy_free(copy);
    assert_value("SELECT concat_ws(' ', yes, small, medium, big, '[' || name || ']',"
                 " '[' || bytes::text || ']', day, amount) FROM scalar WHERE yes IS NOT NULL",
                 "f 32767 2147483647 9223372036854775807 [] [\\x] 1900-01-01 0");
    assert_value("SELECT num_nulls(yes, small, medium, big, name, bytes, day, amount)"
                 "  FROM scalar WHERE yes IS NULL",
                 "8");
}

static void arrays_arrive_as_they_were(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;
    static const int64_t big[] = {INT64_MIN, INT64_MAX};
    Decimal amounts[] = {decimal("0.0001"), decimal("-10000"), decimal("1.5e20")};

    assert_ok(fixture, copy_begin(fixture->store, &copy_arrays, &copy, &fixture->error));
    assert_ok(fixture, copy_row(copy, 2, &fixture->error));
    copy_int64_array(copy, big, COUNT_OF(big));
    copy_numeric_array(copy, amounts, COUNT_OF(amounts));
    assert_ok(fixture, copy_row(copy, 2, &fixture->error));
    copy_int64_array(copy, NULL, 0);
    copy_numeric_array(copy, NULL, 0);
    assert_ok(fixture, copy_end(copy, NULL, &fixture->error));
    copy_free(copy);
    assert_value("SELECT string_agg(concat_ws(' ', big, amount), ' | ' ORDER BY"
                 " cardinality(big) DESC) FROM array_row",
                 "{-9223372036854775808,9223372036854775807} "
                 "{0.0001,-10000,150000000000000000000} | {} {}");
}

static void exact_numbers_arrive_digit_by_digit(void **state)
{
    StoreFixture *fixture = *state;
    static const char *const texts[] = {
        "0", "-12345678901234567890.000000000000000000000000000000000000000001", "0.0031", "70000"};
    Exact exacts[COUNT_OF(texts)];
    Copy *copy = NULL;

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_true(exact_parse(slice_of(texts[i]), &exacts[i]));
    assert_ok(fixture, copy_begin(fixture->store, &copy_exacts, &copy, &fixture->error));
    assert_ok(fixture, copy_row(copy, 2, &fixture->error));
    copy_exact(copy, &exacts[1]);
    copy_exact_array(copy, exacts, COUNT_OF(exacts));
    assert_ok(fixture, copy_end(copy, NULL, &fixture->error));
    copy_free(copy);
    assert_value("SELECT one || ' ' || array_to_string(many, ' ') FROM exact_row",
                 "-12345678901234567890.000000000000000000000000000000000000000001 "
                 "0 -12345678901234567890.000000000000000000000000000000000000000001 0.0031 70000");
}

// So many rows that they are sent while more are made; the status of the last one.
static Status add_many(StoreFixture *fixture, Copy *copy)
{
    enum { ROWS = 100, NUMBERS = 20000 };
    int64_t *numbers = MEMORY_NEW(int64_t, NUMBERS);
    Status status = STATUS_OK;

    for (int row = 0; row < ROWS && status == STATUS_OK; row++) {
        status = copy_row(copy, 2, &fixture->error);
        if (status != STATUS_OK)
            break;
        copy_int64_array(copy, numbers, NUMBERS);
        copy_null(copy);
    }
    free(numbers);
    return status;
}

static void a_copy_that_is_left_while_it_is_sent_leaves_nothing(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, copy_begin(fixture->store, &copy_arrays, &copy, &fixture->error));
    assert_ok(fixture, add_many(fixture, copy));
    copy_free(copy);
    store_rollback(fixture->store);
    assert_query(fixture, &one, NO_PARAMS, "1");
    assert_value("SELECT count(*) FROM array_row", "0");
}

static void a_connection_lost_while_rows_are_sent_is_unavailable(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, copy_begin(fixture->store, &copy_arrays, &copy, &fixture->error));
    scratch_run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                "   AND query LIKE 'COPY public.array%' AND pid <> pg_backend_pid()");
    // libpq may keep what the server does not take any more, and tell at the end.
    if (add_many(fixture, copy) == STATUS_OK)
        assert_int_equal(copy_end(copy, NULL, &fixture->error), STATUS_UNAVAILABLE);
    assert_int_equal(fixture->error.status, STATUS_UNAVAILABLE);
    copy_free(copy);
    store_rollback(fixture->store);
    assert_ok(fixture, store_reconnect(fixture->store, &fixture->error));
    assert_query(fixture, &one, NO_PARAMS, "1");
}

static void more_than_a_message_arrives_in_order(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;
    int64_t rows = 0;
    enum { ROWS = 40, NUMBERS = 20000 };
    int64_t *numbers = MEMORY_NEW(int64_t, NUMBERS);

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, copy_begin(fixture->store, &copy_arrays, &copy, &fixture->error));
    for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < NUMBERS; i++)
            numbers[i] = (int64_t)row * NUMBERS + i;
        assert_ok(fixture, copy_row(copy, 2, &fixture->error));
        copy_int64_array(copy, numbers, NUMBERS);
        copy_null(copy);
    }
    free(numbers);
    assert_ok(fixture, copy_end(copy, &rows, &fixture->error));
    copy_free(copy);
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
    assert_int_equal(rows, ROWS);
    assert_value("SELECT concat_ws(' ', count(*), count(DISTINCT n), sum(n), max(n))"
                 "  FROM array_row, unnest(big) AS n",
                 "800000 800000 319999600000 799999");
}

static void a_copy_that_is_left_fails_its_transaction(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, copy_begin(fixture->store, &copy_scalars, &copy, &fixture->error));
    add_scalars(fixture, copy, "left");
    copy_free(copy);
    assert_int_equal(store_commit(fixture->store, &fixture->error), STATUS_BUG);
    assert_query(fixture, &one, NO_PARAMS, "1");
    assert_value("SELECT count(*) FROM scalar", "0");
    copy_free(NULL);
}

static void a_rollback_ends_a_copy_too(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, copy_begin(fixture->store, &copy_scalars, &copy, &fixture->error));
    add_scalars(fixture, copy, "left");
    store_rollback(fixture->store);
    assert_false(store_in_transaction(fixture->store));
    copy_free(copy);
    assert_query(fixture, &one, NO_PARAMS, "1");
    assert_value("SELECT count(*) FROM scalar", "0");
}

static void a_row_that_the_table_refuses_shows_at_the_end(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;
    int64_t rows = -1;

    assert_ok(fixture, copy_begin(fixture->store, &copy_scalars, &copy, &fixture->error));
    add_scalars(fixture, copy, "refused");
    assert_int_equal(copy_end(copy, &rows, &fixture->error), STATUS_BUG);
    assert_string_equal(store_sqlstate(fixture->store), "23514");
    assert_non_null(strstr(fixture->error.message, "statement \"copy_scalars\": new row for "));
    assert_int_equal(rows, -1);
    copy_free(copy);
    assert_query(fixture, &one, NO_PARAMS, "1");
}

static void a_copy_into_no_table_is_our_bug(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(copy_nowhere, "COPY public.nowhere FROM STDIN (FORMAT binary)");
    Copy *copy = NULL;

    assert_int_equal(copy_begin(fixture->store, &copy_nowhere, &copy, &fixture->error), STATUS_BUG);
    assert_string_equal(
        fixture->error.message,
        "statement \"copy_nowhere\": relation \"public.nowhere\" does not exist (42P01)");
    assert_null(copy);
}

static void a_connection_lost_in_a_copy_is_unavailable(void **state)
{
    StoreFixture *fixture = *state;
    Copy *copy = NULL;
    Status status = STATUS_OK;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, copy_begin(fixture->store, &copy_scalars, &copy, &fixture->error));
    scratch_run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                "   AND query LIKE 'COPY public.scalar%' AND pid <> pg_backend_pid()");
    add_scalars(fixture, copy, "lost");
    status = copy_end(copy, NULL, &fixture->error);
    assert_int_equal(status, STATUS_UNAVAILABLE);
    copy_free(copy);
    store_rollback(fixture->store);
    assert_ok(fixture, store_reconnect(fixture->store, &fixture->error));
    assert_query(fixture, &one, NO_PARAMS, "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_WITH(each_type_arrives_as_it_was, with_tables),
        STORE_TEST_WITH(bounds_and_empty_values_arrive, with_tables),
        STORE_TEST_WITH(arrays_arrive_as_they_were, with_tables),
        STORE_TEST_WITH(exact_numbers_arrive_digit_by_digit, with_tables),
        STORE_TEST_WITH(more_than_a_message_arrives_in_order, with_tables),
        STORE_TEST_WITH(a_copy_that_is_left_while_it_is_sent_leaves_nothing, with_tables),
        STORE_TEST_WITH(a_connection_lost_while_rows_are_sent_is_unavailable, with_tables),
        STORE_TEST_WITH(a_copy_that_is_left_fails_its_transaction, with_tables),
        STORE_TEST_WITH(a_rollback_ends_a_copy_too, with_tables),
        STORE_TEST_WITH(a_row_that_the_table_refuses_shows_at_the_end, with_tables),
        STORE_TEST_WITH(a_copy_into_no_table_is_our_bug, with_tables),
        STORE_TEST_WITH(a_connection_lost_in_a_copy_is_unavailable, with_tables),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
