#include "support/night.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Identity `line`: a row is its report and its line. Equal rows are legitimate, reported amounts are
// kept exactly, and a report that comes again with other bytes is a restatement.

#define SALES "isrc,country,quantity,revenue\n"
#define FIRST "DEA629900001,DE,3,0.0123\n"
#define SECOND "DEA629900002,DE,2,0.02\n"

static int night_with_sales(void **state)
{
    int failed = night_begin(state);

    if (failed == 0)
        night_feed(*state, "sales",
                   "provider: wavecast\n"
                   "zone: UTC\n"
                   "identity: line\n"
                   "file: {name_pattern: \"{service}_{period}_{part}of{parts}.csv\"}\n"
                   "columns: {recording: isrc, territory: country, quantity: quantity,\n"
                   "          amount: revenue, currency: {constant: EUR},\n"
                   "          period: {name_part: period}}\n"
                   "monetised: {by: all}\n");
    return failed;
}

static void assert_sales(Night *night, const char *expected)
{
    assert_night_value(
        night,
        "SELECT string_agg(concat_ws(' ', isrc, period, streams, currency, amount),\n"
        "                  ', ' ORDER BY isrc, period)\n"
        "  FROM (SELECT isrc, period, sum(streams) AS streams, currency,\n"
        "               sum(amount) AS amount\n"
        "          FROM tidemark.usage_cell\n"
        "         WHERE feed = 'sales'\n"
        "         GROUP BY isrc, period, currency\n"
        "        HAVING sum(streams) <> 0) AS sales",
        expected);
}

static void equal_rows_all_count(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/sales/x_2026-10_1of1.csv", SALES FIRST FIRST SECOND FIRST);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "counted"), "4");
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "0");
    assert_string_equal(night_cell(night, "files", 0, "first_id"), "4294967298"); // 2^32 + 2
    assert_sales(night, "DEA629900001 [2026-10-01,2026-11-01) 9 EUR 0.0369, "
                        "DEA629900002 [2026-10-01,2026-11-01) 2 EUR 0.02");
}

static void reports_have_ids_of_their_own(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/sales/x_2026-09_1of1.csv", SALES FIRST);
    night_write(night, "inbox/sales/x_2026-10_1of2.csv", SALES SECOND);
    night_write(night, "inbox/sales/x_2026-10_2of2.csv", SALES FIRST SECOND);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(
        night,
        "SELECT string_agg(concat_ws(' ', ordinal, report_key, last_id - (ordinal << 32)),\n"
        "                  ', ' ORDER BY ordinal)\n"
        "  FROM tidemark.report_file",
        "1 service=x period=2026-09 part=1 2, 2 service=x period=2026-10 part=1 2, "
        "3 service=x period=2026-10 part=2 3");
    assert_night_value(night,
                       "SELECT concat_ws(' ', counted, last_batch, last_ordinal, missing)\n"
                       "  FROM tidemark.tide",
                       "4 3 3 0");
}

static void a_report_with_other_bytes_is_a_restatement(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/sales/x_2026-10_1of1.csv", SALES FIRST);
    night_run(night, 0, "tidemark-ingest", NULL);
    night_write(night, "inbox/sales/x_2026-10_1of1.csv", SALES FIRST SECOND);
    night_run_json(night, 65, "tidemark-ingest", NULL);

    const char *reason = night_cell(night, "files", 0, "reason");

    assert_non_null(strstr(reason, "its report (service=x period=2026-10 part=1) was counted as "
                                   "\"x_2026-10_1of1.csv\""));
    assert_non_null(strstr(reason, "tidemark supersede --feed sales "));
    assert_non_null(strstr(reason, "rm '"));
    assert_sales(night, "DEA629900001 [2026-10-01,2026-11-01) 3 EUR 0.0123");
}

// A file is counted once by its bytes; that two reports are alike to the byte is not passed over.
static void the_bytes_of_another_report_are_refused_unless_they_have_no_rows(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/sales/x_2026-09_1of1.csv", SALES FIRST);
    night_write(night, "inbox/sales/x_2026-10_1of1.csv", SALES FIRST);
    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_string_equal(night_cell(night, "files", 1, "outcome"), "refused");
    assert_non_null(strstr(night_cell(night, "files", 1, "reason"), "counted as another report"));
    night_write(night, "inbox/sales/x_2026-10_1of1.csv", SALES FIRST "\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_write(night, "inbox/sales/y_2026-09_1of1.csv", SALES);
    night_write(night, "inbox/sales/y_2026-10_1of1.csv", SALES);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 1, "outcome"), "known");
    assert_sales(night, "DEA629900001 [2026-09-01,2026-10-01) 3 EUR 0.0123, "
                        "DEA629900001 [2026-10-01,2026-11-01) 3 EUR 0.0123");
}

static void a_name_that_does_not_fit_the_pattern_is_refused(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/sales/report.csv", SALES FIRST);
    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"), "name pattern"));
}

#define SALES_TEST(test) cmocka_unit_test_setup_teardown(test, night_with_sales, night_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SALES_TEST(equal_rows_all_count),
        SALES_TEST(reports_have_ids_of_their_own),
        SALES_TEST(a_report_with_other_bytes_is_a_restatement),
        SALES_TEST(the_bytes_of_another_report_are_refused_unless_they_have_no_rows),
        SALES_TEST(a_name_that_does_not_fit_the_pattern_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
