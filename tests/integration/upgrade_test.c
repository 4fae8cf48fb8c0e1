/**
 * What an older version stored is what a newer one reads: the schema is taken back to what it was
 * before a migration, with all its rows, and the migration's text runs over them again.
 */
#include "support/payouts.h"

#include "sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *name;
    const char *constraint; // on its releases
} chunk_tables[] = {
    {"usage", "usage_check1"},
    {"release_usage", "release_usage_check"},
    {"unplaced_usage", "unplaced_usage_check"},
};

static void migrate_again(Night *night, const char *name)
{
    size_t found = 0;

    for (size_t i = 0; i < sql_migration_count; i++)
        if (text_equal(sql_migrations[i].name, name)) {
            money_run(night, sql_migrations[i].text);
            found++;
        }
    assert_int_equal(found, 1);
}

static void ledgers_get_their_balances(void **state)
{
    Night *night = *state;
    static const char ledger[] =
        "SELECT string_agg(format('%s %s %s = %s', number, kind, trim_scale(amount), "
        "trim_scale(balance)), ', ' ORDER BY number) FROM tidemark.payee_entry";
    static const char expected[] =
        "1 earned 3.999 = 3.999, 2 requested -3.99 = 0.009, 3 restored 3.99 = 3.999, "
        "4 earned 3.999 = 7.998, 5 requested -7.99 = 0.008";

    payout_earn(night, "2026-11-01");
    night_run(night, 0, "tidemark-request", "--cancel", "1", "--reason", "disputed", NULL);
    payout_earn(night, "2026-11-02");
    assert_night_value(night, ledger, expected);
    money_run(night, "DROP VIEW tidemark.payee_balance, tidemark.ledger_end; "
                     "DROP FUNCTION tidemark.end_of_ledger; "
                     "DROP INDEX tidemark.payment_request_covered, tidemark.payee_entry_accrual; "
                     "ALTER TABLE tidemark.payee_entry DROP number, DROP balance");
    migrate_again(night, "012_ledger_balances");
    migrate_again(night, "018_balances_read_off");
    assert_night_value(night, ledger, expected);
    payout_earn(night, "2026-11-03");
    assert_owed(night);
}

/** Earnings by the stream and by amount, of several rates, splits and accruals. */
static void earn_in_many_ways(Night *night)
{
    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.4', 'B 0.6');"
                        "SELECT seed.split('" UPC_2 "', '-', '(,)', 'C 1');"
                        "SELECT seed.rate('- FR - - -', '(,)', 'EUR', 0.001);"
                        "SELECT seed.rate('- - free - -', '(,)', NULL, 0.7)");
    payout_earn(night, "2026-11-01");
    money_run(night, "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', 'USD', "
                     "'" UPC_1 " " ISRC_1 " DE free 10 0 2.5', '" UPC_1 " " ISRC_2
                     " DE free 10 1 -0.25', '" UPC_2 " " ISRC_2 " GB premium 70000 70000 0')");
    money_accrue(night);
    money_change(night, "SELECT seed.rate('- FR - - -', '(,)', 'EUR', 0.002)");
    payout_earn(night, "2026-11-02");
}

static void earnings_are_the_same(void **state)
{
    Night *night = *state;

    earn_in_many_ways(night);
    assert_owed(night);
    money_run(
        night,
        "CREATE TABLE public.lines AS SELECT * FROM tidemark.earning_line; "
        "CREATE TABLE tidemark.earning_by_release AS "
        "SELECT bucket, accrual, kind, feed, period_from, period_to, basis, currency, "
        "       array_agg(release ORDER BY place) AS releases, "
        "       array_agg(recording ORDER BY place) AS recordings, "
        "       array_agg(rate ORDER BY place) AS rates, array_agg(split ORDER BY place) AS "
        "splits, "
        "       array_agg(monetised ORDER BY place) AS monetised, "
        "       array_agg(reported ORDER BY place) FILTER (WHERE basis = 'amount') AS reported "
        "  FROM tidemark.earning_part "
        " GROUP BY bucket, accrual, kind, feed, period_from, period_to, basis, currency; "
        "DROP VIEW tidemark.earning_line, tidemark.earning_part; DROP TABLE tidemark.earning; "
        "DROP FUNCTION tidemark.rate_spans, tidemark.earning_parts, tidemark.is_conserved; "
        "ALTER TABLE tidemark.earning_by_release RENAME TO earning; "
        "CREATE VIEW tidemark.earning_part AS SELECT; "
        "CREATE VIEW tidemark.earning_line AS SELECT");
    migrate_again(night, "013_earnings_by_rate");
    assert_night_value(night,
                       "SELECT count(*) || ' ' || string_agg(DISTINCT basis || ' ' || kind, ', ') "
                       "FROM tidemark.earning_part",
                       "9 amount earned, monetised earned, monetised reversed");
    assert_night_value(night,
                       "SELECT count(*) FROM ((TABLE public.lines EXCEPT ALL TABLE "
                       "tidemark.earning_line) UNION ALL (TABLE tidemark.earning_line EXCEPT ALL "
                       "TABLE public.lines)) AS other",
                       "0");
    assert_owed(night);
    night_run(night, 0, "tidemark-export", NULL); // which checks that lines add up to payments
}

