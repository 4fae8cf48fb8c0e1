/**
 * Invariant 5: money is exact. What a stream earns is streams × rate × share, to the last digit; what was
 * read is what was recorded, and what has a rate earns or waits, or nothing is committed.
 */
#include "support/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_stream_earns_its_rate(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    money_accrue(night);
    assert_balances(night, "A 0.021 EUR");
    assert_owed(night);
}

static void streams_that_are_not_monetised_earn_nothing_and_are_in_no_suspense(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE premium 10 0 -', '" UPC_2 " " ISRC_2 " DE free 3 0 -'");
    money_accrue(night);
    assert_balances(night, "");
    assert_waiting(night, "");
    assert_night_value(night, "SELECT count(*) FROM tidemark.earning", "0");
    assert_owed(night);
}

static void thirds_add_up_to_the_whole(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.333333333333', "
                        "'B 0.333333333333', 'C 0.333333333334')");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1000001 1000001 -'");
    money_accrue(night);
    assert_balances(night, "A 1000.000999998999999 EUR, B 1000.000999998999999 EUR, "
                           "C 1000.001000002000002 EUR");
    assert_night_value(night, "SELECT sum(balance) = 1000001 * 0.003 FROM tidemark.payee_balance",
                       "t");
    assert_owed(night);
}

// Expected: computed with integers of any size, beside PostgreSQL.
static void the_largest_amounts_stay_exact(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', NULL, 0.123456789012);"
                        "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.333333333333', "
                        "'B 0.666666666667')");
    money_run(night, "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', 'USD', "
                     "'" UPC_1 " " ISRC_1 " DE premium 1 1 "
                     "99999999999999999999999999999999999999."
                     "99999999999999999999999999999999999999')");
    money_accrue(night);
    assert_night_value(night,
                       "SELECT string_agg(trim_scale(amount)::text, ' ' ORDER BY payee) "
                       "FROM tidemark.earning_line",
                       "4115226300395884773699599999999999999."
                       "99999999999999999999999999999999999999958847736996041152263004 "
                       "8230452600804115226300399999999999999."
                       "99999999999999999999999999999999999999917695473991958847736996");
    assert_night_value(night,
                       "SELECT string_agg(amount::text, ' ' ORDER BY number) "
                       "FROM tidemark.payment_request",
                       "4115226300395884773699599999999999999.99 "
                       "8230452600804115226300399999999999999.99");
    assert_balances(night,
                    "A 0.00999999999999999999999999999999999999958847736996041152263004 USD, "
                    "B 0.00999999999999999999999999999999999999917695473991958847736996 USD");
    assert_owed(night);
}

// A report can hold each of these amounts, and none of what they add up to.
static void sums_of_the_largest_amounts_stay_exact(void **state)
{
    static const char largest[] = "99999999999999999999999999999999999999";
    Night *night = *state;
    char *batch = text_format("SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', 'USD',"
                              "  '- " ISRC_1 " DE premium 2 2 1%s', '- " ISRC_1 " FR free 1 1 %s',"
                              "  '" UPC_2 " " ISRC_2 " DE premium 1 1 1%s')",
                              largest, largest, largest);

    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', NULL, 0.5)");
    money_run(night, batch);
    money_accrue(night);
    assert_balances(night, "");
    assert_waiting(night, "no_split 1 1 99999999999999999999999999999999999999.5 USD");
    night_run(night, 0, "tidemark-export", NULL);
    assert_night_value(night, "SELECT amount FROM tidemark.instruction",
                       "149999999999999999999999999999999999999.00");
    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', NULL, 1);"
                        "SELECT seed.split('" UPC_2 "', '-', '(,)', 'B 1')");
    money_accrue(night);
    assert_night_value(night,
                       "SELECT string_agg(amount::text, ' ' ORDER BY number) "
                       "FROM tidemark.payment_request",
                       "149999999999999999999999999999999999999.00 "
                       "149999999999999999999999999999999999999.00 "
                       "199999999999999999999999999999999999999.00");
    night_run(night, 0, "tidemark-export", NULL);
    assert_owed(night);
    free(batch);
}

