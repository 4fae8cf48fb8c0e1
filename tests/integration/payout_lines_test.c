/**
 * The lines of a payout run, which are expanded, sorted and multiplied in C, are those that plain SQL
 * gives (tidemark.payout_lines(), named and ordered by tests/support/payout_lines.sql): row by row, to
 * the last digit.
 */
#include "base/digest.h"
#include "base/files.h"
#include "base/memory.h"
#include "payout/line_terms.h"
#include "payout/lines.h"
#include "support/money.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STATEMENT_BYTES_MAX = 1 << 16 };

#define UPC_ODD "=ODD-RELEASE"
#define ISRC_3 "DEA120000003"

static const char header[] = "request,instruction,payee_id,currency,line,provider,feed,period_from,"
                             "period_to,upc,release_title,isrc,recording_title,rate,basis,share,"
                             "monetised,reported,amount\r\n";

/** The oracle's rows, as the file would have them; for free(). */
static char *lines_of_sql(Night *night, int run)
{
    Error error = {0};
    char *statement = NULL;
    size_t size_bytes = 0;

    if (file_read("tests/support/payout_lines.sql", STATEMENT_BYTES_MAX, &statement, &size_bytes,
                  &error) != STATUS_OK)
        fail_msg("%s", error.message);

    char *end = strrchr(statement, ';');
    Text sql = {0};

    assert_non_null(end);
    *end = '\0';
    text_append_format(
        &sql,
        "PREPARE oracle (bigint) AS SELECT string_agg(array_to_string(ARRAY[request::text, "
        "instruction, payee_id, currency, line::text, provider, feed, period_from::text, "
        "period_to::text, regexp_replace(upc, '^[=+@-]', '''\\&'), release_title, "
        "regexp_replace(isrc, '^[=+@-]', '''\\&'), recording_title, rate::text, basis::text, "
        "share::text, monetised::text, reported::text, amount::text], ',', '') || E'\\r\\n', '') "
        "FROM (%s) AS line; EXECUTE oracle (%d)",
        statement, run);

    char *lines = night_value(night, text_bytes(&sql));

    money_run(night, "DEALLOCATE ALL");
    text_free(&sql);
    free(statement);
    return lines;
}

/** Exports what is proposed as a run, whose lines must be those of the oracle; for free(). */
static char *export_lines(Night *night, int run)
{
    CommandResult result;
    char *place = text_format("payouts/%06d/lines.csv.gz", run);

    night_run(night, 0, "tidemark-export", NULL);
    command_run((const char *const[]){"gzip", "-dc", night_path(night, place), NULL}, NULL,
                &result);
    assert_int_equal(result.status, 0);

    char *oracle = lines_of_sql(night, run);
    char *expected = text_format("%s%s", header, oracle);
    char *lines = memory_copy_text(result.out);

    assert_string_equal(lines, expected);
    free(expected);
    free(oracle);
    free(place);
    command_result_free(&result);
    return lines;
}

/** The service periods of a run's instructions, which come from the ledger, are those of its lines. */
static void assert_periods(Night *night, int run)
{
    char *sql = text_format(
        "SELECT count(*) FROM tidemark.instruction LEFT JOIN (SELECT request, min(period_from) AS "
        "first_day, max(period_to) AS last_day FROM tidemark.payout_earnings(%d) GROUP BY request) "
        "AS line USING (request) WHERE instruction.run = %d AND (period_from, period_to) IS "
        "DISTINCT FROM (first_day, last_day)",
        run, run);

    assert_night_value(night, sql, "0");
    free(sql);
}

static void assert_has(const char *lines, const char *part)
{
    if (strstr(lines, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, lines);
}

static void lower_minimums(Night *night)
{
    money_run(night, "UPDATE tidemark.payee SET minimum = 0");
}

static void several_accruals_of_a_request_are_one_line(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1000 1000 -'");
    money_accrue(night);
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " FR free 500 333 -'");
    lower_minimums(night);
    money_accrue(night);

    char *lines = export_lines(night, 1);

    assert_has(lines, ",0.003,monetised,1,1333,,3.999\r\n");
    free(lines);
}

static void what_was_taken_back_whole_has_no_line(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1000 1000 -'");
    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_2 " DE premium 700 700 -'");
    money_accrue(night);
    money_run(night, "SELECT seed.revoke('wavecast', 1)");
    lower_minimums(night);
    money_accrue(night);

    char *lines = export_lines(night, 1);

    assert_null(strstr(lines, ISRC_1));
    assert_has(lines, ISRC_2 ",Song,0.003,monetised,1,700,,2.1\r\n");
    free(lines);
}

