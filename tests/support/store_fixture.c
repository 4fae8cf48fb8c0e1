#include "support/store_fixture.h"

#include "base/memory.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int store_fixture_open(void **state)
{
    StoreFixture *fixture = MEMORY_NEW(StoreFixture, 1);

    fixture->store = scratch_open();
    *state = fixture;
    return 0;
}

int store_fixture_close(void **state)
{
    StoreFixture *fixture = *state;

    store_close(fixture->store);
    free(fixture);
    return 0;
}

Status store_fixture_open_with(StoreFixture *fixture, const char *name, const char *value)
{
    char *before = memory_copy_text(getenv(name));
    Store *store = NULL;

    assert_return_code(setenv(name, value, 1), 0);

    Status status = store_open(&scratch_options, &store, &fixture->error);

    if (before == NULL)
        (void)unsetenv(name);
    else
        (void)setenv(name, before, 1);
    free(before);
    if (status == STATUS_OK) {
        store_close(fixture->store);
        fixture->store = store;
    }
    return status;
}

void store_fixture_lose(StoreFixture *fixture)
{
    STATEMENT(terminate_me, "SELECT pg_terminate_backend(pg_backend_pid())");

    assert_int_equal(store_execute(fixture->store, &terminate_me, NO_PARAMS, NULL, &fixture->error),
                     STATUS_UNAVAILABLE);
    error_clear(&fixture->error);
}

void assert_ok(const StoreFixture *fixture, Status status)
{
    if (status != STATUS_OK)
        fail_msg("%s", fixture->error.message);
}

static void assert_text(const char *value, const char *expected)
{
    if (expected == NULL || value == NULL)
        assert_ptr_equal(value, expected);
    else
        assert_string_equal(value, expected);
}

void assert_query(StoreFixture *fixture, const Statement *statement, Params params,
                  const char *expected)
{
    Rows *rows = NULL;

    assert_ok(fixture, store_query_row(fixture->store, statement, params, &rows, &fixture->error));
    assert_text(rows_text(rows, 0, rows_column_name(rows, 0)), expected);
    rows_free(rows);
}

void assert_value(const char *sql, const char *expected)
{
    char *value = scratch_value(sql);

    assert_text(value, expected);
    free(value);
}
