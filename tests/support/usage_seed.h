#ifndef TIDEMARK_TESTS_USAGE_SEED_H
#define TIDEMARK_TESTS_USAGE_SEED_H

/**
 * A catalogue and batches past import and ingest, by SQL functions in the schema "seed" (see
 * usage_seed.sql), for tests of what stands behind them.
 */

/** A cmocka setup: the schema, with nothing in it, beside the seed's; *state is a StoreFixture. */
int usage_seed_open(void **state);

/** For main()'s list. */
#define SEEDED_TEST(test) STORE_TEST_WITH(test, usage_seed_open)

#endif
