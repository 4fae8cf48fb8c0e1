#include "aggregate/aggregate.h"
#include "sql.h"
#include "support/random.h"
#include "support/scratch.h"
#include "support/store_fixture.h"
#include "support/usage_seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// Where streams go: by what their rows named, at the catalogue's version, and again when it learns.

static void assert_place(const char *release, const char *recording, const char *expected)
{
    char *sql = text_format("SELECT string_agg(place || ' ' || streams, ', ' ORDER BY place)"
                            "  FROM (SELECT place, sum(streams) AS streams FROM seed.actual"
                            "         WHERE release = seed.code('release', '%s')"
                            "           AND recording = seed.code('recording', '%s')"
                            "         GROUP BY place) AS here",
                            release, recording);

    assert_value(sql, expected);
    free(sql);
}

static void each_cell_goes_where_its_names_say(void **state)
{
    static const struct {
        const char *release, *recording, *market, *day, *place;
    } cases[] = {
        // The release that the row names, even for a recording that is not on it, or not known.
        {"4006381333931", "DEA120000001", "DE free", "2026-11-01", "4006381333931 DEA120000001"},
        {"5901234123457", "DEA120000001", "DE free", "2026-11-01", "5901234123457 DEA120000001"},
        {"5901234123457", "USRC17607839", "DE free", "2026-11-01", "5901234123457 USRC17607839"},
        {"5901234123457", "-", "DE free", "2026-11-01", "5901234123457 -"},
        {"A10302B0000210203G", "DEA120000001", "DE free", "2026-11-01",
         "A10302B0000210203G DEA120000001"},
        // Else the only release of the recording, else its primary one.
        {"-", "DEA120000001", "DE free", "2026-11-01", "4006381333931 DEA120000001"},
        {"-", "DEA120000002", "DE free", "2026-11-01", "4006381333931 DEA120000002"},
        {"-", "DEA120000003", "DE free", "2026-11-01", "ambiguous_release"},
        {"-", "DEA120000004", "DE free", "2026-11-01", "no_release"},
        {"-", "USRC17607839", "DE free", "2026-11-01", "unknown_recording"},
        {"-", "-", "DE free", "2026-11-01", "no_code"},
        // Never another release for a row that names one that is not known.
        {"4012345678901", "DEA120000001", "DE free", "2026-11-01", "unknown_release"},
        {"400638133393X", "DEA120000001", "DE free", "2026-11-01", "odd_release"},
        // A malformed ISRC waits, even where the release is known.
        {"4006381333931", "DEA12000000", "DE free", "2026-11-01", "odd_recording"},
        {"-", "DEA12000000", "DE free", "2026-11-01", "odd_recording"},
        // Aliases, on their days.
        {"-", "DEA120000009", "DE free", "2026-11-01", "4006381333931 DEA120000001"},
        {"5901234123457", "DEA120000009", "DE free", "2026-11-01", "5901234123457 DEA120000001"},
        {"-", "DE-A12-X", "DE free", "2026-11-01", "odd_recording"},
        {"-", "DE-A12-X", "DE free", "2026-11-02", "4006381333931 DEA120000001"},
        {"036000291452", "DEA120000001", "DE free", "2026-11-01", "5901234123457 DEA120000001"},
        {"036000291452", "DEA120000001", "DE free", "2026-11-02", "unknown_release"},
        // Territories.
        {"-", "DEA120000001", "UK free", "2026-11-01", "4006381333931 DEA120000001"},
        {"-", "DEA120000001", "- -", "2026-11-01", "4006381333931 DEA120000001"},
        {"-", "DEA120000001", "ZZ free", "2026-11-01", "unknown_territory"},
        {"-", "USRC17607839", "ZZ free", "2026-11-01", "unknown_recording"},
    };
    StoreFixture *fixture = *state;

    seed_catalogue();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *batch = text_format("SELECT seed.batch('feed%zu', '%s', '%s', '', '%s %s %s 7 5')", i,
                                  cases[i].day, cases[i].day, cases[i].release, cases[i].recording,
                                  cases[i].market);

        scratch_run(batch);
        free(batch);
    }
    (void)seed_aggregate(fixture, &all_buckets);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *place =
            text_format("SELECT string_agg(place || ' ' || streams || ' ' || monetised, ',')"
                        "  FROM seed.actual JOIN tidemark.feed ON feed.id = actual.feed"
                        " WHERE feed.name = 'feed%zu'",
                        i);
        char *expected = text_format("%s 7 5", cases[i].place);

        assert_value(place, expected);
        free(place);
        free(expected);
    }
    assert_nothing_is_lost();
}

