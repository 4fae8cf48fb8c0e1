/**
 * Usage, which is priced in C, comes to what tidemark.price_chunks() says in SQL: what earns and
 * what waits row by row, what was read, and what payees get, to the last digit; and so it does once
 * it was priced again, whatever came and ended in between.
 */
#include "base/memory.h"
#include "support/money.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UPC_3 "4012345678901"
#define UPC_ODD "=ODD-RELEASE"
#define ISRC_3 "DEA120000003"

static int pricing_begin(void **state)
{
    int failed = money_begin(state);

    if (failed == 0) {
        money_run_file(*state, "tests/support/pricing_oracle.sql");
        money_run_file(*state, "tests/support/pricing_anew.sql");
    }
    return failed;
}

#define PRICING_TEST(test) cmocka_unit_test_setup_teardown(test, pricing_begin, night_end)

static void assert_no_difference(Night *night)
{
    assert_night_value(night, "SELECT difference FROM seed.pricing_difference", "");
}

/** A catalogue of its own for each round: four releases, of which the first three have splits, and a
 * rate for all. */
static void begin_round(Night *night)
{
    money_run(night, "SELECT seed.clear()");
    money_change(night, "SELECT seed.track(upc, isrc, upc = '" UPC_1 "') FROM "
                        "unnest('{" UPC_1 "," UPC_2 "," UPC_3 "," UPC_ODD "}'::text[]) AS upc, "
                        "unnest('{" ISRC_1 "," ISRC_2 "," ISRC_3 "}'::text[]) AS isrc;"
                        "SELECT seed.payee(key, 1000000) FROM unnest('{A,B,C}'::text[]) AS key;"
                        "SELECT seed.split(upc, '-', '(,)', 'A 0.4', 'B 0.6') FROM "
                        "unnest('{" UPC_1 "," UPC_2 "," UPC_3 "}'::text[]) AS upc;"
                        "SELECT seed.territory_alias('UK', 'GB');"
                        "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.003)");
}

static const char *one_of(Random *random, const char *const texts[], size_t count)
{
    return texts[random_below(random, count)];
}

#define ONE_OF(random, texts) one_of((random), (texts), COUNT_OF(texts))

/** A rate that names any of the five, by the stream or of the amount; at times for some days only. */
static void change_rate(Night *night, Random *random)
{
    static const char *const providers[] = {"-", "wavecast", "other"};
    static const char *const territories[] = {"-", "-", "DE", "FR", "GB"};
    static const char *const tiers[] = {"-", "-", "free", "premium"};
    static const char *const releases[] = {"-", "-", "-", UPC_1, UPC_2, UPC_ODD};
    static const char *const recordings[] = {"-", "-", "-", ISRC_1, ISRC_3};
    static const char *const days[] = {"(,)", "(,2026-11-02)", "[2026-11-02,)",
                                       "[2026-11-02,2026-11-04)"};
    static const char *const prices[] = {"'EUR', 0.004", "'EUR', 0.000123456789", "'JPY', 1",
                                         "NULL, 0.85",   "NULL, 0.000000000001",  "'EUR', NULL",
                                         "'USD', 0"};
    char *change =
        text_format("SELECT seed.rate('%s %s %s %s %s', '%s', %s)", ONE_OF(random, providers),
                    ONE_OF(random, territories), ONE_OF(random, tiers), ONE_OF(random, releases),
                    ONE_OF(random, recordings), ONE_OF(random, days), ONE_OF(random, prices));

    money_change(night, change);
    free(change);
}

/** A split of a release, or of one recording on it; or an end of one. */
static void change_split(Night *night, Random *random)
{
    static const char *const releases[] = {UPC_1, UPC_2, UPC_3, UPC_ODD};
    static const char *const recordings[] = {"-", "-", ISRC_1, ISRC_2};
    static const char *const days[] = {"(,)", "(,2026-11-03)", "[2026-11-02,)"};
    static const char *const shares[] = {
        "VARIADIC ARRAY['A 1']", "VARIADIC ARRAY['C 1']", "VARIADIC ARRAY['A 0.4', 'B 0.6']",
        "VARIADIC ARRAY['A 0.333333333333', 'C 0.666666666667']", "VARIADIC ARRAY[]::text[]"};
    char *change =
        text_format("SELECT seed.split('%s', '%s', '%s', %s)", ONE_OF(random, releases),
                    ONE_OF(random, recordings), ONE_OF(random, days), ONE_OF(random, shares));

    money_change(night, change);
    free(change);
}

