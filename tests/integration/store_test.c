#include "base/memory.h"
#include "support/scratch.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Each test has a connection of its own, and an error.
typedef struct Fixture {
    Store *store;
    Error error;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = MEMORY_NEW(Fixture, 1);

    fixture->store = scratch_open();
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;

    store_close(fixture->store);
    free(fixture);
    return 0;
}

#define STATEMENT(statement_name, statement_text) \
    static const Statement statement_name = {#statement_name, statement_text}

static void assert_value(const char *sql, const char *expected)
{
    char *value = scratch_value(sql);

    assert_string_equal(value, expected);
    free(value);
}

static void assert_ok(Fixture *fixture, Status status)
{
    if (status != STATUS_OK)
        fail_msg("%s", fixture->error.message);
}

// The first column of the one row that a statement gives, as text; for free().
static char *query_value(Fixture *fixture, const Statement *statement, Params params)
{
    Rows *rows = NULL;

    assert_ok(fixture, store_query_row(fixture->store, statement, params, &rows, &fixture->error));

    char *value = memory_copy_text(rows_text(rows, 0, rows_column_name(rows, 0)));

    rows_free(rows);
    return value;
}

static void assert_query(Fixture *fixture, const Statement *statement, Params params,
                         const char *expected)
{
    char *value = query_value(fixture, statement, params);

    if (expected == NULL)
        assert_null(value);
    else
        assert_string_equal(value, expected);
    free(value);
}

STATEMENT(terminate_me, "SELECT pg_terminate_backend(pg_backend_pid())");
STATEMENT(one, "SELECT 1 AS one");

static void lose_connection(Fixture *fixture)
{
    assert_int_equal(
        store_execute(fixture->store, &terminate_me, NO_PARAMS, NULL, &fixture->error),
        STATUS_UNAVAILABLE);
    error_clear(&fixture->error);
}

// --- connections

STATEMENT(show_session,
          "SELECT concat_ws(' ', current_setting('TimeZone'), current_setting('client_encoding'),"
          " current_setting('DateStyle'), '[' || current_setting('search_path') || ']',"
          " current_setting('application_name'), current_setting('lock_timeout'),"
          " current_setting('client_connection_check_interval'))");

static void a_session_is_set_whatever_the_environment_says(void **state)
{
    Fixture *fixture = *state;
    Store *other = NULL;

    scratch_run("DO $$BEGIN EXECUTE format('ALTER ROLE %I SET search_path = public',"
                " current_user); END$$");
    (void)setenv("PGTZ", "Asia/Tokyo", 1);
    (void)setenv("PGDATESTYLE", "German", 1);
    (void)setenv("PGCLIENTENCODING", "LATIN1", 1);

    Status status = store_open_another(fixture->store, &other, &fixture->error);

    (void)unsetenv("PGTZ");
    (void)unsetenv("PGDATESTYLE");
    (void)unsetenv("PGCLIENTENCODING");
    scratch_run("DO $$BEGIN EXECUTE format('ALTER ROLE %I RESET search_path', current_user);"
                " END$$");
    assert_ok(fixture, status);
    store_close(fixture->store);
    fixture->store = other;
    assert_query(fixture, &show_session, NO_PARAMS,
                 "UTC UTF8 ISO, YMD [] tidemark-test 300ms 10s");
}

STATEMENT(show_lock_timeout, "SELECT current_setting('lock_timeout')");

static void what_pgoptions_says_wins_over_our_timeouts(void **state)
{
    Fixture *fixture = *state;
    Store *other = NULL;

    (void)setenv("PGOPTIONS", "-c lock_timeout=7s", 1);

    Status status = store_open_another(fixture->store, &other, &fixture->error);

    (void)unsetenv("PGOPTIONS");
    assert_ok(fixture, status);
    store_close(fixture->store);
    fixture->store = other;
    assert_query(fixture, &show_lock_timeout, NO_PARAMS, "7s");
}

static void a_server_that_is_not_there_is_unavailable(void **state)
{
    Fixture *fixture = *state;
    Store *store = NULL;
    char *host = memory_copy_text(getenv("PGHOST"));

    (void)setenv("PGHOST", "/nonexistent", 1);

    Status status = store_open(&scratch_options, &store, &fixture->error);

    if (host == NULL)
        (void)unsetenv("PGHOST");
    else
        (void)setenv("PGHOST", host, 1);
    free(host);
    assert_int_equal(status, STATUS_UNAVAILABLE);
    assert_string_equal(fixture->error.message,
                        "could not connect to the database: connection to server on socket "
                        "\"/nonexistent/.s.PGSQL.5432\" failed: No such file or directory");
    assert_null(store);
}

static void a_role_that_is_not_there_has_no_permission(void **state)
{
    Fixture *fixture = *state;
    Store *store = NULL;
    char *user = memory_copy_text(getenv("PGUSER"));

    (void)setenv("PGUSER", "nobody_of_this_name", 1);

    Status status = store_open(&scratch_options, &store, &fixture->error);

    if (user == NULL)
        (void)unsetenv("PGUSER");
    else
        (void)setenv("PGUSER", user, 1);
    free(user);
    assert_int_equal(status, STATUS_PERMISSION);
    assert_non_null(strstr(fixture->error.message, "nobody_of_this_name"));
    assert_null(store);
}

static void a_lost_connection_is_unavailable_and_a_new_one_works(void **state)
{
    Fixture *fixture = *state;

    assert_query(fixture, &one, NO_PARAMS, "1"); // prepared, and to be prepared anew
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    lose_connection(fixture);
    assert_false(store_in_transaction(fixture->store));
    assert_int_equal(store_execute(fixture->store, &one, NO_PARAMS, NULL, &fixture->error),
                     STATUS_UNAVAILABLE);
    assert_ok(fixture, store_reconnect(fixture->store, &fixture->error));
    assert_query(fixture, &one, NO_PARAMS, "1");
    assert_query(fixture, &show_lock_timeout, NO_PARAMS, "300ms");
}

// --- transactions

STATEMENT(add_row, "INSERT INTO public.kept (number) VALUES ($1::bigint)");
STATEMENT(show_commit,
          "SELECT current_setting('synchronous_commit') || ' ' ||"
          " current_setting('transaction_isolation') || ' ' ||"
          " current_setting('transaction_read_only')");

static int with_table(void **state)
{
    scratch_run("DROP TABLE IF EXISTS public.kept;"
                "CREATE TABLE public.kept (number bigint PRIMARY KEY"
                " DEFERRABLE INITIALLY DEFERRED, CHECK (number > 0))");
    return set_up(state);
}

static Status add(Fixture *fixture, int64_t number)
{
    return store_execute(fixture->store, &add_row, PARAMS(param_int64(number)), NULL,
                         &fixture->error);
}

static void what_is_committed_is_kept_and_what_is_not_is_gone(void **state)
{
    Fixture *fixture = *state;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_true(store_in_transaction(fixture->store));
    assert_ok(fixture, add(fixture, 1));
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
    assert_false(store_in_transaction(fixture->store));

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, add(fixture, 2));
    store_rollback(fixture->store);
    assert_false(store_in_transaction(fixture->store));
    store_rollback(fixture->store); // nothing is open: nothing happens

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, add(fixture, 3));
    store_close(fixture->store);
    fixture->store = scratch_open();
    assert_value("SELECT string_agg(number::text, ',') FROM kept", "1");
}

