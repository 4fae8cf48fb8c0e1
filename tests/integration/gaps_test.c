#include "support/night.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What is missing is told, can be waived, and counts when it comes all the same; and each ID can be
// traced to the line that brought it.

static void assert_feed(Night *night, const char *expected)
{
    assert_night_value(night,
                       "SELECT concat_ws(' ', watermark, highest, counted, waived, missing)\n"
                       "  FROM tidemark.feed_state",
                       expected);
}

static void gaps_are_listed_with_the_rejects_that_may_explain_them(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 20);
    wavecast_ingest(night, "b.csv.gz", 31, 40);
    night_write(night, "inbox/wavecast/c.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "51,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "52,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "53,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "54,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "55,2026-10-01T10:00:00Z,DEA629900001,,DE,,forty\n"
                "56,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "57,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "58,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "59,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                "60,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run_json(night, 0, "tidemark-gaps", NULL);
    assert_string_equal(night_cell(night, "gaps", 0, "first_id"), "21");
    assert_string_equal(night_cell(night, "gaps", 0, "last_id"), "30");
    assert_string_equal(night_cell(night, "gaps", 0, "rejects"), "");
    assert_string_equal(night_cell(night, "gaps", 1, "ids"), "10");
    assert_string_equal(night_cell(night, "gaps", 2, "first_id"), "55");
    assert_string_equal(night_cell(night, "gaps", 2, "rejects"), "c.csv (1)");
}

static void waived_ids_are_missing_no_more_and_count_when_they_come(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 20);
    wavecast_ingest(night, "b.csv.gz", 31, 40);
    assert_feed(night, "20 40 30 0 10");
    night_run(night, 64, "tidemark-gaps", "waive", "wavecast", "21", "30", NULL); // no reason
    night_run(night, 0, "tidemark-gaps", "waive", "wavecast", "15", "35", "--dry-run", "--reason",
              "x", NULL);
    assert_feed(night, "20 40 30 0 10");
    night_run_json(night, 0, "tidemark-gaps", "waive", "wavecast", "15", "35", "--reason",
                   "never sent", NULL);
    assert_feed(night, "40 40 30 10 0");
    night_run(night, 0, "tidemark-gaps", NULL);
    assert_non_null(strstr(night_out(night), "No ID is missing."));
    assert_night_value(night,
                       "SELECT concat_ws(' ', first_id, last_id, ids_waived, reason)\n"
                       "  FROM tidemark.waiver",
                       "15 35 10 never sent");
    night_run(night, 0, "tidemark-gaps", "waive", "wavecast", "15", "35", "--reason", "again",
              NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.waiver", "1");

    wavecast_ingest(night, "late.csv.gz", 25, 26);
    assert_feed(night, "40 40 32 8 0");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "32");
}

// As many at once as can be, and next to them as many again.
static void waivers_next_to_each_other_are_verified_however_many_ids_they_are(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 10);
    night_run(night, 64, "tidemark-gaps", "waive", "wavecast", "11", "4294967307", "--reason", "x",
              NULL);
    night_run(night, 0, "tidemark-gaps", "waive", "wavecast", "11", "4294967306", "--reason", "x",
              NULL);
    night_run(night, 0, "tidemark-gaps", "waive", "wavecast", "4294967307", "8589934602",
              "--reason", "x", NULL);
    assert_feed(night, "8589934602 10 10 8589934592 0");
    night_run(night, 0, "tidemark-verify", "--check", "tides", NULL);
    night_run(night, 0, "tidemark-revoke", "--reason", "x", "a.csv.gz", NULL);
    assert_feed(night, "0 0 0 8589934592 0");
    night_run(night, 0, "tidemark-verify", "--check", "tides", NULL);
}

static void a_word_that_is_no_utf_8_is_a_wrong_command_line(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 5, 10);
    night_run(night, 64, "tidemark-gaps", "waive", "wavecast", "1", "4", "--reason", "w\xe4re",
              NULL);
    assert_told(night, "invalid byte sequence");
    night_run(night, 64, "tidemark-release", "search", "w\xe4re", NULL);
}