static void a_batch_and_its_revocation_leave_nothing(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 9 8', '- USRC17607839 DE free 2 1')");
    (void)seed_aggregate(fixture, &all_buckets);
    scratch_run(
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
        "                  '- DEA120000001 DE free -9 -8', '- USRC17607839 DE free -2 -1')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_value("SELECT count(*) FROM seed.actual", "0");
    assert_nothing_is_lost();
}

static void a_release_learned_late_claims_its_suspense(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '4012345678901 USRC17607839 DE free 4 4',"
                "                  '- USRC17607839 UK free 6 6')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("4012345678901", "USRC17607839", "unknown_release 4");
    assert_place("-", "USRC17607839", "unknown_recording 6");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('4012345678901', 'USRC17607839', false)");
    assert_int_equal(seed_aggregate(fixture, &all_buckets).last_accrual, 2);
    assert_place("4012345678901", "USRC17607839", "4012345678901 USRC17607839 4");
    assert_place("-", "USRC17607839", "4012345678901 USRC17607839 6");
    assert_value("SELECT sum(matched_streams) || ' ' || sum(suspended_streams)"
                 "  FROM tidemark.accrual_bucket WHERE accrual = 2",
                 "10 -10");
    assert_nothing_is_lost();
}

static void a_second_release_moves_what_named_none(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 5 5', '4006381333931 DEA120000001 DE free 2 2',"
                "  '- DEA120000009 DE free 1 1')");
    (void)seed_aggregate(fixture, &all_buckets);
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('5901234123457', 'DEA120000001', false)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "ambiguous_release 5");
    assert_place("-", "DEA120000009", "ambiguous_release 1");
    assert_place("4006381333931", "DEA120000001", "4006381333931 DEA120000001 2");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('5901234123457', 'DEA120000001', true)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "5901234123457 DEA120000001 5");
    assert_place("-", "DEA120000009", "5901234123457 DEA120000001 1");
    assert_nothing_is_lost();
}

static void
a_recordings_alias_that_changes_moves_its_days_even_where_a_release_is_named(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '5901234123457 DEA120000009 DE free 3 3');"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
                "  '5901234123457 DEA120000009 DE free 30 30')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("5901234123457", "DEA120000009", "5901234123457 DEA120000001 33");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('recording', 'DEA120000009', 'DEA120000002', '[2026-11-02,)')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("5901234123457", "DEA120000009",
                 "5901234123457 DEA120000002 30, 5901234123457 DEA120000009 3");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('recording', 'DEA120000009', NULL, NULL)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("5901234123457", "DEA120000009", "5901234123457 DEA120000009 33");
    assert_nothing_is_lost();
}

static void a_releases_alias_that_changes_moves_its_days(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '036000291452 DEA120000001 DE free 2 2')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("036000291452", "DEA120000001", "5901234123457 DEA120000001 2");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('release', '036000291452', '4006381333931', '(,)')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("036000291452", "DEA120000001", "4006381333931 DEA120000001 2");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('release', '036000291452', NULL, NULL)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("036000291452", "DEA120000001", "unknown_release 2");
    assert_nothing_is_lost();
}

// It waits in the bucket of its own name, not in that of the release which it meant before.
static void a_name_that_lost_its_meaning_is_claimed_when_it_is_a_release(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '036000291452 DEA120000001 DE free 2 2')");
    (void)seed_aggregate(fixture, &all_buckets);
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('release', '036000291452', NULL, NULL)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("036000291452", "DEA120000001", "unknown_release 2");
    assert_value("SELECT count(*) FROM tidemark.suspense"
                 " WHERE bucket <> tidemark.bucket_of(release, recording)",
                 "0");
    scratch_run("SELECT seed.next_version(); SELECT seed.release('036000291452')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("036000291452", "DEA120000001", "036000291452 DEA120000001 2");
    assert_nothing_is_lost();
}

