#include "store/migrate.h"

#include "base/digest.h"
#include "base/memory.h"
#include "sql.h"
#include "store/internal.h"
#include "support/scratch.h"
#include "support/store_fixture.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const Statement list[] = {
    {.name = "001_first",
     .text = "CREATE TABLE tidemark.first (number integer);\n"
             "INSERT INTO tidemark.first VALUES (1);\n"},
    {.name = "002_second", .text = "CREATE TABLE tidemark.second ();\n"},
    {.name = "003_third", .text = "CREATE TABLE tidemark.third ();\n"},
};

static int with_no_schema(void **state)
{
    scratch_run("DROP SCHEMA IF EXISTS tidemark CASCADE");
    return store_fixture_open(state);
}

static void apply(StoreFixture *fixture, size_t count)
{
    MigrateSummary summary = {0};

    assert_ok(fixture, migrations_apply(fixture->store, list, count, &summary, &fixture->error));
}

static void assert_refused(StoreFixture *fixture, Status status, const char *message)
{
    assert_int_equal(status, STATUS_CONFIG);
    assert_string_equal(fixture->error.message, message);
    assert_false(store_in_transaction(fixture->store));
}

static void what_is_missing_is_applied_once(void **state)
{
    StoreFixture *fixture = *state;
    MigrateSummary summary = {0};

    assert_ok(fixture, migrations_apply(fixture->store, list, 2, &summary, &fixture->error));
    assert_int_equal(summary.applied_before, 0);
    assert_int_equal(summary.applied_now, 2);
    assert_int_equal(summary.version, 2);
    assert_ok(fixture, migrations_apply(fixture->store, list, 3, &summary, &fixture->error));
    assert_int_equal(summary.applied_before, 2);
    assert_int_equal(summary.applied_now, 1);
    assert_int_equal(summary.version, 3);
    assert_ok(fixture, migrations_apply(fixture->store, list, 3, &summary, &fixture->error));
    assert_int_equal(summary.applied_before, 3);
    assert_int_equal(summary.applied_now, 0);
    assert_value("SELECT string_agg(number || ' ' || name, ', ' ORDER BY number)"
                 "  FROM tidemark.migration",
                 "1 001_first, 2 002_second, 3 003_third");
    assert_value("SELECT count(*) FROM tidemark.first", "1");
}

static void the_log_has_the_digest_of_the_file(void **state)
{
    StoreFixture *fixture = *state;
    char digest[DIGEST_TEXT_BYTES];

    apply(fixture, 1);
    assert_value("SELECT sha256 FROM tidemark.migration",
                 digest_bytes(list[0].text, strlen(list[0].text), digest));
    assert_value("SELECT applied_by = session_user AND applied_at <= now()"
                 "  FROM tidemark.migration",
                 "t");
}

static void a_changed_migration_is_refused_with_both_digests(void **state)
{
    StoreFixture *fixture = *state;
    MigrateSummary summary = {.version = 77};
    Statement changed[] = {
        list[0], {.name = "002_second", .text = "CREATE TABLE tidemark.other ();"}, list[2]};
    char was[DIGEST_TEXT_BYTES];
    char is[DIGEST_TEXT_BYTES];

    apply(fixture, 2);

    char *message = text_format("migration \"002_second\" has changed since it was applied: its "
                                "SHA-256 was %s and is %s",
                                digest_bytes(list[1].text, strlen(list[1].text), was),
                                digest_bytes(changed[1].text, strlen(changed[1].text), is));

    assert_refused(fixture, migrations_apply(fixture->store, changed, 3, &summary, &fixture->error),
                   message);
    assert_int_equal(summary.version, 77);
    assert_refused(fixture, migrations_check(fixture->store, changed, 3, &fixture->error), message);
    assert_value("SELECT to_regclass('tidemark.third')", "");
    free(message);
}

static void an_older_program_is_refused(void **state)
{
    StoreFixture *fixture = *state;
    MigrateSummary summary = {0};
    static const char message[] = "the database has migration \"003_third\", which this program "
                                  "does not know: it is older than the schema";

    apply(fixture, 3);
    assert_refused(fixture, migrations_apply(fixture->store, list, 2, &summary, &fixture->error),
                   message);
    assert_refused(fixture, migrations_check(fixture->store, list, 2, &fixture->error), message);
}

static void a_migration_put_in_between_is_refused(void **state)
{
    StoreFixture *fixture = *state;
    MigrateSummary summary = {0};
    const Statement without_second[] = {list[0], list[2]};

    assert_ok(fixture,
              migrations_apply(fixture->store, without_second, 2, &summary, &fixture->error));
    assert_int_equal(summary.version, 3);
    assert_refused(fixture, migrations_apply(fixture->store, list, 3, &summary, &fixture->error),
                   "migration \"002_second\" is missing in the database, though the later "
                   "\"003_third\" was applied");

    // And the other way round: the database has one in between that the program does not know.
    scratch_run("DROP SCHEMA tidemark CASCADE");
    apply(fixture, 3);
    assert_refused(fixture, migrations_check(fixture->store, without_second, 2, &fixture->error),
                   "the database has migration \"002_second\", which this program does not know: "
                   "it is older than the schema");
}

