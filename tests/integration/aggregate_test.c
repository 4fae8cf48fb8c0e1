#include "aggregate/aggregate.h"

#include "aggregate/suspense.h"
#include "support/random.h"
#include "support/scratch.h"
#include "support/store_fixture.h"
#include "support/usage_seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const AggregateOptions all_buckets = {.jobs = 1, .share = 1, .share_count = 1};

static AggregateSummary run(StoreFixture *fixture, const AggregateOptions *options)
{
    AggregateSummary summary = {0};

    assert_ok(fixture, aggregate(fixture->store, options, &summary, &fixture->error));
    return summary;
}

/** What aggregate left is what the oracle makes of all batches by itself. */
static void assert_as_expected(void)
{
    assert_value("SELECT count(*) FROM seed.difference", "0");
    assert_value("SELECT count(*) FROM tidemark.accrual WHERE completed_at IS NULL", "0");
}

/** Where the streams of a cell went, as `place streams`, by what it named; several are in order. */
static void assert_place(const char *release, const char *recording, const char *expected)
{
    char *sql = text_format("SELECT string_agg(place || ' ' || streams, ', ' ORDER BY place)"
                            "  FROM seed.actual"
                            " WHERE release = seed.code('release', '%s')"
                            "   AND recording = seed.code('recording', '%s')",
                            release, recording);

    assert_value(sql, expected);
    free(sql);
}

// The catalogue of these tests: a recording on one release, one on two of which one is primary, one
// on two of which none is, one on none, a release that is known by a GRid.
static void make_catalogue(void)
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

    make_catalogue();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *batch = text_format("SELECT seed.batch('feed%zu', '%s', '%s', '', '%s %s %s 7 5')", i,
                                  cases[i].day, cases[i].day, cases[i].release, cases[i].recording,
                                  cases[i].market);

        scratch_run(batch);
        free(batch);
    }
    (void)run(fixture, &all_buckets);
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
    assert_as_expected();
}

static void what_is_counted_is_matched_or_suspended_in_streams_and_money(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('money', '2026-10-01', '2026-10-31', 'EUR',"
                "  '- DEA120000001 DE free 10 7 0.00000000000000000000000000000000000001',"
                "  '- USRC17607839 DE free 3 3 12345678901234567890.5')");
    (void)run(fixture, &all_buckets);
    assert_value("SELECT sum(counted_streams) || ' ' || sum(counted_monetised) || ' ' ||"
                 "       sum(counted_amount) || ' = ' || sum(matched_streams) || ' ' ||"
                 "       sum(matched_monetised) || ' ' || sum(matched_amount) || ' + ' ||"
                 "       sum(suspended_streams) || ' ' || sum(suspended_monetised) || ' ' ||"
                 "       trim_scale(sum(suspended_amount)) FROM tidemark.accrual_bucket",
                 "13 10 12345678901234567890.50000000000000000000000000000000000001 = "
                 "10 7 0.00000000000000000000000000000000000001 + 3 3 12345678901234567890.5");
    assert_as_expected();
}

static void a_run_with_nothing_new_opens_no_accrual(void **state)
{
    StoreFixture *fixture = *state;

    assert_int_equal(run(fixture, &all_buckets).last_accrual, 0);
    make_catalogue();
    assert_int_equal(run(fixture, &all_buckets).last_accrual,
                     0); // no streams ever: nothing to learn of
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 1 1')");
    assert_int_equal(run(fixture, &all_buckets).last_accrual, 1);
    assert_int_equal(run(fixture, &all_buckets).last_accrual, 0);
    assert_value("SELECT count(*) FROM tidemark.release_usage", "1");
}

static void a_batch_and_its_revocation_leave_nothing(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 9 8', '- USRC17607839 DE free 2 1')");
    (void)run(fixture, &all_buckets);
    scratch_run(
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
        "                  '- DEA120000001 DE free -9 -8', '- USRC17607839 DE free -2 -1')");
    (void)run(fixture, &all_buckets);
    assert_value("SELECT count(*) FROM seed.actual", "0");
    assert_as_expected();
}

