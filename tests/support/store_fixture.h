#ifndef TIDEMARK_TESTS_STORE_FIXTURE_H
#define TIDEMARK_TESTS_STORE_FIXTURE_H

#include "store/store.h"

/** What a test of the store has: a connection of its own to the scratch database, and an error. */
typedef struct StoreFixture {
    Store *store;
    Error error;
} StoreFixture;

/** A cmocka setup and teardown; *state is the fixture. */
int store_fixture_open(void **state);
int store_fixture_close(void **state);

/** For main()'s list: a test with the fixture, or with a setup that ends in store_fixture_open().
 */
#define STORE_TEST(test) STORE_TEST_WITH(test, store_fixture_open)
#define STORE_TEST_WITH(test, setup) \
    cmocka_unit_test_setup_teardown(test, setup, store_fixture_close)

/** Opens the connection anew, with `name` set to `value` in the environment meanwhile. */
Status store_fixture_open_with(StoreFixture *fixture, const char *name, const char *value);
/** Ends the connection from the server's side. */
void store_fixture_lose(StoreFixture *fixture);

/** A statement under the name of its variable. */
#define STATEMENT(name, sql) static const Statement name = {#name, sql, NULL}

/** Fails with the fixture's message. */
void assert_ok(const StoreFixture *fixture, Status status);
/** The first column of the one row that a statement gives, as text; NULL for null. */
void assert_query(StoreFixture *fixture, const Statement *statement, Params params,
                  const char *expected);
/** The same of SQL past the code under test (see scratch.h). */
void assert_value(const char *sql, const char *expected);

#endif