static void a_commit_waits_for_the_disk_even_where_the_role_does_not(void **state)
{
    Fixture *fixture = *state;

    (void)setenv("PGOPTIONS", "-c synchronous_commit=off -c default_transaction_read_only=on", 1);

    Status status = store_reconnect(fixture->store, &fixture->error);

    (void)unsetenv("PGOPTIONS");
    assert_ok(fixture, status);
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_query(fixture, &show_commit, NO_PARAMS, "on read committed off");
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
}

static void a_snapshot_reads_only_and_sees_one_state(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(count_rows, "SELECT count(*) FROM public.kept");

    assert_ok(fixture, store_begin_snapshot(fixture->store, &fixture->error));
    assert_query(fixture, &count_rows, NO_PARAMS, "0");
    scratch_run("INSERT INTO kept VALUES (1)");
    assert_query(fixture, &count_rows, NO_PARAMS, "0");
    assert_int_equal(add(fixture, 2), STATUS_BUG);
    assert_string_equal(store_sqlstate(fixture->store), "25006");
    store_rollback(fixture->store);
}

static void a_failed_transaction_is_not_taken_for_committed(void **state)
{
    Fixture *fixture = *state;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, add(fixture, 1));
    assert_int_equal(add(fixture, -1), STATUS_BUG);
    error_clear(&fixture->error);
    assert_int_equal(store_commit(fixture->store, &fixture->error), STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "could not commit: a statement of the transaction had failed (23514), "
                        "and it was rolled back");
    assert_false(store_commit_unknown(fixture->store));
    assert_value("SELECT count(*) FROM kept", "0");
}