static void a_waiver_while_a_file_is_read_is_not_lost(void **state)
{
    Night *night = *state;
    CommandResult result;
    char *report = wavecast_report(41, 50);

    wavecast_ingest(night, "a.csv.gz", 1, 20);
    wavecast_ingest(night, "b.csv.gz", 31, 40);
    night_write(night, "inbox/wavecast/c.csv", report);
    free(night_value(night, "BEGIN; SELECT feed FROM tidemark.tide FOR UPDATE"));

    // The waiver stands in line before the file: both wait for the lock that is held here.
    Command *waiver = command_start((const char *const[]){"tidemark-gaps", "waive", "wavecast",
                                                          "21", "30", "--reason", "x", NULL},
                                    NULL, NULL);
    night_wait_for_locks(night, "1");

    Command *ingest = command_start((const char *const[]){"tidemark-ingest", NULL}, NULL, NULL);

    night_wait_for_locks(night, "2");
    free(night_value(night, "COMMIT"));
    command_finish(waiver, COMMAND_TIMEOUT_S * 1000, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
    command_finish(ingest, COMMAND_TIMEOUT_S * 1000, &result);
    assert_int_equal(result.status, 0);
    command_result_free(&result);
    assert_feed(night, "50 50 40 10 0");
    free(report);
}

static void an_id_is_traced_to_its_line(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 20);
    wavecast_ingest(night, "b.csv.gz", 31, 40);
    night_run_json(night, 0, "tidemark-trace", "wavecast", "7", NULL);
    assert_string_equal(night_cell(night, "files", 0, "file"), "a.csv.gz");
    assert_string_equal(night_cell(night, "files", 0, "line"), "8");
    assert_string_equal(night_cell(night, "files", 0, "batch"), "1");
    assert_string_equal(night_cell(night, "files", 0, "row"),
                        "2026-10-02, recording DEA629900007, release 5901234123457, GB, free, "
                        "streams 1, monetised 0");
    night_run(night, 0, "tidemark-revoke", "--reason", "test", "a.csv.gz", NULL);
    night_run_json(night, 0, "tidemark-trace", "wavecast", "7", NULL);
    assert_string_equal(night_cell(night, "files", 0, "revoked_by"), "3");
}

static void the_fate_of_an_id_that_nobody_brought_is_told(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 20);
    wavecast_ingest(night, "b.csv.gz", 31, 40);
    night_run(night, 0, "tidemark-gaps", "waive", "wavecast", "25", "26", "--reason", "never",
              NULL);
    night_run(night, 0, "tidemark-trace", "wavecast", "25", NULL);
    assert_true(text_starts_with(night_out(night), "Sequence ID 25 of feed wavecast: waived."));
    night_run(night, 0, "tidemark-trace", "wavecast", "24", NULL);
    assert_true(text_starts_with(night_out(night), "Sequence ID 24 of feed wavecast: missing."));
    night_run(night, 0, "tidemark-trace", "wavecast", "41", NULL);
    assert_true(text_starts_with(night_out(night), "Sequence ID 41 of feed wavecast: never seen."));
    night_run(night, 64, "tidemark-trace", "wavecast", "1.5", NULL);
    night_run(night, 64, "tidemark-trace", "wavecst", "1", NULL);
}

static void a_line_is_traced_by_report_and_number(void **state)
{
    Night *night = *state;

    night_feed(night, "sales",
               "provider: wavecast\n"
               "zone: UTC\n"
               "identity: line\n"
               "columns: {recording: isrc, territory: country, quantity: quantity,\n"
               "          amount: revenue, currency: {constant: EUR}, period: month}\n"
               "monetised: {by: all}\n");
    night_write(night, "inbox/sales/a.csv",
                "isrc,country,quantity,revenue,month\nDEA629900001,DE,3,0.03,2026-10\n");
    night_write(night, "inbox/sales/b.csv",
                "isrc,country,quantity,revenue,month\nDEA629900001,DE,3,0.03,2026-10\n"
                "DEA629900002,FR,-1,-0.010,2026-09\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run_json(night, 0, "tidemark-trace", "sales", "2.3", NULL);
    assert_string_equal(night_cell(night, "files", 0, "file"), "b.csv");
    assert_string_equal(night_cell(night, "files", 0, "row"),
                        "2026-09-01 to 2026-09-30, recording DEA629900002, FR, streams -1, "
                        "monetised -1, -0.01 EUR");
}

// As every stage says that reads a feed by its settings.
static void a_feed_that_is_numbered_anew_is_not_traced(void **state)
{
    Night *night = *state;

    wavecast_ingest(night, "a.csv.gz", 1, 10);
    night_feed(night, "wavecast",
               "provider: wavecast\n"
               "zone: Europe/Berlin\n"
               "first_id: 100\n"
               "columns: {sequence_id: id, time: time, duration: seconds}\n");
    night_run(night, 78, "tidemark-gaps", NULL);
    night_run(night, 78, "tidemark-trace", "wavecast", "150", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(gaps_are_listed_with_the_rejects_that_may_explain_them),
        NIGHT_TEST(waived_ids_are_missing_no_more_and_count_when_they_come),
        NIGHT_TEST(waivers_next_to_each_other_are_verified_however_many_ids_they_are),
        NIGHT_TEST(a_word_that_is_no_utf_8_is_a_wrong_command_line),
        NIGHT_TEST(a_waiver_while_a_file_is_read_is_not_lost),
        NIGHT_TEST(an_id_is_traced_to_its_line),
        NIGHT_TEST(the_fate_of_an_id_that_nobody_brought_is_told),
        NIGHT_TEST(a_line_is_traced_by_report_and_number),
        NIGHT_TEST(a_feed_that_is_numbered_anew_is_not_traced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
