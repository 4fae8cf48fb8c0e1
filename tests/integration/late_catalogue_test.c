#include "support/scratch.h"
#include "support/store_fixture.h"
#include "support/usage_seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// What comes before its catalogue waits, is claimed, is lost again and is claimed again, over
// several accruals: always all of it, and nothing twice. Each time it lies where plain SQL puts
// each cell by itself, to the last decimal (seed.difference).

#define UPC_LATE "4012345678901"
#define UPC_OTHER "5901234123457"

// $1 the day, $2 a sign, $3 the currency: 240 recordings in five markets, those of even numbers on
// a named release, which are more than a chunk; amounts of all lengths and both signs, and some
// that are nothing.
static const char make_bringing[] =
    "CREATE OR REPLACE FUNCTION seed.bring(day date, sign integer, currency text) RETURNS void "
    "LANGUAGE sql AS $$ "
    "SELECT seed.batch('late ' || $3, $1, $1, $3, VARIADIC ARRAY("
    "  SELECT format('%s DEA12%s %s %s %s %s', CASE n % 2 WHEN 0 THEN '" UPC_LATE "' ELSE '-' END,"
    "                lpad(n::text, 7, '0'), market, $2 * (n % 7 - 2), $2 * ((n % 7 - 2) / 2),"
    "                $2 * CASE n % 5 WHEN 0 THEN 0.00000000000000000000000000000000000001 * n"
    "                                WHEN 1 THEN -12345678901234567890123.5"
    "                                WHEN 2 THEN 0 ELSE n / 1000.0 END)"
    "    FROM generate_series(1, 240) AS n"
    "   CROSS JOIN unnest(ARRAY['DE free', 'UK free', 'WW free', 'FR premium', '- -']) AS market)) "
    "$$";

static const char learn_tracks[] =
    "SELECT seed.next_version();"
    "SELECT seed.track('" UPC_LATE "', 'DEA12' || lpad(n::text, 7, '0'), false)"
    "  FROM generate_series(1, 240) AS n";

static const char lose_some[] = // on no release, or on two of which none is primary
    "SELECT seed.next_version();"
    "SELECT seed.track('" UPC_LATE "', 'DEA12' || lpad(n::text, 7, '0'), NULL)"
    "  FROM generate_series(1, 120) AS n;"
    "SELECT seed.track('" UPC_OTHER "', 'DEA12' || lpad(n::text, 7, '0'), false)"
    "  FROM generate_series(121, 180) AS n";

static const char learn_again[] =
    "SELECT seed.next_version();"
    "SELECT seed.track('" UPC_OTHER "', 'DEA12' || lpad(n::text, 7, '0'), true)"
    "  FROM generate_series(1, 180) AS n;"
    "SELECT seed.territory_alias('WW', 'BE')";

static void bring(const char *of)
{
    char *sql = text_format("SELECT seed.bring(%s)", of);

    scratch_run(sql);
    free(sql);
}

/** Accrues, and holds what lies where against the oracle; and each chunk that waits against its
 * totals. */
static void accrue_and_compare(StoreFixture *fixture, const char *places)
{
    (void)seed_aggregate(fixture, &all_buckets);
    assert_nothing_is_lost();
    assert_value("SELECT string_agg(DISTINCT substring(place, '^[^ ]+'), ' ') FROM seed.actual",
                 places);
    assert_value(
        "SELECT count(*) FROM tidemark.unplaced_usage AS usage CROSS JOIN LATERAL"
        " (SELECT sum(cell.streams) AS streams, sum(cell.monetised) AS monetised,"
        "         sum(cell.amount) AS amount, max(cell.pair) AS pairs,"
        "         bool_or(tidemark.bucket_of(release, recording) <> bucket"
        "                 OR (cell.streams, cell.monetised, cell.amount) = (0, 0, 0)) AS is_odd,"
        "         array_agg(cell.pair ORDER BY release, recording, market)"
        "       = array_agg(cell.pair ORDER BY cell.pair) AS is_sorted"
        "    FROM tidemark.unfold(usage.cells, pair_count, releases, recordings, pairs,"
        "                         markets, streams, monetised, amounts) AS cell) AS total"
        " WHERE (total.streams, total.monetised, total.amount, is_odd, is_sorted, total.pairs)"
        "    <> (total_streams, total_monetised, total_amount, false, true,"
        "        usage.pair_count)"
        "    OR usage.cells > 1024",
        "0");
}