static void a_commit_that_is_refused_is_not_unknown(void **state)
{
    Fixture *fixture = *state;

    scratch_run("INSERT INTO kept VALUES (1)");
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, add(fixture, 1)); // the key is checked at the commit
    assert_int_equal(store_commit(fixture->store, &fixture->error), STATUS_BUG);
    assert_string_equal(store_sqlstate(fixture->store), "23505");
    assert_false(store_commit_unknown(fixture->store));
}

// A deferred trigger ends the backend while it commits: the client hears nothing.
static void a_connection_lost_at_commit_leaves_the_outcome_unknown(void **state)
{
    Fixture *fixture = *state;

    scratch_run("CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END$$;"
                "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON kept DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION die()");
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, add(fixture, 1));
    assert_int_equal(store_commit(fixture->store, &fixture->error), STATUS_UNAVAILABLE);
    assert_true(store_commit_unknown(fixture->store));
    assert_ok(fixture, store_reconnect(fixture->store, &fixture->error));
    assert_true(store_commit_unknown(fixture->store));
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_false(store_commit_unknown(fixture->store));
    scratch_run("DROP FUNCTION public.die CASCADE");
}

static void a_connection_lost_before_commit_has_a_known_outcome(void **state)
{
    Fixture *fixture = *state;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    lose_connection(fixture);
    assert_int_equal(store_commit(fixture->store, &fixture->error), STATUS_UNAVAILABLE);
    assert_false(store_commit_unknown(fixture->store));
}

static void a_unit_that_fails_leaves_the_others(void **state)
{
    Fixture *fixture = *state;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    for (int64_t number = -1; number <= 2; number++) {
        assert_ok(fixture, store_savepoint(fixture->store, &fixture->error));
        if (add(fixture, number) == STATUS_OK)
            assert_ok(fixture, store_release_savepoint(fixture->store, &fixture->error));
        else
            assert_ok(fixture, store_rollback_to_savepoint(fixture->store, &fixture->error));
    }
    // Each was ended, whichever way, so that they do not nest.
    assert_int_equal(store_release_savepoint(fixture->store, &fixture->error), STATUS_BUG);
    assert_string_equal(store_sqlstate(fixture->store), "3B001");
    store_rollback(fixture->store);

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_ok(fixture, store_savepoint(fixture->store, &fixture->error));
    assert_int_equal(add(fixture, 0), STATUS_BUG);
    assert_ok(fixture, store_rollback_to_savepoint(fixture->store, &fixture->error));
    assert_ok(fixture, add(fixture, 7));
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
    assert_value("SELECT string_agg(number::text, ',') FROM kept", "7");
}

// --- errors

