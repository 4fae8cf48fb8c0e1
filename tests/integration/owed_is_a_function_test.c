/**
 * Invariant 9: owed is a function of all live batches and the catalogue's terms in force. Late usage, a
 * revoked file, a corrected rate or split, and a release learned late are one case: what stands is never
 * changed, the difference is appended, and pricing everything anew gives the same.
 */
#include "support/money.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/** All that an accrual wrote, as one digest. */
static char *rows_of(Night *night, int accrual)
{
    char *sql = text_format(
        "SELECT md5(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\")) FROM "
        "(SELECT earning::text AS line FROM tidemark.earning_line AS earning WHERE accrual <= %d "
        "UNION ALL "
        "SELECT entry::text FROM tidemark.payee_entry AS entry WHERE accrual <= %d UNION ALL "
        "SELECT suspense::text FROM tidemark.suspense WHERE accrual <= %d) AS line",
        accrual, accrual, accrual);
    char *rows = night_value(night, sql);

    free(sql);
    return rows;
}

/** A first night: ten monetised streams of A's release in Germany, ten in France. */
static void first_night(Night *night)
{
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE premium 10 10 -', "
                "'" UPC_1 " " ISRC_1 " FR free 10 10 -'");
    money_accrue(night);
    assert_balances(night, "A 0.06 EUR");
}

static void late_usage_is_priced_alone(void **state)
{
    Night *night = *state;

    first_night(night);

    char *before = rows_of(night, 1);

    money_batch(night, "2026-10-01", "'" UPC_1 " " ISRC_1 " DE premium 5 5 -'");
    money_accrue(night);
    assert_balances(night, "A 0.075 EUR");
    assert_night_value(night, "SELECT count(*) FROM tidemark.earning_line WHERE accrual = 2", "1");

    char *after = rows_of(night, 1);

    assert_string_equal(after, before);
    assert_owed(night);
    free(before);
    free(after);
}

static void a_revoked_file_is_taken_back(void **state)
{
    Night *night = *state;

    first_night(night);
    money_run(night, "SELECT seed.revoke('wavecast', 1)");
    money_accrue(night);
    assert_balances(night, "");
    assert_owed(night);
}

static void a_rate_corrected_in_the_past_yields_the_difference(void **state)
{
    Night *night = *state;

    first_night(night);

    char *before = rows_of(night, 1);

    money_change(night, "SELECT seed.rate('wavecast DE - - -', '[2026-11-01,2026-12-01)', 'EUR', "
                        "0.005)");
    money_accrue(night);
    assert_balances(night, "A 0.08 EUR");
    assert_night_value(night,
                       "SELECT string_agg(kind || ' ' || trim_scale(amount), ', ' ORDER BY kind) "
                       "FROM tidemark.payee_entry WHERE accrual = 2",
                       "earned 0.05, reversed -0.03");
    assert_night_value(night,
                       "SELECT string_agg(part || ' ' || trim_scale(rated) || ' ' || "
                       "trim_scale(earned) || ' ' || trim_scale(suspended), ', ') "
                       "FROM tidemark.pricing_total WHERE accrual = 2",
                       "again 0.02 0.02 0");

    char *after = rows_of(night, 1);

    assert_string_equal(after, before);
    assert_owed(night);
    free(before);
    free(after);
}

static void a_rate_that_ends_in_the_past_takes_back(void **state)
{
    Night *night = *state;

    first_night(night);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', NULL)");
    money_accrue(night);
    assert_balances(night, "");
    assert_waiting(night, "no_rate 20 20 - -");
    assert_owed(night);
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'JPY', 1)");
    money_accrue(night);
    assert_balances(night, "A 20 JPY");
    assert_waiting(night, "");
    assert_owed(night);
}

static void a_rate_of_days_without_usage_touches_nothing(void **state)
{
    Night *night = *state;

    first_night(night);
    money_change(night, "SELECT seed.rate('wavecast DE - - -', '[2026-12-01,)', 'EUR', 0.005)");
    money_accrue(night);
    assert_balances(night, "A 0.06 EUR");
    assert_night_value(night, "SELECT count(*) FROM tidemark.earning_line WHERE accrual > 1", "0");
    assert_night_value(night, "SELECT count(*) FROM tidemark.pricing_total WHERE accrual > 1", "0");
}

