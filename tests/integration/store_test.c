#include "store/store.h"

#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

STATEMENT(one, "SELECT 1 AS one");

// --- connections

STATEMENT(show_session,
          "SELECT concat_ws(' ', current_setting('TimeZone'), current_setting('client_encoding'),"
          " current_setting('DateStyle'), '[' || current_setting('search_path') || ']',"
          " current_setting('application_name'), current_setting('lock_timeout'),"
          " current_setting('client_connection_check_interval'))");

static void a_session_is_set_whatever_role_and_environment_say(void **state)
{
    StoreFixture *fixture = *state;
    static const char *const sayings[][2] = {
        {"PGTZ", "Asia/Tokyo"}, {"PGDATESTYLE", "German"}, {"PGCLIENTENCODING", "LATIN1"}};

    scratch_run("DO $$BEGIN EXECUTE format('ALTER ROLE %I SET search_path = public',"
                " current_user); END$$");
    for (size_t i = 0; i < COUNT_OF(sayings); i++) {
        assert_ok(fixture, store_fixture_open_with(fixture, sayings[i][0], sayings[i][1]));
        assert_query(fixture, &show_session, NO_PARAMS,
                     "UTC UTF8 ISO, YMD [] tidemark-test 300ms 10s");
    }
    scratch_run("DO $$BEGIN EXECUTE format('ALTER ROLE %I RESET search_path', current_user);"
                " END$$");
}

STATEMENT(show_lock_timeout, "SELECT current_setting('lock_timeout')");

static void what_pgoptions_says_wins_over_our_timeouts(void **state)
{
    StoreFixture *fixture = *state;

    assert_ok(fixture, store_fixture_open_with(fixture, "PGOPTIONS", "-c lock_timeout=7s"));
    assert_query(fixture, &show_lock_timeout, NO_PARAMS, "7s");
}

static void another_connection_has_the_same_options(void **state)
{
    StoreFixture *fixture = *state;
    Store *other = NULL;

    assert_ok(fixture, store_open_another(fixture->store, &other, &fixture->error));
    store_close(fixture->store);
    fixture->store = other;
    assert_query(fixture, &show_session, NO_PARAMS, "UTC UTF8 ISO, YMD [] tidemark-test 300ms 10s");
}

static void a_server_that_is_not_there_is_unavailable(void **state)
{
    StoreFixture *fixture = *state;

    assert_int_equal(store_fixture_open_with(fixture, "PGHOST", "/nonexistent"),
                     STATUS_UNAVAILABLE);
    assert_string_equal(fixture->error.message,
                        "could not connect to the database: connection to server on socket "
                        "\"/nonexistent/.s.PGSQL.5432\" failed: No such file or directory");
}

static void a_role_that_is_not_there_has_no_permission(void **state)
{
    StoreFixture *fixture = *state;

    assert_int_equal(store_fixture_open_with(fixture, "PGUSER", "nobody_of_this_name"),
                     STATUS_PERMISSION);
    assert_non_null(strstr(fixture->error.message, "nobody_of_this_name"));
}

static void a_database_that_is_not_there_is_unavailable(void **state)
{
    StoreFixture *fixture = *state;

    assert_int_equal(store_fixture_open_with(fixture, "PGDATABASE", "no_database_of_this_name"),
                     STATUS_UNAVAILABLE);
    assert_non_null(strstr(fixture->error.message, "no_database_of_this_name"));
}

static void a_lost_connection_is_unavailable_and_a_new_one_works(void **state)
{
    StoreFixture *fixture = *state;

    assert_query(fixture, &one, NO_PARAMS, "1"); // prepared, and to be prepared anew
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    store_fixture_lose(fixture);
    assert_false(store_in_transaction(fixture->store));
    assert_int_equal(store_execute(fixture->store, &one, NO_PARAMS, NULL, &fixture->error),
                     STATUS_UNAVAILABLE);
    assert_ok(fixture, store_reconnect(fixture->store, &fixture->error));
    assert_query(fixture, &one, NO_PARAMS, "1");
    assert_query(fixture, &show_lock_timeout, NO_PARAMS, "300ms");
}