static void assert_raises(Fixture *fixture, const char *sqlstate, Status expected)
{
    STATEMENT(raise, "SELECT public.raise($1)");
    Status status = store_execute(fixture->store, &raise, PARAMS(param_text(sqlstate)), NULL,
                                  &fixture->error);

    if (status != expected)
        fail_msg("SQLSTATE %s gave status %d, expected %d", sqlstate, (int)status, (int)expected);
    assert_int_equal(fixture->error.status, expected);
    assert_string_equal(store_sqlstate(fixture->store), sqlstate);
}

static int with_raise(void **state)
{
    scratch_run("CREATE OR REPLACE FUNCTION public.raise(state text) RETURNS void"
                " LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'it''s %', state"
                " USING ERRCODE = state, DETAIL = ' So it is. '; END$$");
    return set_up(state);
}

static void an_sqlstate_says_what_the_caller_can_do(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *sqlstate;
        Status status;
    } cases[] = {
        {"08006", STATUS_UNAVAILABLE}, {"57P01", STATUS_UNAVAILABLE}, {"57P03", STATUS_UNAVAILABLE},
        {"53100", STATUS_UNAVAILABLE}, {"53300", STATUS_UNAVAILABLE}, {"58030", STATUS_UNAVAILABLE},
        {"55P03", STATUS_BUSY},        {"40001", STATUS_BUSY},        {"40P01", STATUS_BUSY},
        {"57014", STATUS_BUSY},        {"42501", STATUS_PERMISSION},  {"28000", STATUS_PERMISSION},
        {"28P01", STATUS_PERMISSION},  {"23505", STATUS_BUG},         {"42601", STATUS_BUG},
        {"40002", STATUS_BUG},         {"TM064", STATUS_USAGE},       {"TM065", STATUS_DATA},
        {"TM066", STATUS_NO_INPUT},    {"TM069", STATUS_UNAVAILABLE}, {"TM070", STATUS_BUG},
        {"TM073", STATUS_CANNOT_WRITE}, {"TM074", STATUS_CANNOT_READ}, {"TM075", STATUS_BUSY},
        {"TM077", STATUS_PERMISSION},  {"TM078", STATUS_CONFIG},      {"TM000", STATUS_BUG},
        {"TM001", STATUS_BUG},         {"TMABC", STATUS_BUG},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_raises(fixture, cases[i].sqlstate, cases[i].status);
}

static void an_error_names_the_statement_and_what_the_server_said(void **state)
{
    Fixture *fixture = *state;

    assert_raises(fixture, "23505", STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"raise\": it's 23505 (23505): So it is");
    // What our own SQL raises is for people to read.
    assert_raises(fixture, "TM075", STATUS_BUSY);
    assert_string_equal(fixture->error.message, "it's TM075: So it is");
}

