#include "support/night.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// An ID that was counted before with other content is money in dispute: the file is refused and both
// rows are shown. It is never called a duplicate.

enum { COUNTED = 200 };

static void ingest_counted(Night *night)
{
    char *report = wavecast_report(1, COUNTED);

    night_write(night, "inbox/wavecast/counted.csv.gz", report);
    night_run(night, 0, "tidemark-ingest", NULL);
    free(report);
}

// The rows from `first` to `last`, but in place of `old` stands `new`; the caller's.
static char *report_with(int64_t first, int64_t last, const char *old, const char *new)
{
    char *report = wavecast_report(first, last);
    const char *at = strstr(report, old);

    assert_non_null(at);

    char *other = text_format("%.*s%s%s", (int)(at - report), report, new, at + strlen(old));

    free(report);
    return other;
}

static void assert_conflict(Night *night, const char *conflicts, const char *shown)
{
    char *before = night_cells(night);

    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "refused");
    assert_string_equal(night_cell(night, "files", 0, "conflict"), conflicts);
    if (strstr(night_cell(night, "files", 0, "reason"), shown) == NULL)
        fail_msg("the reason is \"%s\", expected \"%s\"", night_cell(night, "files", 0, "reason"),
                 shown);

    char *after = night_cells(night);

    assert_string_equal(after, before);
    free(after);
    free(before);
}

// Row 150 is "150,2026-10-01T06:30:07Z,DEA629900007,4006381333931,DE,premium,30.9".
#define ROW_150 "150,2026-10-01T06:30:07Z,DEA629900007,4006381333931,DE,premium,30.9\n"
#define OTHER_150 "150,2026-10-01T06:30:07Z,DEA629900007,4006381333931,FR,premium,30.9\n"
#define SHOWN_150                                                                                 \
    "1 of its sequence IDs are in conflict, the first is 150: line 51 has 2026-10-01, recording " \
    "DEA629900007, release 4006381333931, FR, premium, streams 1, monetised 1, but line 151 of "  \
    "\"counted.csv.gz\", which was counted, has 2026-10-01, recording DEA629900007, release "     \
    "4006381333931, DE, premium, streams 1, monetised 1"

static void another_content_in_a_part_of_a_block_is_a_conflict(void **state)
{
    Night *night = *state;
    char *report = report_with(101, 300, ROW_150, OTHER_150);

    ingest_counted(night);
    night_write(night, "inbox/wavecast/other.csv", report);
    assert_conflict(night, "1", SHOWN_150);
    free(report);
}

// All that was counted of the block comes again: the sums tell, and the rows say which.
static void another_content_in_a_whole_block_is_a_conflict(void **state)
{
    Night *night = *state;
    char *report = report_with(1, COUNTED, ROW_150, OTHER_150);

    ingest_counted(night);
    night_write(night, "inbox/wavecast/other.csv", report);
    assert_conflict(night, "1", "the first is 150: line 151 has");
    free(report);
}

// The same rows under each other's IDs: sums of contents alone would agree.
static void two_rows_that_exchange_their_contents_are_two_conflicts(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(1, COUNTED);
    char *at_10 = strstr(report, "\n10,");
    char *at_11 = strstr(report, "\n11,");

    ingest_counted(night);
    assert_non_null(at_10);
    assert_non_null(at_11);
    at_10[2] = '1';
    at_11[2] = '0';
    night_write(night, "inbox/wavecast/other.csv", report);
    assert_conflict(night, "2", "the first is 10:");
    free(report);
}

static void two_rows_of_one_id_in_a_file_are_a_conflict(void **state)
{
    Night *night = *state;

    ingest_counted(night);
    night_write(night, "inbox/wavecast/other.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "300,2026-10-01T06:30:07Z,DEA629900007,4006381333931,DE,premium,30.9\n"
                "301,2026-10-01T06:30:07Z,DEA629900007,4006381333931,DE,premium,30.9\n"
                "300,2026-10-01T06:30:07Z,DEA629900007,4006381333931,DE,premium,12\n");
    assert_conflict(night, "1",
                    "monetised 1, but line 4 of the same file, of the same ID, has "
                    "2026-10-01, recording DEA629900007, release 4006381333931, DE, premium, "
                    "streams 1, monetised 0");
}

