#include "support/usage_seed.h"

#include "base/files.h"
#include "store/migrate.h"
#include "support/scratch.h"
#include "support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEED_BYTES_MAX = 1 << 20 };

static void make_schemas(StoreFixture *fixture)
{
    MigrateSummary summary = {0};
    char *sql = NULL;
    size_t size_bytes = 0;

    assert_ok(fixture, migrate(fixture->store, &summary, &fixture->error));
    assert_ok(fixture, file_read("tests/support/usage_seed.sql", SEED_BYTES_MAX, &sql, &size_bytes,
                                 &fixture->error));
    scratch_run(sql);
    free(sql);
}

int usage_seed_open(void **state)
{
    int failed = store_fixture_open(state);
    char *there = scratch_value("SELECT to_regnamespace('seed')");

    if (*there == '\0')
        make_schemas(*state);
    else
        scratch_run("SELECT seed.clear()");
    free(there);
    return failed;
}

void seed_catalogue(void)
{
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('4006381333931', 'DEA120000001', false);"
                "SELECT seed.track('4006381333931', 'DEA120000002', true);"
                "SELECT seed.track('5901234123457', 'DEA120000002', false);"
                "SELECT seed.track('4006381333931', 'DEA120000003', false);"
                "SELECT seed.track('5901234123457', 'DEA120000003', false);"
                "SELECT seed.recording('DEA120000004');"
                "SELECT seed.release('A10302B0000210203G');"
                "SELECT seed.alias('recording', 'DEA120000009', 'DEA120000001', '(,)');"
                "SELECT seed.alias('recording', 'DE-A12-X', 'DEA120000001', '[2026-11-02,)');"
                "SELECT seed.alias('release', '036000291452', '5901234123457', '(,2026-11-01]');"
                "SELECT seed.territory_alias('UK', 'GB')");
}

const AggregateOptions all_buckets = {.jobs = 1, .share = 1, .share_count = 1};

AggregateSummary seed_aggregate(StoreFixture *fixture, const AggregateOptions *options)
{
    AggregateSummary summary = {0};

    assert_ok(fixture, aggregate(fixture->store, options, &summary, &fixture->error));
    return summary;
}

void assert_nothing_is_lost(void)
{
    assert_value("SELECT count(*) FROM seed.difference", "0");
    assert_value("SELECT count(*) FROM tidemark.accrual WHERE completed_at IS NULL", "0");
}