static void a_correction_is_two_lines_and_each_payee_has_its_share(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1000 1000 -'");
    money_accrue(night);
    money_change(night, "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.333333333333', "
                        "'B 0.333333333333', 'C 0.333333333334')");
    lower_minimums(night);
    money_accrue(night);

    char *lines = export_lines(night, 1);

    assert_has(lines, "A,EUR,earned,");
    assert_has(lines, "A,EUR,reversed,");
    assert_has(lines, ",0.333333333334,1000,,1.000000000002\r\n");
    free(lines);
}

static void a_reported_amount_keeps_all_its_digits(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.rate('wavecast DE - - -', '(,)', NULL, 0.123456789012);"
                        "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 0.000000000001', "
                        "'B 0.999999999999')");
    money_run(
        night,
        "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-30', 'USD', '" UPC_1 " " ISRC_1
        " DE premium 5 5 12345678901234567890.12345678901234567890123456789012345678', '" UPC_1
        " " ISRC_2 " FR premium 7 7 0.5')");
    lower_minimums(night);
    money_accrue(night);

    char *lines = export_lines(night, 1);

    assert_has(lines, ",5,12345678901234567890.12345678901234567890123456789012345678,"
                      "1524157.87531961603433196160343319616034331961603433196160232056090136\r\n");
    assert_has(lines, "7,,0.02099999999"); // of the other rate, without the amount
    free(lines);
}

static void a_release_with_an_odd_code_is_told_as_it_was_written(void **state)
{
    Night *night = *state;

    money_change(night, "SELECT seed.track('" UPC_ODD "', '" ISRC_3 "', true);"
                        "SELECT seed.split('" UPC_ODD "', '-', '(,)', 'B 1')");
    money_batch(night, "2026-11-01",
                "'" UPC_ODD " " ISRC_3 " DE premium 1000 1000 -', '" UPC_1
                " - DE premium 1000 1000 -'");
    lower_minimums(night);
    money_accrue(night);

    char *lines = export_lines(night, 1);

    assert_has(lines, ",'" UPC_ODD ",Release," ISRC_3 ",Song,");
    free(lines);
}

/** By which of its two ways the run's lines find their splits: all that there are, or those named. */
static bool reads_all_splits(Store *store, int run)
{
    Error error = {0};
    LineTerms terms = {0};

    if (line_terms_read(store, run, &terms, &error) != STATUS_OK)
        fail_msg("%s", error.message);

    bool names_most = terms.names_most_splits;

    line_terms_free(&terms);
    return names_most;
}

/** Within tiny bounds the bytes of a run's lines are the same: records go by way of many runs of the
 * sorter, and names are forgotten after every line or two. */