static void a_typo_in_a_statement_is_our_bug(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(typo, "SELEKT 1");

    assert_int_equal(store_execute(fixture->store, &typo, NO_PARAMS, NULL, &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"typo\": syntax error at or near \"SELEKT\" (42601)");
}

static void a_lock_that_another_holds_is_busy(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(lock_kept, "SELECT count(*) FROM (SELECT FROM public.kept FOR UPDATE) AS locked");

    scratch_run("INSERT INTO kept VALUES (1)");

    Store *holder = scratch_open();

    assert_ok(fixture, store_begin(holder, &fixture->error));
    assert_ok(fixture, store_execute(holder, &lock_kept, NO_PARAMS, NULL, &fixture->error));
    assert_int_equal(store_execute(fixture->store, &lock_kept, NO_PARAMS, NULL, &fixture->error),
                     STATUS_BUSY);
    assert_string_equal(
        fixture->error.message,
        "statement \"lock_kept\": canceling statement due to lock timeout (55P03)");
    store_close(holder);
}

static void one_run_at_a_time_has_a_lock(void **state)
{
    Fixture *fixture = *state;
    StoreLock *first = NULL;
    StoreLock *second = NULL;

    assert_ok(fixture, store_lock(fixture->store, "nightly", &first, &fixture->error));
    assert_int_equal(store_lock(fixture->store, "nightly", &second, &fixture->error), STATUS_BUSY);
    assert_string_equal(fixture->error.message, "another run of \"nightly\" is under way");
    assert_null(second);
    assert_ok(fixture, store_lock(fixture->store, "ingest", &second, &fixture->error));
    store_unlock(second);
    store_unlock(first);
    assert_ok(fixture, store_lock(fixture->store, "nightly", &first, &fixture->error));
    store_unlock(first);
    store_unlock(NULL);
}

// --- parameters and rows

static void each_kind_of_parameter_arrives(void **state)
{
    Fixture *fixture = *state;
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
    assert_query(fixture, &as_text, PARAMS(param_slice((Slice){"abcdef", 3})), "abc");
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

static void a_text_with_a_nul_is_refused_instead_of_cut(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(two_texts, "SELECT $1::text || $2::text");

    assert_int_equal(store_execute(fixture->store, &two_texts,
                                   PARAMS(param_text("a"), param_slice((Slice){"a\0b", 3})), NULL,
                                   &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"two_texts\": the text for $2 holds a NUL byte");
}

static void arrays_arrive_element_by_element(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(numbers, "SELECT array_to_string($1::bigint[], ' ') || cardinality($1::bigint[])");
    STATEMENT(small_numbers, "SELECT array_to_string($1::smallint[], ' ')");
    STATEMENT(texts, "SELECT string_agg(coalesce('<' || t || '>', 'null'), ' ' ORDER BY n)"
                     "  FROM unnest($1::text[]) WITH ORDINALITY AS u(t, n)");
    static const int64_t some[] = {INT64_MIN, 0, INT64_MAX};
    static const int64_t few[] = {-3, 7};
    static const char *const words[] = {"a,b", "{c}", "\"d\"", "\\e\\", "NULL", NULL, "", " f ",
                                        "g\nh"};

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
    Fixture *fixture = *state;
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

static void null_is_told_from_its_like(void **state)
{
    Fixture *fixture = *state;
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
    Fixture *fixture = *state;
    STATEMENT(echo_bytes, "SELECT $1::bytea AS bytes");
    char bytes[512];
    Rows *rows = NULL;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    assert_ok(fixture, store_query_row(fixture->store, &echo_bytes,
                                       PARAMS(param_bytes(bytes, sizeof bytes)), &rows,
                                       &fixture->error));
    assert_int_equal(rows_bytes(rows, 0, "bytes").size_bytes, sizeof bytes);
    assert_memory_equal(rows_bytes(rows, 0, "bytes").bytes, bytes, sizeof bytes);
    rows_free(rows);
}

static void a_statement_says_how_many_rows_it_changed(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(add_many, "INSERT INTO public.kept SELECT generate_series(1, $1::integer)");
    STATEMENT(make_other, "CREATE TEMP TABLE other (number bigint)");
    int64_t affected = -1;

    assert_ok(fixture, store_execute(fixture->store, &add_many, PARAMS(param_int64(5)), &affected,
                                     &fixture->error));
    assert_int_equal(affected, 5);
    assert_ok(fixture, store_execute(fixture->store, &make_other, NO_PARAMS, &affected,
                                     &fixture->error));
    assert_int_equal(affected, 0);
}

static void one_row_means_one(void **state)
{
    Fixture *fixture = *state;
    STATEMENT(some_rows, "SELECT generate_series(1, $1::integer)");
    Rows *rows = NULL;

    assert_int_equal(store_query_row(fixture->store, &some_rows, PARAMS(param_int64(0)), &rows,
                                     &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"some_rows\": gave 0 rows, expected one");
    assert_int_equal(store_query_row(fixture->store, &some_rows, PARAMS(param_int64(2)), &rows,
                                     &fixture->error),
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
    Fixture *fixture = *state;
    Sum sum = {0};

    assert_ok(fixture, store_query_each(fixture->store, &many,
                                        PARAMS(param_int64(100000), param_int64(0)), add_to_sum,
                                        &sum, &fixture->error));
    assert_int_equal(sum.sum, INT64_C(5000050000));
}

static void reading_stops_where_its_reader_says_so(void **state)
{
    Fixture *fixture = *state;
    Sum sum = {.stop_at = 3};

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_int_equal(store_query_each(fixture->store, &many,
                                      PARAMS(param_int64(100000), param_int64(0)), add_to_sum,
                                      &sum, &fixture->error),
                     STATUS_CANNOT_WRITE);
    assert_string_equal(fixture->error.message, "enough");
    assert_int_equal(sum.sum, 6);
    assert_query(fixture, &one, NO_PARAMS, "1"); // the transaction is still good
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
}

static void a_failure_amid_a_large_result_is_told(void **state)
{
    Fixture *fixture = *state;
    Sum sum = {0};

    assert_int_equal(store_query_each(fixture->store, &many,
                                      PARAMS(param_int64(100000), param_int64(50000)), add_to_sum,
                                      &sum, &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"many\": division by zero (22012)");
    lose_connection(fixture);
    assert_int_equal(store_query_each(fixture->store, &many,
                                      PARAMS(param_int64(1), param_int64(0)), add_to_sum, &sum,
                                      &fixture->error),
                     STATUS_UNAVAILABLE);
}

int main(void)
{
#define TEST_OF_STORE(test, fixture) cmocka_unit_test_setup_teardown(test, fixture, tear_down)
    const struct CMUnitTest tests[] = {
        TEST_OF_STORE(a_session_is_set_whatever_the_environment_says, set_up),
        TEST_OF_STORE(what_pgoptions_says_wins_over_our_timeouts, set_up),
        TEST_OF_STORE(a_server_that_is_not_there_is_unavailable, set_up),
        TEST_OF_STORE(a_role_that_is_not_there_has_no_permission, set_up),
        TEST_OF_STORE(a_lost_connection_is_unavailable_and_a_new_one_works, set_up),
        TEST_OF_STORE(what_is_committed_is_kept_and_what_is_not_is_gone, with_table),
        TEST_OF_STORE(a_commit_waits_for_the_disk_even_where_the_role_does_not, set_up),
        TEST_OF_STORE(a_snapshot_reads_only_and_sees_one_state, with_table),
        TEST_OF_STORE(a_failed_transaction_is_not_taken_for_committed, with_table),
        TEST_OF_STORE(a_commit_that_is_refused_is_not_unknown, with_table),
        TEST_OF_STORE(a_connection_lost_at_commit_leaves_the_outcome_unknown, with_table),
        TEST_OF_STORE(a_connection_lost_before_commit_has_a_known_outcome, with_table),
        TEST_OF_STORE(a_unit_that_fails_leaves_the_others, with_table),
        TEST_OF_STORE(an_sqlstate_says_what_the_caller_can_do, with_raise),
        TEST_OF_STORE(an_error_names_the_statement_and_what_the_server_said, with_raise),
        TEST_OF_STORE(a_typo_in_a_statement_is_our_bug, set_up),
        TEST_OF_STORE(a_lock_that_another_holds_is_busy, with_table),
        TEST_OF_STORE(one_run_at_a_time_has_a_lock, set_up),
        TEST_OF_STORE(each_kind_of_parameter_arrives, set_up),
        TEST_OF_STORE(a_text_with_a_nul_is_refused_instead_of_cut, set_up),
        TEST_OF_STORE(arrays_arrive_element_by_element, set_up),
        TEST_OF_STORE(rows_give_typed_values, set_up),
        TEST_OF_STORE(null_is_told_from_its_like, set_up),
        TEST_OF_STORE(bytes_of_every_value_come_back, set_up),
        TEST_OF_STORE(a_statement_says_how_many_rows_it_changed, with_table),
        TEST_OF_STORE(one_row_means_one, set_up),
        TEST_OF_STORE(a_large_result_is_read_through, set_up),
        TEST_OF_STORE(reading_stops_where_its_reader_says_so, set_up),
        TEST_OF_STORE(a_failure_amid_a_large_result_is_told, set_up),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