static void names_wait_and_are_claimed_and_lost_and_claimed_again(void **state)
{
    StoreFixture *fixture = *state;

    scratch_run(make_bringing);
    scratch_run("SELECT seed.next_version(); SELECT seed.territory_alias('UK', 'GB')");
    bring("'2026-11-01', 1, 'EUR'");
    bring("'2026-11-01', 1, ''");
    accrue_and_compare(fixture, "unknown_recording unknown_release");
    bring("'2026-11-02', -1, 'EUR'");
    bring("'2026-11-01', 1, 'EUR'"); // adds up with what waits
    accrue_and_compare(fixture, "unknown_recording unknown_release");
    scratch_run(learn_tracks);
    bring("'2026-11-01', -1, 'EUR'");
    accrue_and_compare(fixture, "4012345678901 unknown_territory");
    scratch_run(lose_some);
    accrue_and_compare(fixture, "4012345678901 ambiguous_release no_release unknown_territory");
    bring("'2026-11-01', -1, ''"); // what was taken out again is nowhere
    scratch_run(learn_again);
    accrue_and_compare(fixture, "4012345678901 5901234123457");
    scratch_run("SELECT seed.next_version(); SELECT seed.territory_alias('WW', NULL)");
    accrue_and_compare(fixture, "4012345678901 5901234123457 unknown_territory");
}

static void a_release_known_by_an_alias_alone_waits_when_that_ends(void **state)
{
    StoreFixture *fixture = *state;

    scratch_run(make_bringing);
    scratch_run("SELECT seed.next_version(); SELECT seed.release('" UPC_OTHER "');"
                "SELECT seed.territory_alias('UK', 'GB'), seed.territory_alias('WW', 'BE')");
    bring("'2026-11-01', 1, 'EUR'");
    bring("'2026-11-02', 1, 'EUR'");
    accrue_and_compare(fixture, "unknown_recording unknown_release");
    for (int time = 0; time < 2; time++) {
        scratch_run("SELECT seed.next_version();"
                    "SELECT seed.alias('release', '" UPC_LATE "', '" UPC_OTHER
                    "', '(,2026-11-02)');"
                    "SELECT seed.alias('recording', 'DEA120000008', 'DEA120000004', '(,)');"
                    "SELECT seed.alias('recording', 'DEA120000006', 'DE-X', '(,)')");
        bring("'2026-11-01', 2, 'EUR'");
        accrue_and_compare(fixture,
                           "5901234123457 odd_recording unknown_recording unknown_release");
        scratch_run("SELECT seed.next_version();"
                    "SELECT seed.alias('release', '" UPC_LATE "', NULL, NULL);"
                    "SELECT seed.alias('recording', 'DEA120000008', NULL, NULL);"
                    "SELECT seed.alias('recording', 'DEA120000006', NULL, NULL)");
        bring("'2026-11-01', -1, 'EUR'");
        accrue_and_compare(fixture, "unknown_recording unknown_release");
    }
}

// Rows that name a release lie in its bucket, whatever recording they name.
static void what_names_a_release_waits_for_its_recording_where_that_is_malformed(void **state)
{
    StoreFixture *fixture = *state;

    scratch_run(make_bringing);
    scratch_run("SELECT seed.next_version(); SELECT seed.territory_alias('WW', 'BE')");
    bring("'2026-11-01', 1, 'EUR'");
    accrue_and_compare(fixture, "unknown_recording unknown_release");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('recording', 'DEA120000004', 'DE-X', '(,)')");
    accrue_and_compare(fixture, "odd_recording unknown_recording unknown_release");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('recording', 'DEA120000004', NULL, NULL)");
    accrue_and_compare(fixture, "unknown_recording unknown_release");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED_TEST(names_wait_and_are_claimed_and_lost_and_claimed_again),
        SEEDED_TEST(a_release_known_by_an_alias_alone_waits_when_that_ends),
        SEEDED_TEST(what_names_a_release_waits_for_its_recording_where_that_is_malformed),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