static void assert_same_within_tiny_bounds(Night *night, int run, bool *out_reads_all_splits)
{
    static const LinesBounds tiny = {.sorter_bytes = 1, .lines_at_once = 2, .names_max = 1};
    static const StoreOptions options = {.application = "test", .connect_timeout_s = 10};
    Error error = {0};
    Store *store = NULL;
    LinesSummary summary = {0};
    char digest[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    char *place = text_format("payouts/%06d/lines.csv.gz", run);

    if (digest_file(night_path(night, place), digest, &size_bytes, &error) != STATUS_OK ||
        store_open(&options, &store, &error) != STATUS_OK ||
        lines_write_within(store, run, night_path(night, "lines.csv.gz"), &tiny, &summary,
                           &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_string_equal(summary.file.sha256, digest);
    *out_reads_all_splits = reads_all_splits(store, run);
    lines_summary_free(&summary);
    store_close(store);
    free(place);
}

/** A batch of some cells, in one of three feeds, on one of four days, with or without money. */
static void add_batch(Night *night, Random *random)
{
    static const char *const feeds[] = {"wavecast", "Zeta", "alpha"};
    static const char *const currencies[] = {"", "USD", "JPY"};
    static const char *const releases[] = {UPC_1, UPC_2, UPC_ODD};
    static const char *const recordings[] = {ISRC_1, ISRC_2, ISRC_3, "-"};
    static const char *const markets[] = {"DE premium", "FR free", "US family", "US -"};
    unsigned from = 1 + (unsigned)random_below(random, 4);
    unsigned to = from + (unsigned)random_below(random, 2);
    Text sql = {0};

    text_append_format(&sql, "SELECT seed.batch('%s', '2026-11-%02u', '2026-11-%02u', '%s'",
                       feeds[random_below(random, 3)], from, to,
                       currencies[random_below(random, 3)]);
    for (size_t i = 1 + random_below(random, 12); i > 0; i--) {
        int streams = (int)random_below(random, 2000) - 300;

        text_append_format(&sql, ", '%s %s %s %d %d %d.%07u'", releases[random_below(random, 3)],
                           recordings[random_below(random, 4)], markets[random_below(random, 4)],
                           streams, streams - streams / 3, streams,
                           (unsigned)random_below(random, 10000000));
    }
    text_append(&sql, ")");
    money_run(night, text_bytes(&sql));
    text_free(&sql);
}

/** Another rate or split in place of one that may have been used. */
static void change_terms(Night *night, Random *random)
{
    static const char *const changes[] = {
        "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.00%u)",
        "SELECT seed.rate('wavecast US - - -', '(,)', NULL, 0.5%u)",
        "SELECT seed.rate('- FR free - -', '(,)', 'JPY', 1.%u)",
        "SELECT seed.split('" UPC_1 "', '-', '(,2026-11-03)', 'A 0.5', 'B 0.3', 'C 0.20')",
        "SELECT seed.split('" UPC_1 "', '-', '(,)', 'B 0.999999999999', 'A 0.000000000001')",
        "SELECT seed.split('" UPC_2 "', '" ISRC_2 "', '(,)', 'A 0.50', 'C 0.5')",
        "SELECT seed.split('" UPC_ODD "', '-', '(,)', 'C 1')",
        "SELECT seed.split('" UPC_2 "', '-', '(,)', 'A 0.25', 'B 0.75')",
    };
    char *change = text_format("SELECT 1; %s", changes[random_below(random, COUNT_OF(changes))]);
    char *number = text_format("%u", 1 + (unsigned)random_below(random, 8));
    char *place = strstr(change, "%u");

    if (place != NULL) { // "%u" gives way to two digits
        place[0] = '0';
        place[1] = number[0];
    }
    money_change(night, change);
    free(number);
    free(change);
}

static void whatever_the_terms_and_batches_the_lines_are_those_of_sql(void **state)
{
    Night *night = *state;
    Random random = {2026};
    int run = 0;
    int runs_by_way[2] = {0}; // splits named, all splits

    lower_minimums(night);
    money_change(night, "SELECT seed.track('" UPC_ODD "', '" ISRC_3 "', true);"
                        "SELECT seed.track('" UPC_ODD "', '" ISRC_1 "', false)");
    for (int round = 0; round < 12; round++) {
        for (uint64_t batches = 1 + random_below(&random, 4); batches > 0; batches--)
            add_batch(night, &random);
        if (round % 2 == 1)
            change_terms(night, &random);
        money_run(night, round % 3 == 2 ? "UPDATE tidemark.payee SET minimum = 0"
                                        : "UPDATE tidemark.payee SET minimum = 1000000");
        money_accrue(night);

        char *proposed = night_value(night, "SELECT count(*) FROM tidemark.payment_request WHERE "
                                            "state = 'proposed'");

        if (round % 3 == 2 && !text_equal(proposed, "0")) {
            bool reads_all = false;

            free(export_lines(night, ++run));
            assert_same_within_tiny_bounds(night, run, &reads_all);
            runs_by_way[reads_all]++;
            assert_periods(night, run);
        }
        free(proposed);
    }
    assert_true(runs_by_way[false] > 0 && runs_by_way[true] > 0); // or this test tries too little
    assert_night_value(night,
                       "SELECT bool_and(kinds = 4) FROM (SELECT count(DISTINCT line.kind) AS kinds "
                       "FROM tidemark.payout_run AS run CROSS JOIN "
                       "tidemark.payout_lines(run.number) AS line) AS told",
                       "t"); // as well
    night_run(night, 0, "tidemark-verify", "--check", "runs", "--check", "payouts", NULL);
}

static void lines_that_do_not_add_up_are_not_written(void **state)
{
    Night *night = *state;

    money_batch(night, "2026-11-01", "'" UPC_1 " " ISRC_1 " DE premium 1000 1000 -'");
    lower_minimums(night);
    money_accrue(night);
    money_run(night, "UPDATE tidemark.earning SET monetised = '{999}'");
    night_run(night, 70, "tidemark-export", NULL);
    assert_non_null(strstr(night_err(night), "request 1: its lines add up to 2.997 EUR, its amount "
                                             "is 3"));
    assert_false(night_has(night, "payouts/000001/lines.csv.gz"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(several_accruals_of_a_request_are_one_line),
        MONEY_TEST(what_was_taken_back_whole_has_no_line),
        MONEY_TEST(a_correction_is_two_lines_and_each_payee_has_its_share),
        MONEY_TEST(a_reported_amount_keeps_all_its_digits),
        MONEY_TEST(a_release_with_an_odd_code_is_told_as_it_was_written),
        MONEY_TEST(whatever_the_terms_and_batches_the_lines_are_those_of_sql),
        MONEY_TEST(lines_that_do_not_add_up_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