/** What waits for a rate or a split as a row a cell. */
static void take_back_unpriced_chunks(Night *night)
{
    money_run(night, "CREATE TABLE tidemark.unpriced AS SELECT * FROM tidemark.suspense "
                     "WHERE reason IN ('no_rate', 'no_split'); "
                     "CREATE OR REPLACE VIEW tidemark.suspense AS SELECT * FROM tidemark.unpriced; "
                     "DROP TABLE tidemark.unpriced_usage; "
                     "ALTER TABLE tidemark.unpriced RENAME TO unpriced_usage");
}

/** Chunks with their names in arrays. What their views and their function were for is not asked. */
static void take_back_packed_names(Night *night)
{
    take_back_unpriced_chunks(night);
    money_run(night,
              "DROP VIEW tidemark.usage_cell, tidemark.release_streams, tidemark.suspense CASCADE; "
              "DROP FUNCTION tidemark.unfold CASCADE; "
              "CREATE VIEW tidemark.usage_cell AS SELECT; "
              "CREATE VIEW tidemark.release_streams AS SELECT; "
              "CREATE VIEW tidemark.suspense AS SELECT; "
              "CREATE FUNCTION tidemark.unfold(cells integer, releases bigint[], "
              "recordings bigint[], pairs bytea, markets bytea, streams bytea, monetised bytea, "
              "amounts numeric[]) RETURNS TABLE (release bigint, recording bigint, "
              "market integer, streams bigint, monetised bigint, amount numeric) "
              "LANGUAGE sql AS 'SELECT 0::bigint, 0::bigint, 0, 0::bigint, 0::bigint, 0.0'");
    money_run(night, "ALTER TABLE tidemark.release_usage DROP CONSTRAINT release_usage_check, "
                     "DROP CONSTRAINT release_usage_check1, DROP CONSTRAINT release_usage_check2; "
                     "ALTER TABLE tidemark.release_usage "
                     "ALTER named TYPE bigint[] USING CASE WHEN named IS NOT NULL THEN "
                     "tidemark.unpack(named, pair_count) END, "
                     "ALTER played TYPE bigint[] USING CASE WHEN played IS NOT NULL THEN "
                     "tidemark.unpack(played, pair_count) END; "
                     "ALTER TABLE tidemark.usage DROP CONSTRAINT usage_check1; "
                     "ALTER TABLE tidemark.unplaced_usage DROP CONSTRAINT unplaced_usage_check");
    for (size_t i = 0; i < COUNT_OF(chunk_tables); i++) {
        char *sql =
            text_format("ALTER TABLE tidemark.%s "
                        "ALTER releases TYPE bigint[] USING tidemark.unpack(releases, "
                        "pair_count), "
                        "ALTER recordings TYPE bigint[] USING tidemark.unpack(recordings, "
                        "pair_count); "
                        "ALTER TABLE tidemark.%s DROP pair_count, "
                        "ADD CONSTRAINT %s CHECK (cardinality(releases) > 0)",
                        chunk_tables[i].name, chunk_tables[i].name, chunk_tables[i].constraint);

        money_run(night, sql);
        free(sql);
    }
    money_run(night, "ALTER TABLE tidemark.release_usage "
                     "ADD CONSTRAINT release_usage_check1 CHECK (true), "
                     "ADD CONSTRAINT release_usage_check2 CHECK (true)");
}

/** Cells of releases and recordings, plain and by other names, and some that wait. */
static void count_in_many_ways(Night *night)
{
    money_change(night, "SELECT seed.alias('release', '4012345000009', '" UPC_1 "', '(,)');"
                        "SELECT seed.alias('recording', 'DEA129900001', '" ISRC_1 "', '(,)')");
    money_batch(night, "2026-11-01",
                "'" UPC_1 " " ISRC_1 " DE free 3 2 -', '4012345000009 DEA129900001 DE free 5 5 -', "
                "'" UPC_2 " " ISRC_2 " GB free 7 7 -', '4012345678901 " ISRC_2 " GB free 9 9 -'");
    money_accrue(night);
}