static void a_territory_that_is_explained_later_is_claimed(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 WW free 3 3', '- DEA120000001 UK free 2 2')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "4006381333931 DEA120000001 2, unknown_territory 3");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.territory_alias('WW', 'BE');"
                "SELECT seed.territory_alias('UK', NULL)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "4006381333931 DEA120000001 3, unknown_territory 2");
    assert_nothing_is_lost();
}

// Chunks of other days lie beside those that an alias touches, and what they name is not asked for.
static void an_alias_of_some_days_leaves_the_others_where_they_are(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 3 3');"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
                "                  '- DEA120000001 DE free 30 30')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "4006381333931 DEA120000001 33");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('recording', 'DEA120000001', 'DEA120000002', '[2026-11-02,)')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("-", "DEA120000001",
                 "4006381333931 DEA120000001 3, 4006381333931 DEA120000002 30");
    assert_nothing_is_lost();
}

// What waits for a territory is looked through in all buckets, what waits beside it for a release is not.
static void a_territory_that_is_explained_claims_nothing_that_waits_for_a_release(void **state)
{
    StoreFixture *fixture = *state;

    seed_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '4012345678901 USRC17607839 DE free 4 4')");
    // Another release in the same bucket, that is known.
    scratch_run("SELECT seed.release(min(upc)) FROM (SELECT tidemark.release_text(code) AS upc"
                "  FROM generate_series(4006381000000, 4006381999999) AS number"
                " CROSS JOIN LATERAL tidemark.gtin_code(number::text) AS code"
                " WHERE tidemark.bucket_of(code, 0) = tidemark.bucket_of(tidemark.gtin_code("
                "       '4012345678901'), 0) LIMIT 1) AS beside");
    scratch_run(
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
        "       tidemark.release_text(release.code) || ' DEA120000001 ZZ free 6 6')"
        "  FROM tidemark.release WHERE release.code <> tidemark.gtin_code('4012345678901')"
        "   AND release.bucket = tidemark.bucket_of(tidemark.gtin_code('4012345678901'), 0)");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("4012345678901", "USRC17607839", "unknown_release 4");
    scratch_run("SELECT seed.next_version(); SELECT seed.territory_alias('ZZ', 'DE');"
                "SELECT seed.recording('USRC17607839')");
    (void)seed_aggregate(fixture, &all_buckets);
    assert_place("4012345678901", "USRC17607839", "unknown_release 4");
    assert_nothing_is_lost();
}

static const char *const some_releases[] = {"4006381333931", "5901234123457",      "036000291452",
                                            "4012345678901", "A10302B0000210203G", "9x"};
static const char *const some_recordings[] = {"DEA120000001", "DEA120000002", "DEA120000003",
                                              "DEA120000004", "USRC17607839", "DE-X"};
static const char *const some_days[] = {"2026-11-01", "2026-11-02", "2026-11-03"};
static const char *const some_markets[] = {"DE free", "UK free", "WW premium", "- -"};

#define ONE_OF(random, texts) (texts)[random_below((random), COUNT_OF(texts))]

static void learn(Random *random)
{
    const char *release = some_releases[random_below(random, 5)];
    const char *recording = some_recordings[random_below(random, 5)];
    char *sql = NULL;

    switch (random_below(random, 5)) {
    case 0:
        sql =
            text_format("SELECT seed.recording('%s'); SELECT seed.alias('recording', name, '%s', "
                        "daterange(%s, NULL)) FROM (VALUES ('%s')) AS a (name) WHERE name <> '%s'",
                        recording, recording, random_once_in(random, 2) ? "'2026-11-02'" : "NULL",
                        ONE_OF(random, some_recordings), recording);
        break;
    case 1:
        sql =
            text_format("SELECT seed.release('%s'); SELECT seed.alias('release', name, '%s', "
                        "daterange(NULL, %s)) FROM (VALUES ('%s')) AS a (name) WHERE name <> '%s'",
                        release, release, random_once_in(random, 2) ? "'2026-11-03'" : "NULL",
                        ONE_OF(random, some_releases), release);
        break;
    case 2:
        sql = text_format("SELECT seed.territory_alias('%s', %s)",
                          random_once_in(random, 2) ? "UK" : "WW",
                          random_once_in(random, 2) ? "'BE'" : "NULL");
        break;
    case 3:
        sql = text_format("SELECT seed.track('%s', '%s', NULL)", release, recording);
        break;
    default: // primary, if no other release of the recording is
        sql = text_format("SELECT seed.track('%s', '%s', %s AND NOT EXISTS (SELECT"
                          "  FROM tidemark.recording_on_release AS placed"
                          " WHERE placed.recording = seed.code('recording', '%s')"
                          "   AND placed.release <> seed.code('release', '%s')"
                          "   AND placed.is_primary AND placed.until_version IS NULL))",
                          release, recording, random_once_in(random, 2) ? "true" : "false",
                          recording, release);
    }
    scratch_run(sql);
    free(sql);
}

