#include "sql.h"
#include "store/internal.h"
#include "store/migrate.h"
#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int with_schema(void **state)
{
    int failed = store_fixture_open(state);
    StoreFixture *fixture = *state;
    MigrateSummary summary = {0};

    assert_ok(fixture, migrate(fixture->store, &summary, &fixture->error));
    return failed;
}

// Past white space and comments.
static const char *first_word(const char *sql)
{
    for (;;) {
        sql += strspn(sql, " \t\r\n");
        if (!text_starts_with(sql, "--"))
            return sql;
        sql += strcspn(sql, "\n");
    }
}

// Goes by the simple protocol, at times two statements together, and names nothing of the schema.
static bool is_transaction_control(const char *sql)
{
    static const char *const words[] = {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text_starts_with(sql, words[i]))
            return true;
    return false;
}

// COPY cannot be prepared, but is known to be whole when the server asks for its rows.
static Status try_statement(StoreFixture *fixture, const Statement *statement)
{
    const char *sql = first_word(statement->text);
    Status status = STATUS_OK;
    PGresult *result = NULL;

    if (text_starts_with(sql, "COPY")) {
        status = store_run_text(fixture->store, statement, PGRES_COPY_IN, NULL, &fixture->error);
        store_rollback(fixture->store);
        return status;
    }
    if (is_transaction_control(sql))
        return STATUS_OK;
    result = PQprepare(fixture->store->connection, "", statement->text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = store_fail(fixture->store, statement->name, result, &fixture->error);
    PQclear(result);
    return status;
}

// Those that work on temporary tables are tried in a transaction that has made them.
static Status make_temporary_tables(StoreFixture *fixture)
{
    Status status = store_begin(fixture->store, &fixture->error);

    for (size_t i = 0; i < sql_statement_count && status == STATUS_OK; i++)
        if (text_starts_with(sql_statements[i]->name, "create_") &&
            text_ends_with(sql_statements[i]->name, "_tables"))
            status =
                store_execute(fixture->store, sql_statements[i], NO_PARAMS, NULL, &fixture->error);
    return status;
}

static Status try_in_its_place(StoreFixture *fixture, const Statement *statement)
{
    Status status = STATUS_OK;

    if (strstr(statement->text, "pg_temp.") == NULL)
        return try_statement(fixture, statement);
    status = make_temporary_tables(fixture);
    if (status == STATUS_OK)
        status = try_statement(fixture, statement);
    store_rollback(fixture->store);
    return status;
}

static void every_statement_fits_the_schema(void **state)
{
    StoreFixture *fixture = *state;
    int failed = 0;

    assert_true(sql_statement_count > 0);
    for (size_t i = 0; i < sql_statement_count; i++) {
        if (try_in_its_place(fixture, sql_statements[i]) != STATUS_OK) {
            print_error("%s\n", fixture->error.message);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

// Autovacuum does it beside a night, and it takes longer the more nights there were.
static void analyze_unpacks_no_chunk(void **state)
{
    (void)state;
    assert_value(
        "SELECT coalesce(string_agg(format('%s.%s', attrelid::regclass, attname), ' '), '')"
        "  FROM pg_attribute"
        "  JOIN pg_type ON pg_type.oid = atttypid"
        " WHERE attrelid IN ('tidemark.usage'::regclass,"
        "                    'tidemark.release_usage'::regclass,"
        "                    'tidemark.unplaced_usage'::regclass,"
        "                    'tidemark.unpriced_usage'::regclass,"
        "                    'tidemark.earning'::regclass)"
        "   AND (typcategory = 'A' OR typname = 'bytea')"
        "   AND attstattarget IS DISTINCT FROM 0",
        "");
    assert_value("SELECT count(DISTINCT attrelid)"
                 "  FROM pg_attribute"
                 " WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = "
                 "'tidemark'::regnamespace)"
                 "   AND attnum > 0"
                 "   AND attstattarget = 0",
                 "5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_WITH(every_statement_fits_the_schema, with_schema),
        STORE_TEST_WITH(analyze_unpacks_no_chunk, with_schema),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
