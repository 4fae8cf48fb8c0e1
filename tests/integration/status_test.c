#include "support/catalogue_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// How everything stands, in one sentence and its tables, and for each problem what settles it.

static const json_t *status(Night *night)
{
    return night_run_json(night, 0, "tidemark-status", "--date", "2026-11-05", NULL);
}

static const char *sentence(const json_t *document)
{
    return json_string_value(json_array_get(json_object_get(document, "said"), 0));
}

// The problems of a status, a line each: "problem | command".
static char *problems_of(const json_t *document)
{
    Text text = {0};
    size_t index = 0;
    json_t *row = NULL;

    json_array_foreach(json_object_get(document, "problems"), index, row)
        text_append_format(&text, "%s | %s\n", json_string_value(json_object_get(row, "problem")),
                           json_string_value(json_object_get(row, "command")));
    return text_take(&text);
}

static void assert_problems(const json_t *document, const char *expected)
{
    char *problems = problems_of(document);

    assert_string_equal(problems, expected);
    free(problems);
}

static void write_rows(Night *night, const char *place, int64_t first, int64_t last)
{
    char *report = wavecast_report(first, last);

    night_write(night, place, report);
    free(report);
}

#define WAVECAST                                                              \
    "provider: wavecast\n"                                                    \
    "zone: Europe/Berlin\n"                                                   \
    "columns: {sequence_id: id, time: time, recording: isrc, release: upc,\n" \
    "          territory: country, tier: tier, duration: seconds}\n"          \
    "max_reject_ratio: 0.5\n"

static void all_is_well_where_nothing_waits(void **state)
{
    Night *night = *state;
    const json_t *document = status(night);

    assert_string_equal(sentence(document),
                        "All is well: 1 feed, nothing missing, nothing waiting.");
    assert_problems(document, "");
    night_feed(night, "other", WAVECAST);
    assert_string_equal(sentence(status(night)),
                        "All is well: 2 feeds, nothing missing, nothing waiting.");
}

static void a_gap_is_told_with_watermark_and_highest(void **state)
{
    Night *night = *state;

    write_rows(night, "inbox/wavecast/a.csv", 1, 10);
    write_rows(night, "inbox/wavecast/b.csv", 12, 20);
    night_run(night, 0, "tidemark-ingest", NULL);

    const json_t *document = status(night);

    assert_string_equal(night_cell(night, "feeds", 0, "watermark"), "10");
    assert_string_equal(night_cell(night, "feeds", 0, "highest"), "20");
    assert_string_equal(night_cell(night, "feeds", 0, "counted"), "19");
    assert_string_equal(night_cell(night, "feeds", 0, "missing"), "1");
    assert_problems(document,
                    "feed wavecast: missing: 1 sequence ID, money not yet counted | tidemark gaps "
                    "--feed wavecast\n"
                    "2 batches are counted and not aggregated | tidemark aggregate\n");
    assert_string_equal(sentence(document), "1 feed; 2 things to look at.");

    write_rows(night, "inbox/wavecast/c.csv", 11, 11);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_problems(status(night),
                    "3 batches are counted and not aggregated | tidemark aggregate\n");
    assert_string_equal(night_cell(night, "feeds", 0, "watermark"), "20");
}

static void a_rejected_row_is_told_until_it_comes_repaired(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast", WAVECAST);
    night_write(night, "inbox/wavecast/a.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,31\n"
                "2,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,soon\n"
                "3,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,31\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_problems(status(night),
                    "feed wavecast: missing: 1 sequence ID, money not yet counted | tidemark gaps "
                    "--feed wavecast\n"
                    "feed wavecast: rejected: 1 row | tidemark gaps --feed wavecast\n"
                    "a batch is counted and not aggregated | tidemark aggregate\n");
    night_write(night, "inbox/wavecast/b.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "2,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,31\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "tidemark-request", NULL);
    assert_problems(status(night), "3 streams in suspense, of which monetised: 3 "
                                   "(unknown_release) | tidemark suspense --reason "
                                   "unknown_release\n");
}

