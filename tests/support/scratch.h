#ifndef TIDEMARK_TESTS_SCRATCH_H
#define TIDEMARK_TESTS_SCRATCH_H

#include "store/store.h"

/**
 * A database of the test program's own, in the cluster that the PG* variables name: made before its
 * first test, dropped after its last. PGDATABASE names it meanwhile, also for programs that are
 * started.
 *
 *     return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
 */
int scratch_make(void **state);
int scratch_drop(void **state);

/** Short timeouts, so that a test that waits for a lock does not wait long. */
extern const StoreOptions scratch_options;

/** A connection to it, for store_close(); the test fails if there is none. */
Store *scratch_open(void);

/**
 * SQL past the code under test, on a connection of its own, each call a transaction. The test fails
 * if the SQL does. scratch_value() gives the first value of the last statement as text, "" for
 * null or no row; the caller's, for free().
 */
void scratch_run(const char *sql);
char *scratch_value(const char *sql);

#endif