// So far behind the first one that it is not remembered any more.
static void two_rows_of_one_id_far_apart_are_a_conflict(void **state)
{
    Night *night = *state;
    char *many = wavecast_report(1, 70000);
    char *same = text_format("%s" ROW_150, many);
    char *other = text_format("%s" OTHER_150, many);

    night_write(night, "inbox/wavecast/other.csv", other);
    assert_conflict(night, "1", "the first is 150: line 151 has");
    night_write(night, "inbox/wavecast/other.csv", same);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "1");
    free(other);
    free(same);
    free(many);
}

// "30.9" and "30.900", a small letter, a quoted field: other bytes, the same values.
static void the_same_row_written_otherwise_is_a_duplicate(void **state)
{
    Night *night = *state;
    char *report =
        report_with(101, 160, ROW_150,
                    "150,2026-10-01T08:30:07+02:00,de-a62-99-00007,\"4006381333931\",de,Premium,"
                    "30.900\n");

    ingest_counted(night);
    night_write(night, "inbox/wavecast/again.csv", report);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "60");
    assert_string_equal(night_cell(night, "files", 0, "conflict"), "0");
    free(report);
}

static void what_cannot_be_compared_is_told_and_not_assumed(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(101, 300);
    char *sha256 = NULL;
    char *place = NULL;

    ingest_counted(night);
    sha256 = night_value(night, "SELECT sha256 FROM tidemark.report_file");
    place = text_format("archive/wavecast/%.2s/%s.csv.gz", sha256, sha256);
    night_run(night, 0, "mv", night_path(night, place), night_path(night, "elsewhere"), NULL);
    night_write(night, "inbox/wavecast/more.csv", report);
    night_run_json(night, 74, "tidemark-ingest", NULL);
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"),
                           "its rows are held against those of \"counted.csv.gz\" in the archive"));
    night_run(night, 0, "mv", night_path(night, "elsewhere"), night_path(night, place), NULL);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "100");
    free(place);
    free(sha256);
    free(report);
}

// The archive's copy was changed under the ledger: it proves nothing any more.
static void a_damaged_archive_is_told_and_not_believed(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(101, 300);
    char *other = report_with(1, COUNTED, ROW_150, OTHER_150);
    char *sha256 = NULL;
    char *place = NULL;

    ingest_counted(night);
    sha256 = night_value(night, "SELECT sha256 FROM tidemark.report_file");
    place = text_format("archive/wavecast/%.2s/%s.csv.gz", sha256, sha256);
    night_write(night, place, other);
    night_write(night, "inbox/wavecast/more.csv", report);
    night_run_json(night, 74, "tidemark-ingest", NULL);
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"), "the file was changed"));
    free(place);
    free(sha256);
    free(other);
    free(report);
}

// A crash stopped it between commit and archive, and a file behind it is read first.
static void a_file_that_never_reached_the_archive_is_found_in_the_inbox(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(101, 300);
    char *counted = wavecast_report(1, COUNTED);

    night_write(night, "inbox/wavecast/z.csv.gz", counted);
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "rm", "-r", night_path(night, "archive/wavecast"), NULL);
    night_write(night, "inbox/wavecast/z.csv.gz", counted);
    night_write(night, "inbox/wavecast/a.csv", report);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "100");
    assert_string_equal(night_cell(night, "files", 1, "outcome"), "known");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
    free(counted);
    free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(another_content_in_a_part_of_a_block_is_a_conflict),
        NIGHT_TEST(another_content_in_a_whole_block_is_a_conflict),
        NIGHT_TEST(two_rows_that_exchange_their_contents_are_two_conflicts),
        NIGHT_TEST(two_rows_of_one_id_in_a_file_are_a_conflict),
        NIGHT_TEST(two_rows_of_one_id_far_apart_are_a_conflict),
        NIGHT_TEST(the_same_row_written_otherwise_is_a_duplicate),
        NIGHT_TEST(what_cannot_be_compared_is_told_and_not_assumed),
        NIGHT_TEST(a_damaged_archive_is_told_and_not_believed),
        NIGHT_TEST(a_file_that_never_reached_the_archive_is_found_in_the_inbox),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