static void what_waited_is_told_until_it_is_claimed(void **state)
{
    Night *night = *state;

    write_rows(night, "inbox/wavecast/a.csv", 1, 10);
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);

    assert_problems(status(night),
                    "7 streams in suspense, of which monetised: 5 (unknown_release) | "
                    "tidemark suspense --reason unknown_release\n"
                    "3 streams in suspense, of which monetised: 1 (unknown_recording) | "
                    "tidemark suspense --reason unknown_recording\n"
                    "an accrual is not priced | tidemark request\n");
    catalogue_write_all(night);
    catalogue_import_all(night);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "tidemark-request", NULL);
    assert_problems(status(night),
                    "2 streams in suspense, of which monetised: 2 (no_split) | "
                    "tidemark suspense --reason no_split\n"
                    "3 streams in suspense, of which monetised: 1 (unknown_recording) | "
                    "tidemark suspense --reason unknown_recording\n");
}

static void a_report_that_should_have_come_is_late(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast", WAVECAST "rhythm: {every: daily, grace_days: 1}\n");
    assert_problems(status(night), "feed wavecast: no report has come yet | tidemark ingest --feed "
                                   "wavecast FILE\n");
    write_rows(night, "inbox/wavecast/a.csv", 1, 3); // to 2026-10-03
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run_json(night, 0, "tidemark-status", "--date", "2026-10-05", NULL);
    assert_string_equal(night_cell(night, "feeds", 0, "late_days"), "0");
    night_run_json(night, 0, "tidemark-status", "--date", "2026-10-06", NULL);
    assert_string_equal(night_cell(night, "problems", 0, "problem"),
                        "feed wavecast: its next report is late: by 1 day");
    night_run_json(night, 0, "tidemark-status", "--date", "2026-10-08", NULL);
    assert_string_equal(night_cell(night, "problems", 0, "problem"),
                        "feed wavecast: its next report is late: by 3 days");
    assert_string_equal(night_cell(night, "problems", 0, "command"),
                        "tidemark ingest --feed wavecast FILE");
}

static void what_waits_in_the_inbox_is_told_and_for_what(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast", WAVECAST "ready: {semaphore: \"{file}.done\"}\n");
    write_rows(night, "inbox/wavecast/a.csv", 1, 10);

    const json_t *document = status(night);

    assert_string_equal(sentence(document), "1 feed; 1 thing to look at.");
    assert_string_equal(night_cell(night, "problems", 0, "problem"),
                        "feed wavecast: a file waits: a.csv: its semaphore "
                        "\"a.csv.done\" is not there");
    assert_string_equal(night_cell(night, "problems", 0, "command"),
                        "tidemark ingest --feed wavecast FILE");
    assert_string_equal(night_cell(night, "inbox", 0, "file"), "a.csv");

    write_rows(night, "inbox/wavecast/b.csv", 11, 20);
    assert_problems(status(night),
                    "feed wavecast: 2 files wait: a.csv: its semaphore \"a.csv.done\" "
                    "is not there, … | tidemark ingest --feed wavecast FILE\n");
    night_write(night, "inbox/wavecast/a.csv.done", "");
    night_write(night, "inbox/wavecast/b.csv.done", "");
    assert_problems(status(night), "feed wavecast: 2 files are new in the inbox, or were refused: "
                                   "a.csv, … | tidemark ingest --feed wavecast\n");
    night_run(night, 0, "tidemark-status", NULL);
    assert_non_null(strstr(night_out(night), "INBOX"));

    night_run(night, 0, "tidemark-ingest", NULL);
    assert_problems(status(night),
                    "2 batches are counted and not aggregated | tidemark aggregate\n");
}

static void a_file_that_was_refused_stays_and_is_told(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/broken.csv", "no,such,columns\n1,2,3\n");
    night_run(night, 65, "tidemark-ingest", NULL);
    assert_problems(status(night), "feed wavecast: a file is new in the inbox, or was refused: "
                                   "broken.csv | tidemark ingest --feed wavecast\n");
}

