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
