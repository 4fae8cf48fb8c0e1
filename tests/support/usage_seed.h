#ifndef TIDEMARK_TESTS_USAGE_SEED_H
#define TIDEMARK_TESTS_USAGE_SEED_H

#include "aggregate/aggregate.h"
#include "support/store_fixture.h"

/**
 * A catalogue and batches past import and ingest, by SQL functions in the schema "seed" (see
 * usage_seed.sql), for tests of what stands behind them.
 */

/** A cmocka setup: the schema, with nothing in it, beside the seed's; *state is a StoreFixture. */
int usage_seed_open(void **state);

/** For main()'s list. */
#define SEEDED_TEST(test) STORE_TEST_WITH(test, usage_seed_open)

/**
 * Version 1 of a small catalogue: recordings on one release (DEA120000001), on two of which one is
 * primary (…2), on two of which none is (…3), on none (…4); a release that is known by a GRid;
 * aliases of recordings, of a release, and of a territory, some with dates.
 */
void seed_catalogue(void);

extern const AggregateOptions all_buckets;
/** aggregate(), which must succeed. */
AggregateSummary seed_aggregate(StoreFixture *fixture, const AggregateOptions *options);

/** What aggregate left behind is what the oracle makes of all batches by itself. */
void assert_nothing_is_lost(void);

#endif