static void a_release_learned_late_claims_its_suspense(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '4012345678901 USRC17607839 DE free 4 4',"
                "                  '- USRC17607839 UK free 6 6')");
    (void)run(fixture, &all_buckets);
    assert_place("4012345678901", "USRC17607839", "unknown_release 4");
    assert_place("-", "USRC17607839", "unknown_recording 6");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('4012345678901', 'USRC17607839', false)");
    assert_int_equal(run(fixture, &all_buckets).last_accrual, 2);
    assert_place("4012345678901", "USRC17607839", "4012345678901 USRC17607839 4");
    assert_place("-", "USRC17607839", "4012345678901 USRC17607839 6");
    assert_value("SELECT sum(matched_streams) || ' ' || sum(suspended_streams)"
                 "  FROM tidemark.accrual_bucket WHERE accrual = 2",
                 "10 -10");
    assert_as_expected();
}

static void a_second_release_moves_what_named_none(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 5 5', '4006381333931 DEA120000001 DE free 2 2',"
                "  '- DEA120000009 DE free 1 1')");
    (void)run(fixture, &all_buckets);
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('5901234123457', 'DEA120000001', false)");
    (void)run(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "ambiguous_release 5");
    assert_place("-", "DEA120000009", "ambiguous_release 1");
    assert_place("4006381333931", "DEA120000001", "4006381333931 DEA120000001 2");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('5901234123457', 'DEA120000001', true)");
    (void)run(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "5901234123457 DEA120000001 5");
    assert_place("-", "DEA120000009", "5901234123457 DEA120000001 1");
    assert_as_expected();
}

static void an_alias_that_changes_its_meaning_moves_its_days(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run(
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
        "  '5901234123457 DEA120000009 DE free 3 3', '036000291452 DEA120000001 DE free 2 2');"
        "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
        "  '5901234123457 DEA120000009 DE free 30 30')");
    (void)run(fixture, &all_buckets);
    assert_place("036000291452", "DEA120000001", "5901234123457 DEA120000001 2");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.alias('recording', 'DEA120000009', 'DEA120000002', '[2026-11-02,)');"
                "SELECT seed.alias('release', '036000291452', '4006381333931', '(,)')");
    (void)run(fixture, &all_buckets);
    assert_place("5901234123457", "DEA120000009",
                 "5901234123457 DEA120000002 30, 5901234123457 DEA120000009 3");
    assert_place("036000291452", "DEA120000001", "4006381333931 DEA120000001 2");
    assert_as_expected();
}

static void a_territory_that_is_explained_later_is_claimed(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 WW free 3 3', '- DEA120000001 UK free 2 2')");
    (void)run(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "4006381333931 DEA120000001 2, unknown_territory 3");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.territory_alias('WW', 'BE');"
                "SELECT seed.territory_alias('UK', NULL)");
    (void)run(fixture, &all_buckets);
    assert_place("-", "DEA120000001", "4006381333931 DEA120000001 3, unknown_territory 2");
    assert_as_expected();
}

static void a_batch_that_is_visible_in_part_is_not_accrued(void **state)
{
    StoreFixture *fixture = *state;
    AggregateSummary summary = {0};

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 3 3', '- DEA120000002 DE free 2 2');"
                "CREATE TABLE seed.hidden AS SELECT * FROM tidemark.usage LIMIT 1;"
                "DELETE FROM tidemark.usage USING seed.hidden WHERE usage.bucket = hidden.bucket");
    assert_int_equal(aggregate(fixture->store, &all_buckets, &summary, &fixture->error),
                     STATUS_BUSY);
    assert_non_null(
        strstr(fixture->error.message, "accrual 1: feed \"wavecast\", batch 1, bucket"));
    assert_non_null(
        strstr(fixture->error.message, ": 0 cells were read, which are not the 1 that"));
    assert_value("SELECT (SELECT count(*) FROM tidemark.release_usage)"
                 "     + (SELECT count(*) FROM tidemark.suspense)"
                 "     + (SELECT count(*) FROM tidemark.accrual_bucket"
                 "         WHERE bucket IN (SELECT bucket FROM seed.hidden))",
                 "0");
    scratch_run("INSERT INTO tidemark.usage SELECT * FROM seed.hidden");
    assert_int_equal(run(fixture, &all_buckets).last_accrual, 1);
    assert_as_expected();
}