static void bring_batch(Random *random)
{
    Text sql = {0};
    const char *day = ONE_OF(random, some_days);
    int cells = 1 + (int)random_below(random, 12);

    text_append_format(&sql, "SELECT seed.batch('feed%d', '%s', '%s', '%s'",
                       (int)random_below(random, 2), random_once_in(random, 3) ? "2026-11-01" : day,
                       day, random_once_in(random, 3) ? "EUR" : "");
    for (int i = 0; i < cells; i++) {
        const char *release = random_once_in(random, 2) ? "-" : ONE_OF(random, some_releases);
        const char *recording = random_once_in(random, 9) ? "-" : ONE_OF(random, some_recordings);
        int streams = (int)random_below(random, 9) - 2; // revoked ones too

        text_append_format(&sql, ", '%s %s %s %d %d %d.25'", release, recording,
                           ONE_OF(random, some_markets), streams, streams / 2, streams);
    }
    text_append(&sql, ")");
    scratch_run(text_bytes(&sql));
    text_free(&sql);
}

// By what verify asks, which is another SQL than that of the test.
static void assert_verified(StoreFixture *fixture)
{
    Rows *rows = NULL;

    assert_ok(fixture,
              store_query(fixture->store, &sql_verify_places, NO_PARAMS, &rows, &fixture->error));
    assert_int_equal(rows_count(rows), 1);
    if (!rows_is_null(rows, 0, "breach"))
        fail_msg("%s", rows_text(rows, 0, "breach"));
    rows_free(rows);
}

// Invariant 9, for streams: whatever came in whatever order, batches and what the catalogue learned,
// all streams lie where a full recomputation by the terms in force puts them.
static void however_the_catalogue_learns_all_streams_are_where_they_belong(void **state)
{
    StoreFixture *fixture = *state;
    Random random = {.state = 20261124};

    for (int night = 0; night < 40; night++) {
        if (random_once_in(&random, 2)) {
            scratch_run("SELECT seed.next_version()");
            for (uint64_t changes = random_below(&random, 5); changes > 0; changes--)
                learn(&random);
        }
        for (uint64_t batches = random_below(&random, 3); batches > 0; batches--)
            bring_batch(&random);
        if (random_once_in(&random, 4)) {
            AggregateOptions half = {.jobs = 1, .share = 2, .share_count = 2};

            (void)seed_aggregate(fixture, &half);
        }

        AggregateOptions options = {
            .jobs = 1 + (int)random_below(&random, 3), .share = 1, .share_count = 1};

        (void)seed_aggregate(fixture, &options);
        assert_nothing_is_lost();
        assert_verified(fixture);
    }
    assert_value("SELECT count(*) > 20 FROM tidemark.accrual", "t");
    assert_value("SELECT count(*) > 50 FROM seed.actual WHERE place LIKE '% %'", "t");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED_TEST(each_cell_goes_where_its_names_say),
        SEEDED_TEST(a_batch_and_its_revocation_leave_nothing),
        SEEDED_TEST(a_release_learned_late_claims_its_suspense),
        SEEDED_TEST(a_second_release_moves_what_named_none),
        SEEDED_TEST(a_recordings_alias_that_changes_moves_its_days_even_where_a_release_is_named),
        SEEDED_TEST(a_releases_alias_that_changes_moves_its_days),
        SEEDED_TEST(a_name_that_lost_its_meaning_is_claimed_when_it_is_a_release),
        SEEDED_TEST(a_territory_that_is_explained_later_is_claimed),
        SEEDED_TEST(an_alias_of_some_days_leaves_the_others_where_they_are),
        SEEDED_TEST(a_territory_that_is_explained_claims_nothing_that_waits_for_a_release),
        SEEDED_TEST(however_the_catalogue_learns_all_streams_are_where_they_belong),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