static void names_are_packed(void **state)
{
    Night *night = *state;

    count_in_many_ways(night);
    money_run(night, "CREATE TABLE public.cells AS TABLE tidemark.usage_cell; "
                     "CREATE TABLE public.streams AS TABLE tidemark.release_streams; "
                     "CREATE TABLE public.waiting AS TABLE tidemark.suspense; "
                     "CREATE TABLE public.names AS SELECT named, played FROM "
                     "tidemark.release_usage");
    assert_night_value(night,
                       "SELECT concat_ws(' ', (SELECT count(*) FROM public.cells), "
                       "(SELECT count(*) FROM public.streams), (SELECT count(*) FROM "
                       "public.waiting), (SELECT count(named) || ' ' || count(played) FROM "
                       "public.names))",
                       "4 3 2 1 1");
    take_back_packed_names(night);
    migrate_again(night, "016_packed_names");
    migrate_again(night, "017_unpriced_chunks");
    assert_night_value(
        night,
        "SELECT count(*) FROM ((TABLE public.cells EXCEPT ALL TABLE tidemark.usage_cell) UNION ALL "
        "(TABLE tidemark.usage_cell EXCEPT ALL TABLE public.cells)) AS other",
        "0");
    assert_night_value(night,
                       "SELECT count(*) FROM ((TABLE public.streams EXCEPT ALL TABLE "
                       "tidemark.release_streams) UNION ALL (TABLE tidemark.release_streams EXCEPT "
                       "ALL TABLE public.streams)) AS other",
                       "0");
    assert_night_value(
        night,
        "SELECT count(*) FROM ((TABLE public.waiting EXCEPT ALL TABLE tidemark.suspense) UNION ALL "
        "(TABLE tidemark.suspense EXCEPT ALL TABLE public.waiting)) AS other",
        "0");
    assert_night_value(night,
                       "SELECT count(*) FROM (TABLE public.names EXCEPT ALL SELECT named, played "
                       "FROM tidemark.release_usage) AS other",
                       "0");
    assert_night_value(night,
                       "SELECT string_agg(DISTINCT attrelid::regclass || ' ' || attname, ', ') "
                       "FROM pg_attribute WHERE attrelid IN ('tidemark.usage'::regclass, "
                       "'tidemark.release_usage'::regclass, 'tidemark.unplaced_usage'::regclass) "
                       "AND atttypid = 'bytea'::regtype AND attcompression <> 'l'",
                       "");
    payout_earn(night, "2026-11-02");
    assert_owed(night);
}

static void what_waits_waits_still(void **state)
{
    Night *night = *state;

    money_run(night, "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', currency, VARIADIC "
                     "ARRAY(SELECT format('4012345678901 DEA12%s %s free %s 1 %s', "
                     "lpad(n::text, 7, '0'), market, n % 5 - 2, -n / 1000.0) "
                     "FROM generate_series(1, 700) AS n CROSS JOIN unnest('{DE,FR,BE}'::text[]) AS "
                     "market)) FROM unnest('{\"\",EUR}'::text[]) AS currency");
    money_batch(night, "2026-11-02", "'" UPC_2 " " ISRC_1 " DE free 3 2 -'");
    money_accrue(night);
    money_run(night, "CREATE TABLE public.waiting AS TABLE tidemark.suspense");
    take_back_packed_names(night);
    money_run(night, "DROP VIEW tidemark.suspense; "
                     "DROP TABLE tidemark.unplaced_usage, tidemark.unpriced_usage; "
                     "DELETE FROM tidemark.placement WHERE table_name LIKE 'unp%_usage'; "
                     "CREATE TABLE tidemark.suspense AS TABLE public.waiting");
    migrate_again(night, "014_waiting_chunks");
    migrate_again(night, "016_packed_names");
    migrate_again(night, "017_unpriced_chunks");
    assert_night_value(night,
                       "SELECT count(*) || ' ' || string_agg(DISTINCT reason::text, ' ') "
                       "FROM tidemark.suspense",
                       "4201 no_split unknown_release");
    assert_night_value(night,
                       "SELECT count(*) FROM ((TABLE public.waiting EXCEPT ALL TABLE "
                       "tidemark.suspense) UNION ALL (TABLE tidemark.suspense EXCEPT ALL TABLE "
                       "public.waiting)) AS other",
                       "0");
    assert_night_value(night,
                       "SELECT string_agg(format('%s %s %s', cells, total_streams, trim_scale("
                       "total_amount)), ', ' ORDER BY currency, cells, total_streams) FROM "
                       "tidemark.unplaced_usage",
                       "52 1 0, 1024 -3 0, 1024 2 0, 52 1 -35.975, 1024 -3 -175.275, "
                       "1024 2 -524.8");
    money_change(night, "SELECT seed.release('4012345678901')");
    money_accrue(night);
    assert_night_value(night,
                       "SELECT sum(streams) || ' ' || sum(monetised) || ' ' || trim_scale(sum("
                       "amount)) FROM tidemark.suspense WHERE reason <> 'no_split'",
                       "0 0 0");
    assert_owed(night);
}