static void a_migration_that_fails_leaves_no_trace_and_names_its_line(void **state)
{
    StoreFixture *fixture = *state;
    MigrateSummary summary = {0};
    const Statement broken[] = {
        list[0],
        {.name = "002_broken",
         .text = "CREATE TABLE tidemark.second ();\n-- ä\n\nCREATE TABEL tidemark.x ();\n"}};

    assert_int_equal(migrations_apply(fixture->store, broken, 2, &summary, &fixture->error),
                     STATUS_BUG);
    assert_string_equal(fixture->error.message,
                        "line 4 of the migration: statement \"002_broken\": syntax error at or "
                        "near \"TABEL\" (42601)");
    assert_false(store_in_transaction(fixture->store));
    assert_value("SELECT string_agg(name, ',') FROM tidemark.migration", "001_first");
    assert_value("SELECT to_regclass('tidemark.second')", "");
    apply(fixture, 2);
}

static void a_check_says_what_to_run(void **state)
{
    StoreFixture *fixture = *state;

    assert_refused(fixture, migrations_check(fixture->store, list, 1, &fixture->error),
                   "the database has no schema of Tidemark; run tidemark migrate");
    apply(fixture, 1);
    assert_refused(fixture, migrations_check(fixture->store, list, 3, &fixture->error),
                   "the database lacks migration \"002_second\"; run tidemark migrate");
    assert_ok(fixture, migrations_check(fixture->store, list, 1, &fixture->error));
}

static void a_role_that_may_not_look_is_told_so(void **state)
{
    StoreFixture *fixture = *state;
    STATEMENT(become_other, "SET ROLE tidemark_test_other");

    apply(fixture, 1);
    scratch_run("DROP ROLE IF EXISTS tidemark_test_other; CREATE ROLE tidemark_test_other");
    assert_ok(fixture,
              store_execute(fixture->store, &become_other, NO_PARAMS, NULL, &fixture->error));
    assert_int_equal(migrations_check(fixture->store, list, 1, &fixture->error), STATUS_PERMISSION);
    scratch_run("DROP ROLE tidemark_test_other");
}

// Slow enough that whoever comes second finds the first at work.
static const Statement slow[] = {
    {.name = "001_slow", .text = "SELECT pg_sleep(0.1); CREATE TABLE tidemark.slow ();\n"},
    {.name = "002_slow", .text = "SELECT pg_sleep(0.1); CREATE TABLE tidemark.slower ();\n"},
};

typedef struct Migrator {
    pthread_t thread;
    Store *store;
    Status status;
    MigrateSummary summary;
    Error error;
} Migrator;

static void *run_migrator(void *context)
{
    Migrator *migrator = context;

    migrator->status = migrations_apply(migrator->store, slow, COUNT_OF(slow), &migrator->summary,
                                        &migrator->error);
    return NULL;
}

static void two_who_migrate_at_once_do_not_meet(void **state)
{
    (void)state;
    Migrator migrators[2] = {{.store = scratch_open()}, {.store = scratch_open()}};
    int applied_now = 0;

    for (size_t i = 0; i < COUNT_OF(migrators); i++)
        assert_int_equal(pthread_create(&migrators[i].thread, NULL, run_migrator, &migrators[i]),
                         0);
    for (size_t i = 0; i < COUNT_OF(migrators); i++) {
        assert_int_equal(pthread_join(migrators[i].thread, NULL), 0);
        store_close(migrators[i].store);
        if (migrators[i].status != STATUS_OK)
            fail_msg("%s", migrators[i].error.message);
        assert_int_equal(migrators[i].summary.version, 2);
        applied_now += migrators[i].summary.applied_now;
    }
    assert_int_equal(applied_now, COUNT_OF(slow));
    assert_value("SELECT count(*) FROM tidemark.migration", "2");
}

static void the_programs_own_migrations_apply_and_pass_the_check(void **state)
{
    StoreFixture *fixture = *state;
    MigrateSummary summary = {0};

    assert_ok(fixture, migrate(fixture->store, &summary, &fixture->error));
    assert_int_equal(summary.applied_now, sql_migration_count);
    assert_ok(fixture, migrate_check(fixture->store, &fixture->error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_WITH(what_is_missing_is_applied_once, with_no_schema),
        STORE_TEST_WITH(the_log_has_the_digest_of_the_file, with_no_schema),
        STORE_TEST_WITH(a_changed_migration_is_refused_with_both_digests, with_no_schema),
        STORE_TEST_WITH(an_older_program_is_refused, with_no_schema),
        STORE_TEST_WITH(a_migration_put_in_between_is_refused, with_no_schema),
        STORE_TEST_WITH(a_migration_that_fails_leaves_no_trace_and_names_its_line, with_no_schema),
        STORE_TEST_WITH(a_check_says_what_to_run, with_no_schema),
        STORE_TEST_WITH(a_role_that_may_not_look_is_told_so, with_no_schema),
        STORE_TEST_WITH(two_who_migrate_at_once_do_not_meet, with_no_schema),
        STORE_TEST_WITH(the_programs_own_migrations_apply_and_pass_the_check, with_no_schema),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