static void the_most_specific_rate_wins(void **state)
{
    // From the least to the most specific; each pays ten times as much as the one before it.
    static const char *const names[] = {
        "- - - - -",
        "wavecast - - - -",
        "- - premium - -",
        "wavecast - premium - -",
        "- DE - - -",
        "wavecast DE - - -",
        "- DE premium - -",
        "wavecast DE premium - -",
        "- - - " UPC_1 " -",
        "wavecast DE premium " UPC_1 " -",
        "- - - - " ISRC_1,
        "wavecast DE premium - " ISRC_1,
        "- - - " UPC_1 " " ISRC_1,
        "wavecast DE premium " UPC_1 " " ISRC_1,
    };
    Night *night = *state;

    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', NULL)");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1 1 -'");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char *change = text_format("SELECT seed.rate('%s', '(,)', 'EUR', %zu)", names[i], i + 1);
        char *expected = text_format("A %zu EUR", i + 1);

        money_change(night, change);
        money_accrue(night);
        assert_balances(night, expected);
        free(change);
        free(expected);
    }
    assert_owed(night);
}

static void rates_of_other_streams_do_not_fit(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.rate('other - - - -', '(,)', 'EUR', 1);"
                        "SELECT seed.rate('- US - - -', '(,)', 'EUR', 1);"
                        "SELECT seed.rate('- - free - -', '(,)', 'EUR', 1);"
                        "SELECT seed.rate('- - - " UPC_2 " -', '(,)', 'EUR', 1);"
                        "SELECT seed.rate('- - - - " ISRC_2 "', '(,)', 'EUR', 1)");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1 1 -'");
    money_accrue(night);
    assert_balances(night, "A 0.003 EUR");
}

static void a_territory_is_what_its_alias_names(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.territory_alias('UK', 'GB');"
                        "SELECT seed.rate('- GB - - -', '(,)', 'GBP', 0.5)");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " UK premium 3 3 -'");
    money_accrue(night);
    assert_balances(night, "A 1.5 GBP");
}

static void a_period_is_priced_by_the_terms_of_its_last_day(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,2026-11-01)', 'EUR', 1);"
                        "SELECT seed.rate('wavecast - - - -', '[2026-11-01,)', 'EUR', 2);"
                        "SELECT seed.split('" UPC_1 "', '-', '(,2026-11-01)', 'A 1');"
                        "SELECT seed.split('" UPC_1 "', '-', '[2026-11-01,)', 'B 1')");
    money_run(night, "SELECT seed.batch('wavecast', '2026-10-26', '2026-11-01', '', "
                     "'" UPC_1 " " ISRC_1 " DE premium 1 1 -')");
    money_batch(night, "2026-10-31", "'" UPC_1 " " ISRC_1 " DE premium 1 1 -'");
    money_accrue(night);
    assert_balances(night, "A 1 EUR, B 2 EUR");
}

static void a_rate_by_amount_needs_an_amount(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.rate('wavecast DE - - -', '(,)', NULL, 0.85)");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 10 -'");
    money_run(night, "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', 'USD', "
                     "'" UPC_1 " " ISRC_1 " DE premium 10 0 2.5', "
                     "'" UPC_1 " " ISRC_1 " FR premium 10 10 2.5')");
    money_accrue(night);
    assert_balances(night, "A 0.06 EUR, A 2.125 USD");
    assert_owed(night);
}

static void an_amount_in_no_currency_that_is_known_waits(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', NULL, 0.85)");
    money_run(night, "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', 'ZWL', "
                     "'" UPC_1 " " ISRC_1 " DE premium 10 7 2.5')");
    money_accrue(night);
    assert_balances(night, "");
    assert_waiting(night, "no_rate 10 7 - -");
    assert_owed(night);
}

static void what_has_no_split_waits_with_its_value(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01",
                "'" UPC_2 " " ISRC_2 " DE premium 10 7 -', '" UPC_2 " " ISRC_2 " FR free 1 1 -'");
    money_accrue(night);
    assert_balances(night, "");
    assert_waiting(night, "no_split 11 8 0.024 EUR");
    assert_owed(night);
}

static void a_split_of_the_recording_goes_before_that_of_the_release(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.split('" UPC_1 "', '" ISRC_2 "', '(,)', 'B 1')");
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE premium 1 1 -', '" UPC_1 " " ISRC_2 " DE premium 2 2 -', "
                "'" UPC_1 " - DE premium 4 4 -'");
    money_accrue(night);
    assert_balances(night, "A 0.015 EUR, B 0.006 EUR");
}