/** Cells of which some wait for a rate and some for a split, in two currencies, and come again. */
static void wait_in_many_ways(Night *night)
{
    static const char cells[] =
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', currency, VARIADIC ARRAY("
        "SELECT format('%s %s %s free %s 1 %s', upc, isrc, market, n % 5 - 2, -n / 1000.0) "
        "FROM generate_series(1, 400) AS n CROSS JOIN unnest('{DE,FR,BE}'::text[]) AS market "
        "CROSS JOIN unnest('{" UPC_1 "," UPC_2 "}'::text[]) AS upc "
        "CROSS JOIN unnest('{" ISRC_1 "," ISRC_2 "}'::text[]) AS isrc)) "
        "FROM unnest('{\"\",EUR,USD}'::text[]) AS currency";

    money_change(night, "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', NULL);"
                        "SELECT seed.rate('- FR - - -', '(,)', 'EUR', 0.001);"
                        "SELECT seed.rate('- BE - - -', '(,)', NULL, 0.7)");
    money_run(night, cells);
    money_accrue(night);
    money_change(night, "SELECT seed.rate('- FR - - -', '(,)', 'EUR', 0.002);"
                        "SELECT seed.rate('- BE - - -', '(,)', 'USD', 0.1)");
    money_run(night, cells);
    money_accrue(night);
}

static void what_has_no_rate_or_split_waits_still(void **state)
{
    static const char totals[] =
        "SELECT string_agg(concat_ws(' ', reason, value_currency, streams, monetised, "
        "trim_scale(amount), trim_scale(value)), ', ' ORDER BY reason, value_currency) FROM "
        "(SELECT reason, value_currency, sum(total_streams) AS streams, sum(total_monetised) AS "
        "monetised, sum(total_amount) AS amount, sum(total_value) AS value FROM "
        "tidemark.unpriced_usage GROUP BY reason, value_currency) AS total";
    Night *night = *state;

    wait_in_many_ways(night);
    money_run(night, "CREATE TABLE public.waiting AS TABLE tidemark.suspense");

    char *expected = night_value(night, totals);

    take_back_unpriced_chunks(night);
    migrate_again(night, "017_unpriced_chunks");
    assert_night_value(night,
                       "SELECT count(*) FROM ((TABLE public.waiting EXCEPT ALL TABLE "
                       "tidemark.suspense) UNION ALL (TABLE tidemark.suspense EXCEPT ALL TABLE "
                       "public.waiting)) AS other",
                       "0");
    assert_night_value(night, totals, expected);
    free(expected);
    assert_night_value(night,
                       "SELECT string_agg(DISTINCT concat_ws(' ', reason, currency, "
                       "value_currency), ', ') FROM tidemark.unpriced_usage",
                       "no_rate , no_rate EUR, no_rate USD, no_split  EUR, no_split  USD, "
                       "no_split EUR EUR, no_split EUR USD, no_split USD EUR, no_split USD USD");
    money_change(night, "SELECT seed.rate('- - - - -', '(,)', 'EUR', 0.01);"
                        "SELECT seed.split('" UPC_2 "', '-', '(,)', 'C 1')");
    money_accrue(night);
    assert_night_value(night,
                       "SELECT sum(streams) || ' ' || sum(monetised) || ' ' || trim_scale(sum("
                       "amount)) || ' ' || trim_scale(sum(value)) FROM tidemark.suspense",
                       "0 0 0 0");
    assert_owed(night);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(ledgers_get_their_balances), MONEY_TEST(earnings_are_the_same),
        MONEY_TEST(what_waits_waits_still),     MONEY_TEST(what_has_no_rate_or_split_waits_still),
        MONEY_TEST(names_are_packed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