/** Cells of one of two feeds, with or without money, of which some take back. */
static void add_batch(Night *night, Random *random)
{
    static const char *const feeds[] = {"wavecast", "second"};
    static const char *const currencies[] = {"", "USD", "JPY", "???"};
    static const char *const releases[] = {UPC_1, UPC_2, UPC_3, UPC_ODD};
    static const char *const recordings[] = {ISRC_1, ISRC_2, ISRC_3, "-"};
    static const char *const markets[] = {"DE premium", "FR free", "UK premium",
                                          "US family",  "US -",    "- free"};
    unsigned from = 1 + (unsigned)random_below(random, 4);
    unsigned to = from + (unsigned)random_below(random, 2);
    Text sql = {0};

    text_append_format(&sql, "SELECT seed.batch('%s', '2026-11-%02u', '2026-11-%02u', '%s'",
                       ONE_OF(random, feeds), from, to, ONE_OF(random, currencies));
    for (size_t i = 1 + random_below(random, 40); i > 0; i--) {
        int streams = (int)random_below(random, 9) - 3;
        int monetised = (int)random_below(random, 5) - 2;

        text_append_format(&sql, ", '%s %s %s %d %d %d.%u'", ONE_OF(random, releases),
                           ONE_OF(random, recordings), ONE_OF(random, markets), streams, monetised,
                           (int)random_below(random, 3) - 1, 5 * (unsigned)random_below(random, 2));
    }
    text_append(&sql, ")");
    money_run(night, text_bytes(&sql));
    text_free(&sql);
}

/** What there was of each kind over all rounds, or the test tries too little. */
typedef struct Seen {
    bool by_stream;
    bool by_amount;
    bool named;
    bool own_split;
    bool no_rate;
    bool no_split;
    bool nothing_left; // of several elements of one key
    bool few_cells;    // so that the splits of their releases are asked for
    bool many_cells;
} Seen;

static bool is_so(Night *night, const char *sql)
{
    char *value = night_value(night, sql);
    bool is_true = *value == 't';

    free(value);
    return is_true;
}

static void look(Night *night, Seen *seen)
{
    seen->by_stream |= is_so(night, "SELECT 'monetised' IN (SELECT basis FROM tidemark.earning)");
    seen->by_amount |= is_so(night, "SELECT 'amount' IN (SELECT basis FROM tidemark.earning)");
    seen->named |= is_so(night, "SELECT EXISTS (SELECT FROM tidemark.earning_part AS part JOIN "
                                "tidemark.rate ON rate.id = part.rate WHERE rate.release IS NOT "
                                "NULL OR rate.recording IS NOT NULL)");
    seen->own_split |= is_so(night, "SELECT EXISTS (SELECT FROM tidemark.earning_part AS part JOIN "
                                    "tidemark.split ON split.id = part.split WHERE "
                                    "split.recording <> 0)");
    seen->no_rate |= is_so(night, "SELECT 'no_rate' IN (SELECT reason FROM tidemark.suspense)");
    seen->no_split |= is_so(night, "SELECT 'no_split' IN (SELECT reason FROM tidemark.suspense)");
    seen->nothing_left |=
        is_so(night, "SELECT EXISTS (SELECT FROM seed.priced WHERE split IS NOT NULL GROUP BY "
                     "bucket, feed, period_from, period_to, release, recording, rate HAVING "
                     "count(*) > 1 AND sum(monetised) = 0 AND sum(amount) = 0)");

    static const char few_cells[] = "SELECT 4 * sum(cells) < pg_relation_size('tidemark.split') / "
                                    "140 FROM tidemark.release_usage";

    seen->few_cells |= is_so(night, few_cells);
    seen->many_cells |= !is_so(night, few_cells);
}

static void whatever_the_terms_and_usage_they_come_to_what_sql_says(void **state)
{
    enum { ROUNDS = 16 };
    Night *night = *state;
    Random random = {2026};
    Seen seen = {0};

    for (int round = 0; round < ROUNDS; round++) {
        begin_round(night);
        for (uint64_t i = 2 + random_below(&random, 6); i > 0; i--)
            change_rate(night, &random);
        for (uint64_t i = random_below(&random, 6); i > 0; i--)
            change_split(night, &random);
        for (uint64_t i = 1 + random_below(&random, 4); i > 0; i--)
            add_batch(night, &random);
        night_run(night, 0, "tidemark-aggregate", NULL);
        if (round % 2 == 1)
            money_run(night, "SELECT seed.double_chunks()");
        night_run(night, 0, "tidemark-request", "--jobs", round % 4 < 2 ? "1" : "3", NULL);
        assert_no_difference(night);
        night_run(night, 0, "tidemark-verify", "--check", "owed", "--check", "ledger", NULL);
        look(night, &seen);
    }
    assert_true(seen.by_stream && seen.by_amount && seen.named && seen.own_split && seen.no_rate &&
                seen.no_split && seen.nothing_left && seen.few_cells && seen.many_cells);
}