// --- transactions

STATEMENT(add_row, "INSERT INTO public.kept (number) VALUES ($1::bigint)");
STATEMENT(show_commit, "SELECT current_setting('synchronous_commit') || ' ' ||"
                       " current_setting('transaction_isolation') || ' ' ||"
                       " current_setting('transaction_read_only')");

static int with_table(void **state)
{
    scratch_run("DROP TABLE IF EXISTS public.kept;"
                "CREATE TABLE public.kept (number bigint PRIMARY KEY"
                " DEFERRABLE INITIALLY DEFERRED, CHECK (number > 0))");
    return store_fixture_open(state);
}

static Status add(StoreFixture *fixture, int64_t number)
{
    return store_execute(fixture->store, &add_row, PARAMS(param_int64(number)), NULL,
                         &fixture->error);
}

static void what_is_committed_is_kept_and_what_is_not_is_gone(void **state)
{
    StoreFixture *fixture = *state;

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
    StoreFixture *fixture = *state;

    assert_ok(fixture, store_fixture_open_with(fixture, "PGOPTIONS",
                                               "-c synchronous_commit=off"
                                               " -c default_transaction_read_only=on"));
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    assert_query(fixture, &show_commit, NO_PARAMS, "on read committed off");
    assert_ok(fixture, store_commit(fixture->store, &fixture->error));
}

static void a_snapshot_reads_only_and_sees_one_state(void **state)
{
    StoreFixture *fixture = *state;
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
    StoreFixture *fixture = *state;

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
    StoreFixture *fixture = *state;

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
    StoreFixture *fixture = *state;

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
    StoreFixture *fixture = *state;

    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    store_fixture_lose(fixture);
    assert_int_equal(store_commit(fixture->store, &fixture->error), STATUS_UNAVAILABLE);
    assert_false(store_commit_unknown(fixture->store));
}

// --- errors

static void assert_raises(StoreFixture *fixture, const char *sqlstate, Status expected)
{
    STATEMENT(raise, "SELECT public.raise($1)");
    Status status =
        store_execute(fixture->store, &raise, PARAMS(param_text(sqlstate)), NULL, &fixture->error);

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
    return store_fixture_open(state);
}