static void voids_take_back(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    money_accrue(night);
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium -12 -9 -'");
    money_accrue(night);
    assert_balances(night, "A -0.006 EUR");
    assert_owed(night);
}

/** Nothing of an accrual is there: neither earnings, nor entries, nor its row. */
static void assert_unpriced(Night *night)
{
    assert_night_value(night,
                       "SELECT (SELECT count(*) FROM tidemark.earning) + "
                       "(SELECT count(*) FROM tidemark.payee_entry) + "
                       "(SELECT count(*) FROM tidemark.pricing)",
                       "0");
}

static void what_is_not_visible_yet_is_not_priced(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    money_run(night, "UPDATE tidemark.accrual_bucket SET matched_streams = matched_streams + 1, "
                     "counted_streams = counted_streams + 1 WHERE bucket = 0");
    night_run(night, 75, "tidemark-request", NULL);
    assert_told(night, "accrual 1: read 10 streams, 7 monetised, amount 0, but recorded as "
                       "matched: 11, 7, 0");
    assert_unpriced(night);
}

static void several_connections_price_what_one_would(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    // A run that was killed between its commits left some buckets priced, here one without usage.
    money_run(night, "INSERT INTO tidemark.pricing_bucket "
                     "SELECT 1, number, 0, 0, 0 FROM generate_series(0, 255) AS number "
                     "WHERE number NOT IN (SELECT bucket FROM tidemark.release_usage) LIMIT 1");
    night_run(night, 0, "tidemark-request", "--jobs", "3", NULL);
    assert_balances(night, "A 0.021 EUR");
    assert_night_value(night, "SELECT count(*) FROM tidemark.pricing_bucket", "256");
    assert_owed(night);
}

static void what_a_killed_run_priced_is_entered_by_the_next_with_the_rest(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.split('" UPC_2 "', '-', '(,)', 'A 0.5', 'B 0.5')");
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE premium 10 7 -', '" UPC_2 " " ISRC_2
                " DE premium 5 3 -'");
    money_accrue(night);
    assert_balances(night, "A 0.0255 EUR, B 0.0045 EUR");
    // The bucket of the second release was another connection's, which had committed; the rest was not.
    money_run(night, "DELETE FROM tidemark.payee_entry");
    money_run(night, "DELETE FROM tidemark.pricing");
    money_run(night, "CREATE TABLE seed.left AS SELECT DISTINCT bucket FROM tidemark.release_usage "
                     "WHERE tidemark.gtin_code('" UPC_2
                     "') = ANY (tidemark.unpack(releases, pair_count))");
    money_run(night, "DELETE FROM tidemark.earning WHERE bucket NOT IN (TABLE seed.left)");
    money_run(night, "DELETE FROM tidemark.pricing_total WHERE bucket NOT IN (TABLE seed.left)");
    money_run(night, "DELETE FROM tidemark.pricing_bucket WHERE bucket NOT IN (TABLE seed.left)");
    assert_night_value(night, "SELECT count(*) FROM tidemark.earning", "1");
    night_run(night, 0, "tidemark-request", "--jobs", "2", NULL);
    assert_balances(night, "A 0.0255 EUR, B 0.0045 EUR");
    assert_night_value(night, "SELECT count(*) FROM tidemark.earning", "2");
    assert_owed(night);
}

static void a_killed_runs_commit_that_comes_between_is_for_later(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    // What the server says where the other's row for a bucket is committed while this run prices it.
    money_run(night, "CREATE FUNCTION seed.collide() RETURNS trigger LANGUAGE plpgsql AS "
                     "$$ BEGIN RAISE unique_violation; END $$");
    money_run(night, "CREATE TRIGGER collide BEFORE INSERT ON tidemark.pricing_bucket "
                     "FOR EACH ROW EXECUTE FUNCTION seed.collide()");
    for (int jobs = 1; jobs <= 2; jobs++) {
        night_run(night, 75, "tidemark-request", "--jobs", jobs == 1 ? "1" : "2", NULL);
        assert_told(night, "accrual 1: a commit of a run that has ended came between");
        assert_unpriced(night);
    }
    money_run(night, "DROP TRIGGER collide ON tidemark.pricing_bucket");
    night_run(night, 0, "tidemark-request", NULL);
    assert_owed(night);
}