/** What a territory is an alias of changes: all that was played there is priced again. */
static void change_territory(Night *night, Random *random)
{
    static const char *const territories[] = {"GB", "FR", "US"};
    char *change =
        text_format("SELECT seed.territory_alias('UK', '%s')", ONE_OF(random, territories));

    money_change(night, change);
    free(change);
}

static void change_something(Night *night, Random *random)
{
    for (uint64_t i = random_below(random, 4); i > 0; i--)
        change_rate(night, random);
    for (uint64_t i = random_below(random, 3); i > 0; i--)
        change_split(night, random);
    if (random_once_in(random, 4))
        change_territory(night, random);
}

/** What there was of each kind over all rounds of pricing again. */
typedef struct SeenAgain {
    bool earned;
    bool reversed_by_stream;
    bool reversed_by_amount;
    bool rate_found;
    bool rate_lost;
    bool split_found;
    bool split_lost;
    bool value_alone; // other than before, of streams that wait all the same
    bool untouched;   // of an accrual that priced something again
} SeenAgain;

static void look_again(Night *night, SeenAgain *seen)
{
    static const char of_again[] = "accrual IN (SELECT accrual FROM tidemark.pricing_total WHERE "
                                   "part = 'again')";
    const struct {
        bool *seen;
        const char *table;
        const char *condition;
    } kinds[] = {
        {&seen->earned, "earning_part", "kind = 'earned'"},
        {&seen->reversed_by_stream, "earning_part", "kind = 'reversed' AND basis = 'monetised'"},
        {&seen->reversed_by_amount, "earning_part", "kind = 'reversed' AND basis = 'amount'"},
        {&seen->rate_found, "suspense", "reason = 'no_rate' AND streams < 0"},
        {&seen->rate_lost, "suspense", "reason = 'no_rate' AND streams > 0"},
        {&seen->split_found, "suspense", "reason = 'no_split' AND streams < 0"},
        {&seen->split_lost, "suspense", "reason = 'no_split' AND streams > 0"},
        {&seen->value_alone, "suspense", "streams = 0 AND value <> 0"},
    };

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        char *sql = text_format("SELECT EXISTS (SELECT FROM tidemark.%s WHERE %s AND %s)",
                                kinds[i].table, kinds[i].condition, of_again);

        *kinds[i].seen |= is_so(night, sql);
        free(sql);
    }
    seen->untouched |= is_so(
        night, "SELECT EXISTS (SELECT FROM tidemark.pricing_total AS again WHERE again.part = "
               "'again' AND EXISTS (SELECT FROM tidemark.pricing_total AS other WHERE other.part = "
               "'new' AND other.accrual < again.accrual AND other.bucket <> again.bucket))");
}

static void whatever_changes_what_is_priced_again_is_what_pricing_anew_gives(void **state)
{
    enum { ROUNDS = 12, NIGHTS = 5 };
    Night *night = *state;
    Random random = {1889};
    SeenAgain seen = {0};

    for (int round = 0; round < ROUNDS; round++) {
        begin_round(night);
        for (int i = 0; i < NIGHTS; i++) {
            change_something(night, &random);
            for (uint64_t batches = random_below(&random, 3); batches > 0; batches--)
                add_batch(night, &random);
            night_run(night, 0, "tidemark-aggregate", NULL);
            if (random_once_in(&random, 3))
                continue; // then two accruals are priced one behind the other
            night_run(night, 0, "tidemark-request", NULL);
            assert_night_value(night, "SELECT difference FROM seed.anew_difference", "");
        }
        night_run(night, 0, "tidemark-request", NULL);
        night_run(night, 0, "tidemark-verify", "--check", "owed", "--check", "ledger", NULL);
        look_again(night, &seen);
    }
    assert_true(seen.earned && seen.reversed_by_stream && seen.reversed_by_amount &&
                seen.rate_found && seen.rate_lost && seen.split_found && seen.split_lost &&
                seen.value_alone && seen.untouched);
}

/** More cells than are priced at once (again.c): of a release on three days, so that its bucket is in
 * the first and in the last lots, and of one behind it. */