static void an_sqlstate_says_what_the_caller_can_do(void **state)
{
    StoreFixture *fixture = *state;
    static const struct {
        const char *sqlstate;
        Status status;
    } cases[] = {
        {"08006", STATUS_UNAVAILABLE}, {"57P01", STATUS_UNAVAILABLE},
        {"57P03", STATUS_UNAVAILABLE}, {"53100", STATUS_UNAVAILABLE},
        {"53300", STATUS_UNAVAILABLE}, {"58030", STATUS_UNAVAILABLE},
        {"55P03", STATUS_BUSY},        {"40001", STATUS_BUSY},
        {"22023", STATUS_CONFIG},      {"22021", STATUS_USAGE},
        {"40P01", STATUS_BUSY},        {"57014", STATUS_BUSY},
        {"42501", STATUS_PERMISSION},  {"28000", STATUS_PERMISSION},
        {"28P01", STATUS_PERMISSION},  {"23505", STATUS_BUG},
        {"42601", STATUS_BUG},         {"40002", STATUS_BUG},
        {"TM064", STATUS_USAGE},       {"TM065", STATUS_DATA},
        {"TM066", STATUS_NO_INPUT},    {"TM069", STATUS_UNAVAILABLE},
        {"TM070", STATUS_BUG},         {"TM073", STATUS_CANNOT_WRITE},
        {"TM074", STATUS_CANNOT_READ}, {"TM075", STATUS_BUSY},
        {"TM077", STATUS_PERMISSION},  {"TM078", STATUS_CONFIG},
        {"TM000", STATUS_BUG},         {"TM001", STATUS_BUG},
        {"TMABC", STATUS_BUG},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_raises(fixture, cases[i].sqlstate, cases[i].status);
}

static void an_error_names_the_statement_and_what_the_server_said(void **state)
{
    StoreFixture *fixture = *state;

    assert_raises(fixture, "23505", STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"raise\": it's 23505 (23505): So it is");
    // What our own SQL raises is for people to read.
    assert_raises(fixture, "TM075", STATUS_BUSY);
    assert_string_equal(fixture->error.message, "it's TM075: So it is");
}

static void a_typo_in_a_statement_is_our_bug(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(typo, "SELEKT 1");

    assert_int_equal(store_execute(fixture->store, &typo, NO_PARAMS, NULL, &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"typo\": syntax error at or near \"SELEKT\" (42601)");
}

static void an_error_names_the_constraint_and_not_the_row_that_breaks_it(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(keep_account, "INSERT INTO public.account (iban, amount) VALUES ($1, $2::numeric)");

    scratch_run("CREATE TABLE IF NOT EXISTS account (iban text,"
                " amount numeric NOT NULL CONSTRAINT amount_is_positive CHECK (amount > 0))");
    assert_int_equal(store_execute(fixture->store, &keep_account,
                                   PARAMS(param_text("DE89370400440532013000"), param_text("0")),
                                   NULL, &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "statement \"keep_account\": new row for relation \"account\" violates "
                        "check constraint \"amount_is_positive\" (23514)");
    assert_int_equal(store_execute(fixture->store, &keep_account,
                                   PARAMS(param_text("DE89370400440532013000"), param_null()), NULL,
                                   &fixture->error),
                     STATUS_BUG);
    assert_null(strstr(fixture->error.message, "DE89"));
}

static void a_lock_that_another_holds_is_busy(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(lock_kept, "SELECT count(*) FROM (SELECT FROM public.kept FOR UPDATE) AS locked");

    scratch_run("INSERT INTO kept VALUES (1)");

    Store *holder = scratch_open();

    assert_ok(fixture, store_begin(holder, &fixture->error));
    assert_ok(fixture, store_execute(holder, &lock_kept, NO_PARAMS, NULL, &fixture->error));
    assert_int_equal(store_execute(fixture->store, &lock_kept, NO_PARAMS, NULL, &fixture->error),
                     STATUS_BUSY);
    assert_string_equal(fixture->error.message,
                        "statement \"lock_kept\": canceling statement due to lock timeout (55P03)");
    store_close(holder);
}

static void one_run_at_a_time_has_a_lock(void **state)
{
    StoreFixture *fixture = *state;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(another_connection_has_the_same_options),
        STORE_TEST(a_database_that_is_not_there_is_unavailable),
        STORE_TEST(a_session_is_set_whatever_role_and_environment_say),
        STORE_TEST(what_pgoptions_says_wins_over_our_timeouts),
        STORE_TEST(a_server_that_is_not_there_is_unavailable),
        STORE_TEST(a_role_that_is_not_there_has_no_permission),
        STORE_TEST(a_lost_connection_is_unavailable_and_a_new_one_works),
        STORE_TEST_WITH(what_is_committed_is_kept_and_what_is_not_is_gone, with_table),
        STORE_TEST(a_commit_waits_for_the_disk_even_where_the_role_does_not),
        STORE_TEST_WITH(a_snapshot_reads_only_and_sees_one_state, with_table),
        STORE_TEST_WITH(a_failed_transaction_is_not_taken_for_committed, with_table),
        STORE_TEST_WITH(a_commit_that_is_refused_is_not_unknown, with_table),
        STORE_TEST_WITH(a_connection_lost_at_commit_leaves_the_outcome_unknown, with_table),
        STORE_TEST_WITH(a_connection_lost_before_commit_has_a_known_outcome, with_table),
        STORE_TEST_WITH(an_sqlstate_says_what_the_caller_can_do, with_raise),
        STORE_TEST_WITH(an_error_names_the_statement_and_what_the_server_said, with_raise),
        STORE_TEST(a_typo_in_a_statement_is_our_bug),
        STORE_TEST(an_error_names_the_constraint_and_not_the_row_that_breaks_it),
        STORE_TEST_WITH(a_lock_that_another_holds_is_busy, with_table),
        STORE_TEST(one_run_at_a_time_has_a_lock),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