static void a_chunk_whose_counts_differ_is_not_accrued(void **state)
{
    StoreFixture *fixture = *state;
    AggregateSummary summary = {0};

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 3 3');"
                "UPDATE tidemark.usage SET monetised = '{2}'");
    assert_int_equal(aggregate(fixture->store, &all_buckets, &summary, &fixture->error),
                     STATUS_BUSY);
}

static void what_a_crash_left_open_is_finished_before_what_came_since(void **state)
{
    static const AggregateOptions first_half = {.jobs = 1, .share = 1, .share_count = 2};
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 3 3', '5901234123457 DEA120000001 DE free 2 2',"
                "  '- USRC17607839 DE free 2 2')");
    (void)run(fixture, &first_half); // as if the run had died after half of the buckets
    assert_value("SELECT count(*) FROM tidemark.accrual_bucket", "128");
    scratch_run("SELECT seed.next_version();"
                "SELECT seed.track('5901234123457', 'USRC17607839', true);"
                "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
                "                  '- DEA120000001 DE free 1 1')");

    AggregateSummary summary = run(fixture, &all_buckets);

    assert_int_equal(summary.first_accrual, 1);
    assert_int_equal(summary.last_accrual, 2);
    assert_value("SELECT string_agg(catalogue_version::text, ' ' ORDER BY number)"
                 "  FROM tidemark.accrual",
                 "1 2");
    assert_as_expected();
}

static void shares_together_do_what_one_run_does(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- DEA120000001 DE free 3 3', '5901234123457 DEA120000001 DE free 2 2',"
                "  '- DEA120000002 DE free 2 2', '- USRC17607839 DE free 2 2')");
    for (int share = 1; share <= 3; share++) {
        AggregateOptions options = {.jobs = 2, .share = share, .share_count = 3};

        assert_value("SELECT count(*) FROM tidemark.accrual WHERE completed_at IS NOT NULL", "0");
        assert_int_equal(run(fixture, &options).last_accrual, 1);
    }
    assert_value("SELECT count(*) FROM tidemark.accrual_bucket", "256");
    assert_as_expected();
}

static void a_trial_leaves_nothing_behind(void **state)
{
    static const AggregateOptions trial = {
        .jobs = 1, .share = 1, .share_count = 1, .is_trial = true};
    StoreFixture *fixture = *state;
    AggregateSummary summary = {0};

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "                  '- DEA120000001 DE free 3 3')");
    assert_ok(fixture, store_begin(fixture->store, &fixture->error));
    summary = run(fixture, &trial);
    assert_int_equal(summary.last_accrual, 1);
    store_rollback(fixture->store);
    assert_value("SELECT (SELECT count(*) FROM tidemark.accrual)"
                 "     + (SELECT count(*) FROM tidemark.release_usage)",
                 "0");
}

static void arrays_of_release_usage_are_sorted_and_say_what_was_played(void **state)
{
    StoreFixture *fixture = *state;

    make_catalogue();
    scratch_run(
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
        "  '4006381333931 DEA120000002 DE free 1 1', '4006381333931 DEA120000001 FR free 2 2',"
        "  '4006381333931 DEA120000009 DE free 4 4');"
        "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
        "  '4006381333931 DEA120000001 FR free 8 8');"
        "SELECT seed.batch('wavecast', '2026-11-02', '2026-11-02', '',"
        "  '4006381333931 DEA120000001 FR free 16 16')");
    (void)run(fixture, &all_buckets);
    assert_value(
        "SELECT string_agg(streams::text || coalesce((SELECT string_agg("
        "           tidemark.recording_text(code), ' ') FROM unnest(played) AS code), '-'),"
        "       ', ' ORDER BY period_to) FROM tidemark.release_usage",
        "{4,2,1}DEA120000009 DEA120000001 DEA120000002, {24}-");
}