static void what_is_owed_is_told_by_currency(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    night_write(night, "inbox/wavecast/a.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,31\n"
                "2,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,31\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    assert_problems(status(night), "an accrual is not priced | tidemark request\n");
    night_run(night, 0, "tidemark-request", NULL);

    const json_t *document = status(night);

    assert_string_equal(night_cell(night, "owed", 0, "currency"), "EUR");
    assert_string_equal(night_cell(night, "owed", 0, "carried"), "0.0062");
    assert_string_equal(night_cell(night, "owed", 0, "payees"), "2");
    assert_string_equal(sentence(document),
                        "All is well: 1 feed, nothing missing, nothing waiting.");
}

static void an_event_that_is_not_acknowledged_is_told(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    night_run(night, 0, "tidemark-release", "propose", "5901234123457", "2026-11-20", NULL);
    night_run(night, 0, "tidemark-release", "approve", "5901234123457", "2026-11-20", "--label",
              "harbour", NULL);
    night_run(night, 0, "tidemark-distribute", "--date", "2026-11-20", NULL);

    const json_t *document = status(night);

    assert_string_equal(night_cell(night, "events", 0, "state"), "pending");
    assert_string_equal(night_cell(night, "problems", 0, "command"), "tidemark deliver");
    assert_non_null(strstr(night_cell(night, "problems", 0, "problem"), "waits to be delivered"));
    assert_string_equal(sentence(document), "1 feed; 1 thing to look at.");
}

// Its days are none that have come: the feed is as late as without it.
static void a_report_that_was_revoked_brings_a_feed_no_further(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast", WAVECAST "rhythm: {every: daily, grace_days: 1}\n");
    wavecast_ingest(night, "a.csv.gz", 1, 10);
    night_write(night, "inbox/wavecast/wrong.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "11,2027-10-01T12:00:00Z,DEA629900001,,DE,free,31\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    status(night);
    assert_string_equal(night_cell(night, "feeds", 0, "last_period"), "2027-10-01");
    night_run(night, 0, "tidemark-revoke", "--reason", "wrong year", "wrong.csv", NULL);
    status(night);
    assert_string_equal(night_cell(night, "feeds", 0, "last_period"), "2026-10-03");
    assert_string_equal(night_cell(night, "feeds", 0, "late_days"), "31");
}

// Or it would be told that nothing waits.
static void what_waits_of_a_feed_that_there_is_not_is_a_wrong_command_line(void **state)
{
    Night *night = *state;

    night_run(night, 0, "tidemark-suspense", "--feed", "wavecast", NULL);
    night_run(night, 64, "tidemark-suspense", "--feed", "wavecst", NULL);
    assert_told(night, "wavecast");
    night_feed(night, "former", WAVECAST);
    write_rows(night, "inbox/former/a.csv", 1, 10);
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "rm", night_path(night, "config/feeds/former.yaml"), NULL);
    night_run(night, 0, "tidemark-suspense", "--feed", "former", NULL);
    assert_told(night, "unknown_release");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(all_is_well_where_nothing_waits),
        NIGHT_TEST(a_gap_is_told_with_watermark_and_highest),
        NIGHT_TEST(a_rejected_row_is_told_until_it_comes_repaired),
        NIGHT_TEST(what_waited_is_told_until_it_is_claimed),
        NIGHT_TEST(a_report_that_should_have_come_is_late),
        NIGHT_TEST(what_waits_in_the_inbox_is_told_and_for_what),
        NIGHT_TEST(a_file_that_was_refused_stays_and_is_told),
        NIGHT_TEST(what_is_owed_is_told_by_currency),
        NIGHT_TEST(an_event_that_is_not_acknowledged_is_told),
        NIGHT_TEST(a_report_that_was_revoked_brings_a_feed_no_further),
        NIGHT_TEST(what_waits_of_a_feed_that_there_is_not_is_a_wrong_command_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