static void a_split_corrected_in_the_past_moves_what_was_earned(void **state)
{
    Night *night = *state;

    first_night(night);
    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.25', 'B 0.75')");
    money_accrue(night);
    assert_balances(night, "A 0.015 EUR, B 0.045 EUR");
    assert_night_value(night, "SELECT count(*) FROM tidemark.pricing_total WHERE accrual = 2", "0");
    assert_owed(night);
}

static void a_split_of_one_recording_moves_that_one(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE premium 1 1 -', '" UPC_1 " " ISRC_2 " DE premium 2 2 -'");
    money_accrue(night);
    assert_balances(night, "A 0.009 EUR");
    money_change(night, "SELECT seed.split('" UPC_1 "', '" ISRC_2 "', '(,)', 'C 1')");
    money_accrue(night);
    assert_balances(night, "A 0.003 EUR, C 0.006 EUR");
    assert_owed(night);
}

static void a_split_learned_late_claims_what_waits(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_2 " " ISRC_2 " DE premium 10 7 -'");
    money_accrue(night);
    assert_waiting(night, "no_split 10 7 0.021 EUR");
    money_change(night, "SELECT seed.split('" UPC_2 "', '-', '[2026-11-01,)', 'C 1')");
    money_accrue(night);
    assert_balances(night, "C 0.021 EUR");
    assert_waiting(night, "");
    assert_owed(night);
}

static void a_territory_corrected_in_the_past_is_priced_again(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.territory_alias('UK', 'UA');"
                        "SELECT seed.rate('- GB - - -', '(,)', 'GBP', 0.5)");
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " UK premium 1 1 -', '" UPC_1 " " ISRC_1 " DE premium 1 1 -'");
    money_accrue(night);
    assert_balances(night, "A 0.006 EUR");
    money_change(night, "SELECT seed.territory_alias('UK', 'GB')");
    money_accrue(night);
    assert_balances(night, "A 0.003 EUR, A 0.5 GBP");
    assert_owed(night);
}

static void a_release_learned_late_earns_what_waited(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'4012345678901 DEA120000077 DE premium 4 4 -'");
    money_accrue(night);
    assert_balances(night, "");
    money_change(night, "SELECT seed.track('4012345678901', 'DEA120000077', true);"
                        "SELECT seed.split('4012345678901', '-', '(,)', 'B 1')");
    money_accrue(night);
    assert_balances(night, "B 0.012 EUR");
    assert_owed(night);
}

static void usage_that_moves_to_another_release_takes_its_money_along(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.split('" UPC_2 "', '-', '(,)', 'B 1')");
    money_batch(night, "2026-11-01", "'4012345678901 " ISRC_2 " DE premium 4 4 -'");
    money_change(night, "SELECT seed.alias('release', '4012345678901', '" UPC_1 "', '(,)')");
    money_accrue(night);
    assert_balances(night, "A 0.012 EUR");
    money_change(night, "SELECT seed.alias('release', '4012345678901', '" UPC_2 "', '(,)')");
    money_accrue(night);
    assert_balances(night, "B 0.012 EUR");
    assert_owed(night);
}

static void streams_that_cancel_each_other_are_found_by_a_later_rate(void **state)
{
    Night *night = *state;

    // In sum over the markets nothing was monetised: a rate of one of them touches them all the same.
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE premium 5 5 -', '" UPC_1 " " ISRC_1
                " FR premium -5 -5 -'");
    money_accrue(night);
    assert_balances(night, "");
    money_change(night, "SELECT seed.rate('- DE - " UPC_1 " -', '(,)', 'EUR', 0.01)");
    money_accrue(night);
    assert_balances(night, "A 0.035 EUR");
    assert_owed(night);
}