static void the_reasons_of_suspense_are_those_of_the_schema(void **state)
{
    Text names = {0};

    (void)state;
    for (size_t i = 0; i < SUSPENSE_REASONS; i++)
        text_append_format(&names, "%s%s", i == 0 ? "" : " ", suspense_reasons[i].name);
    assert_value("SELECT array_to_string(enum_range(NULL::tidemark.suspense_reason), ' ')",
                 text_bytes(&names));
    text_free(&names);
}

static void what_waits_is_listed_by_name_the_biggest_first(void **state)
{
    StoreFixture *fixture = *state;
    Rows *rows = NULL;

    make_catalogue();
    scratch_run("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '',"
                "  '- USRC17607839 DE free 2 1', '- USRC17607839 FR free 5 4', '- - DE free 9 9');"
                "SELECT seed.batch('wavecast', '2026-11-03', '2026-11-03', '',"
                "  '- USRC17607839 DE free 7 6');"
                "SELECT seed.batch('other', '2026-11-03', '2026-11-03', 'EUR',"
                "  '- USRC17607839 DE free 1 1 0.25')");
    (void)run(fixture, &all_buckets);
    assert_ok(fixture, suspense_list(fixture->store, "wavecast", NULL, &rows, &fixture->error));
    assert_int_equal(rows_count(rows), 2);
    assert_string_equal(rows_text(rows, 0, "recording"), "USRC17607839");
    assert_int_equal(rows_int64(rows, 0, "streams"), 14);
    assert_int_equal(rows_int64(rows, 0, "monetised"), 11);
    assert_string_equal(rows_text(rows, 0, "period_from"), "2026-11-01");
    assert_string_equal(rows_text(rows, 0, "period_to"), "2026-11-03");
    assert_true(rows_is_null(rows, 0, "amount"));
    assert_string_equal(rows_text(rows, 1, "reason"), "no_code");
    rows_free(rows);
    rows = NULL;
    assert_ok(fixture, suspense_totals(fixture->store, "other", "unknown_recording", &rows,
                                       &fixture->error));
    assert_int_equal(rows_count(rows), 1);
    assert_string_equal(rows_text(rows, 0, "amount"), "0.25");
    assert_string_equal(rows_text(rows, 0, "currency"), "EUR");
    rows_free(rows);
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

            (void)run(fixture, &half);
        }

        AggregateOptions options = {
            .jobs = 1 + (int)random_below(&random, 3), .share = 1, .share_count = 1};

        (void)run(fixture, &options);
        assert_as_expected();
    }
    assert_value("SELECT count(*) > 20 FROM tidemark.accrual", "t");
    assert_value("SELECT count(*) > 50 FROM seed.actual WHERE place LIKE '% %'", "t");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED_TEST(each_cell_goes_where_its_names_say),
        SEEDED_TEST(what_is_counted_is_matched_or_suspended_in_streams_and_money),
        SEEDED_TEST(a_run_with_nothing_new_opens_no_accrual),
        SEEDED_TEST(a_batch_and_its_revocation_leave_nothing),
        SEEDED_TEST(a_release_learned_late_claims_its_suspense),
        SEEDED_TEST(a_second_release_moves_what_named_none),
        SEEDED_TEST(an_alias_that_changes_its_meaning_moves_its_days),
        SEEDED_TEST(a_territory_that_is_explained_later_is_claimed),
        SEEDED_TEST(a_batch_that_is_visible_in_part_is_not_accrued),
        SEEDED_TEST(a_chunk_whose_counts_differ_is_not_accrued),
        SEEDED_TEST(what_a_crash_left_open_is_finished_before_what_came_since),
        SEEDED_TEST(shares_together_do_what_one_run_does),
        SEEDED_TEST(a_trial_leaves_nothing_behind),
        SEEDED_TEST(arrays_of_release_usage_are_sorted_and_say_what_was_played),
        SEEDED_TEST(the_reasons_of_suspense_are_those_of_the_schema),
        SEEDED_TEST(what_waits_is_listed_by_name_the_biggest_first),
        SEEDED_TEST(however_the_catalogue_learns_all_streams_are_where_they_belong),
    };

    return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