static void an_accrual_that_is_not_complete_is_not_priced(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", "--share", "1/2", NULL);
    night_run(night, 75, "tidemark-request", NULL);
    assert_told(night, "accrual 1 is not complete: 128 of its 256 buckets are recorded");
    assert_unpriced(night);
    night_run(night, 0, "tidemark-aggregate", "--share", "2/2", NULL);
    night_run(night, 0, "tidemark-request", NULL);
    assert_balances(night, "A 0.021 EUR");
}

static void an_earning_of_one_stream_more_is_not_committed(void **state)
{
    Night *night = *state;

    money_run(night, "CREATE FUNCTION seed.add_one() RETURNS trigger LANGUAGE plpgsql AS "
                     "$$ BEGIN NEW.monetised[1] := NEW.monetised[1] + 1; RETURN NEW; END $$");
    money_run(night, "CREATE TRIGGER add_one BEFORE INSERT ON tidemark.earning "
                     "FOR EACH ROW EXECUTE FUNCTION seed.add_one()");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 70, "tidemark-request", NULL);
    assert_told(night, "accrual 1: 0.021 EUR have a rate, but 0.024 are earned and 0 wait");
    assert_unpriced(night);
}

static void what_payees_get_is_all_that_is_earned(void **state)
{
    Night *night = *state;

    money_run(night,
              "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE tidemark.split DROP CONSTRAINT %I', "
              "conname) FROM pg_catalog.pg_constraint WHERE pg_get_constraintdef(oid) LIKE "
              "'%sum_of(shares)%'); END $$");
    money_run(night, "UPDATE tidemark.split SET shares = '{0.9}'");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 70, "tidemark-request", NULL);
    assert_told(night, "accrual 1: 0.021 EUR are earned, but payees get 0.0189 of it");
    assert_unpriced(night);
}

static void an_entry_that_differs_in_the_last_digit_is_not_committed(void **state)
{
    Night *night = *state;

    money_run(night, "CREATE FUNCTION seed.add_a_little() RETURNS trigger LANGUAGE plpgsql AS "
                     "$$ BEGIN NEW.amount := NEW.amount + 0.000000000001; RETURN NEW; END $$");
    money_run(night, "CREATE TRIGGER add_a_little BEFORE INSERT ON tidemark.payee_entry "
                     "FOR EACH ROW EXECUTE FUNCTION seed.add_a_little()");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 10 7 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 70, "tidemark-request", NULL);
    assert_told(night, "accrual 1: 0.021 EUR are priced, but 0.021000000001 are entered");
    assert_unpriced(night);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(a_stream_earns_its_rate),
        MONEY_TEST(streams_that_are_not_monetised_earn_nothing_and_are_in_no_suspense),
        MONEY_TEST(thirds_add_up_to_the_whole),
        MONEY_TEST(the_largest_amounts_stay_exact),
        MONEY_TEST(sums_of_the_largest_amounts_stay_exact),
        MONEY_TEST(the_most_specific_rate_wins),
        MONEY_TEST(rates_of_other_streams_do_not_fit),
        MONEY_TEST(a_territory_is_what_its_alias_names),
        MONEY_TEST(a_period_is_priced_by_the_terms_of_its_last_day),
        MONEY_TEST(a_rate_by_amount_needs_an_amount),
        MONEY_TEST(an_amount_in_no_currency_that_is_known_waits),
        MONEY_TEST(what_has_no_split_waits_with_its_value),
        MONEY_TEST(a_split_of_the_recording_goes_before_that_of_the_release),
        MONEY_TEST(voids_take_back),
        MONEY_TEST(what_is_not_visible_yet_is_not_priced),
        MONEY_TEST(an_accrual_that_is_not_complete_is_not_priced),
        MONEY_TEST(several_connections_price_what_one_would),
        MONEY_TEST(what_a_killed_run_priced_is_entered_by_the_next_with_the_rest),
        MONEY_TEST(a_killed_runs_commit_that_comes_between_is_for_later),
        MONEY_TEST(an_earning_of_one_stream_more_is_not_committed),
        MONEY_TEST(what_payees_get_is_all_that_is_earned),
        MONEY_TEST(an_entry_that_differs_in_the_last_digit_is_not_committed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