/** A change of the catalogue, drawn. */
static char *random_change(Random *random)
{
    static const char *const releases[] = {UPC_1, UPC_2};
    static const char *const recordings[] = {"-", ISRC_1, ISRC_2};
    static const char *const days[] = {"(,)", "[2026-11-02,)", "(,2026-11-02)",
                                       "[2026-11-01,2026-11-03)"};
    static const char *const rates[] = {
        "wavecast - - - -",         "- DE - - -",        "- - free - -",
        "wavecast DE free - -",     "- - - " UPC_1 " -", "- - - - " ISRC_2,
        "- FR - " UPC_2 " " ISRC_2, "wavecast US - - -"};
    static const char *const prices[] = {"'EUR', 0.003", "'EUR', 0.000123456789", "'JPY', 1",
                                         "NULL, 0.85",   "'EUR', NULL",           "'EUR', 0"};
    static const char *const shares[] = {"'A 1'", "'A 0.333333333333', 'B 0.666666666667'",
                                         "'B 0.5', 'C 0.5'", "'C 1'"};
    static const char *const territories[] = {"GB", "UA", "DE"};

    switch (random_below(random, 3)) {
    case 0:
        return text_format("SELECT seed.split('%s', '%s', '%s', VARIADIC ARRAY[%s])",
                           releases[random_below(random, COUNT_OF(releases))],
                           recordings[random_below(random, COUNT_OF(recordings))],
                           days[random_below(random, COUNT_OF(days))],
                           shares[random_below(random, COUNT_OF(shares))]);
    case 1:
        return text_format("SELECT seed.rate('%s', '%s', %s)",
                           rates[random_below(random, COUNT_OF(rates))],
                           days[random_below(random, COUNT_OF(days))],
                           prices[random_below(random, COUNT_OF(prices))]);
    default:
        return text_format("SELECT seed.territory_alias('UK', '%s')",
                           territories[random_below(random, COUNT_OF(territories))]);
    }
}

/** A batch of some cells, drawn; every third reports money. */
static char *random_batch(Random *random)
{
    static const char *const names[] = {UPC_1 " " ISRC_1, UPC_1 " " ISRC_2, UPC_2 " " ISRC_2,
                                        UPC_1 " -", "- " ISRC_1};
    static const char *const markets[] = {"DE premium", "DE free", "FR free", "UK premium", "- -"};
    const char *currency = random_once_in(random, 3) ? "USD" : "";
    uint64_t cells = 1 + random_below(random, 4);
    Text sql = {0};

    text_append_format(&sql, "SELECT seed.batch('wavecast', '2026-11-0%d', '2026-11-03', '%s'",
                       1 + (int)random_below(random, 3), currency);
    for (uint64_t i = 0; i < cells; i++)
        text_append_format(
            &sql, ", '%s %s %d %d 0.%d'", names[random_below(random, COUNT_OF(names))],
            markets[random_below(random, COUNT_OF(markets))], (int)random_below(random, 9),
            (int)random_below(random, 9) - 3, (int)random_below(random, 1000));
    text_append(&sql, ")");
    return text_take(&sql);
}

static void any_order_of_changes_and_usage_ends_in_what_pricing_all_anew_gives(void **state)
{
    enum { NIGHTS = 25 };
    Night *night = *state;
    Random random = {2026};

    for (int i = 0; i < NIGHTS; i++) {
        char *change = random_change(&random);
        char *batch = random_batch(&random);

        if (!random_once_in(&random, 4))
            money_change(night, change);
        if (!random_once_in(&random, 4))
            money_run(night, batch);
        money_accrue(night);
        assert_owed(night);
        free(change);
        free(batch);
    }
    // A fair part of the nights had corrections, or this proves little.
    assert_night_value(night,
                       "SELECT count(DISTINCT accrual) > 5 FROM tidemark.earning "
                       "WHERE kind = 'reversed'",
                       "t");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(late_usage_is_priced_alone),
        MONEY_TEST(a_revoked_file_is_taken_back),
        MONEY_TEST(a_rate_corrected_in_the_past_yields_the_difference),
        MONEY_TEST(a_rate_that_ends_in_the_past_takes_back),
        MONEY_TEST(a_rate_of_days_without_usage_touches_nothing),
        MONEY_TEST(a_split_corrected_in_the_past_moves_what_was_earned),
        MONEY_TEST(a_split_of_one_recording_moves_that_one),
        MONEY_TEST(a_split_learned_late_claims_what_waits),
        MONEY_TEST(a_territory_corrected_in_the_past_is_priced_again),
        MONEY_TEST(a_release_learned_late_earns_what_waited),
        MONEY_TEST(usage_that_moves_to_another_release_takes_its_money_along),
        MONEY_TEST(streams_that_cancel_each_other_are_found_by_a_later_rate),
        MONEY_TEST(any_order_of_changes_and_usage_ends_in_what_pricing_all_anew_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