static void more_than_is_priced_at_once_is_priced_again(void **state)
{
    Night *night = *state;

    begin_round(night);
    money_run(night, "SELECT seed.batch('wavecast', day, day, '', VARIADIC ARRAY("
                     "    SELECT format('" UPC_1 " DEA12%s DE free 3 2 -', lpad(n::text, 7, '0'))"
                     "      FROM generate_series(1, 45000) AS n) || ARRAY['" UPC_2 " " ISRC_1
                     " GB free 7 5 -'])"
                     "  FROM unnest('{2026-11-01,2026-11-02,2026-11-03}'::date[]) AS day");
    money_accrue(night);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.004);"
                        "SELECT seed.split('" UPC_1 "', '-', '(,)', 'B 0.5', 'C 0.5')");
    money_accrue(night);
    night_run(night, 0, "tidemark-verify", "--check", "owed", "--check", "ledger", NULL);
    assert_night_value(
        night,
        "SELECT string_agg(format('%s %s %s', kind, count, monetised), ', ' ORDER BY kind) FROM "
        "(SELECT kind, count(*), sum(monetised) AS monetised FROM tidemark.earning_part "
        " WHERE accrual = 2 GROUP BY kind) AS part",
        "earned 135003 270015, reversed 135003 -270015");
}

/** The first chunk of release usage once more in each bucket, on each of some days. */
static void spread_usage(Night *night, int days)
{
    char *sql = text_format("INSERT INTO tidemark.release_usage (bucket, accrual, feed, "
                            "    period_from, period_to, currency, cells, total_streams, "
                            "    total_monetised, total_amount, pair_count, releases, recordings, "
                            "    pairs, markets, streams, monetised) "
                            "SELECT number, accrual, feed, day, day, currency, cells, "
                            "       total_streams, total_monetised, total_amount, pair_count, "
                            "       releases, recordings, pairs, markets, streams, monetised"
                            "  FROM (SELECT * FROM tidemark.release_usage LIMIT 1) AS usage,"
                            "       generate_series(0, 255) AS number,"
                            "       (SELECT date '2025-01-01' + n AS day"
                            "          FROM generate_series(1, %d) AS n) AS days;"
                            "ANALYZE tidemark.release_usage",
                            days);

    money_run(night, sql);
    free(sql);
}

/** A year of a feed, of which each day has usage in each bucket, and a rate of all of it. Nothing is
 * monetised, so that what is touched is all there is to remember. */
static void a_year_that_is_touched_takes_little_memory(void **state)
{
    enum { MORE_KB_MAX = 20 * 1024 }; // as rows of a result, it is thirty
    Night *night = *state;

    commands_keep_nothing_freed();
    money_batch(night, "2026-11-01", "'" UPC_2 " " ISRC_2 " DE premium 10 0 -'");
    money_accrue(night);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.004)");
    money_accrue(night);

    long least_kb = night_peak_kb(night);

    spread_usage(night, 365);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.006)");
    money_accrue(night);
    assert_in_range(night_peak_kb(night), 1, least_kb + MORE_KB_MAX);
}

/** Splits of 100,000 releases, of which one has usage, in all buckets. */
static void a_large_catalogue_takes_little_memory(void **state)
{
    enum { MORE_KB_MAX = 10 * 1024 }; // all splits at once take twenty-three
    Night *night = *state;

    commands_keep_nothing_freed();
    money_batch(night, "2026-11-01", "'" UPC_2 " " ISRC_2 " DE premium 10 0 -'");
    money_accrue(night);
    spread_usage(night, 1);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.004)");
    money_accrue(night);

    long least_kb = night_peak_kb(night);

    money_run(night, "INSERT INTO tidemark.release (bucket, code, title, artist, since_version) "
                     "SELECT tidemark.bucket_of(code, 0), code, 'Release', seed.artist(), 1"
                     "  FROM generate_series(1, 100000) AS code;"
                     "INSERT INTO tidemark.split (bucket, release, validity, payees, shares,"
                     "    since_version) "
                     "SELECT bucket, code, '(,)', ARRAY[1], ARRAY[1], 1"
                     "  FROM tidemark.release WHERE code <= 100000");
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.006)");
    money_accrue(night);
    assert_in_range(night_peak_kb(night), 1, least_kb + MORE_KB_MAX);
}

static void a_chunk_that_is_not_what_was_stored_is_refused(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    money_run(night, "UPDATE tidemark.release_usage SET total_monetised = total_monetised + 1");
    night_run(night, 75, "tidemark-request", NULL);
    if (strstr(night_err(night), "usage of 2026-11-01 to 2026-11-01: its cells are 10 streams, 7 "
                                 "monetised, amount 0; it was stored with 10, 8, 0") == NULL)
        fail_msg("%s", night_err(night));
    assert_night_value(night, "SELECT count(*) FROM tidemark.pricing_bucket", "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PRICING_TEST(whatever_the_terms_and_usage_they_come_to_what_sql_says),
        PRICING_TEST(whatever_changes_what_is_priced_again_is_what_pricing_anew_gives),
        PRICING_TEST(more_than_is_priced_at_once_is_priced_again),
        PRICING_TEST(a_year_that_is_touched_takes_little_memory),
        PRICING_TEST(a_large_catalogue_takes_little_memory),
        PRICING_TEST(a_chunk_that_is_not_what_was_stored_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
