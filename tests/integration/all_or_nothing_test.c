#include "support/night.h"

#include "base/memory.h"
#include "support/gzip_member.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Invariant 6: a file is all or nothing. What is refused leaves no trace, though its fault may show
// only at its last byte, and does not hold up the others.

// A report as gzip of two members, of which a test spoils a byte or cuts the end.
static Text gzip_of_two(int64_t first, int64_t last)
{
    Text file = {0};
    char *report = wavecast_report(first, last);
    size_t half = strlen(report) / 2;
    char *begin = memory_copy(report, half);

    gzip_append_member(&file, 0, begin, 6);
    gzip_append_member(&file, 0, report + half, 6);
    free(begin);
    free(report);
    return file;
}

static void write_good(Night *night, const char *place, int64_t first, int64_t last)
{
    char *report = wavecast_report(first, last);

    night_write(night, place, report);
    free(report);
}

// What comes of a bad file when something was counted before.
static void assert_leaves_no_trace(Night *night, Slice bad, const char *reason)
{
    write_good(night, "inbox/wavecast/good.csv.gz", 1, 50);
    night_run(night, 0, "tidemark-ingest", NULL);

    char *before = night_row_counts(night);

    night_write_bytes(night, "inbox/wavecast/bad.csv.gz", bad);
    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "refused");
    if (strstr(night_cell(night, "files", 0, "reason"), reason) == NULL)
        fail_msg("the reason is \"%s\", expected \"%s\"", night_cell(night, "files", 0, "reason"),
                 reason);
    assert_true(night_has(night, "inbox/wavecast/bad.csv.gz"));

    char *after = night_row_counts(night);

    assert_string_equal(after, before);
    free(after);
    free(before);
}

static void assert_text_leaves_no_trace(Night *night, const char *text, const char *reason)
{
    assert_leaves_no_trace(night, slice_of(text), reason);
}

static void a_cut_file_leaves_no_trace(void **state)
{
    Text file = gzip_of_two(51, 500);

    assert_leaves_no_trace(*state, (Slice){file.bytes, file.size_bytes - 1}, "member 2");
    text_free(&file);
}

static void a_flipped_bit_in_the_last_bytes_leaves_no_trace(void **state)
{
    Text file = gzip_of_two(51, 500);

    file.bytes[file.size_bytes - 6] ^= 1; // of the CRC
    assert_leaves_no_trace(*state, (Slice){file.bytes, file.size_bytes}, "CRC");
    text_free(&file);
}

static void text_behind_the_trailer_leaves_no_trace(void **state)
{
    Text file = gzip_of_two(51, 500);

    text_append(&file, "OK");
    assert_leaves_no_trace(*state, (Slice){file.bytes, file.size_bytes}, "behind");
    text_free(&file);
}

static void an_open_quote_leaves_no_trace(void **state)
{
    assert_text_leaves_no_trace(*state,
                                "id,time,isrc,upc,country,tier,seconds\n"
                                "51,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                                "52,2026-10-01T10:00:00Z,\"DEA629900001,,DE,,40\n",
                                "line 3");
}

static void a_header_that_lacks_a_column_leaves_no_trace(void **state)
{
    assert_text_leaves_no_trace(*state,
                                "id,time,isrc,upc,land,tier,seconds\n"
                                "51,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n",
                                "country");
}

static void other_totals_than_the_senders_leave_no_trace(void **state)
{
    night_feed(*state, "wavecast",
               "provider: wavecast\n"
               "zone: Europe/Berlin\n"
               "columns: {sequence_id: id, time: time, recording: isrc, release: upc,\n"
               "          territory: country, tier: tier, duration: seconds}\n"
               "totals: {marker: id, value: TOTAL, rows: time, required: false}\n");
    assert_text_leaves_no_trace(*state,
                                "id,time,isrc,upc,country,tier,seconds\n"
                                "51,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                                "TOTAL,2,,,,,\n",
                                "2");
}

static void one_refused_file_does_not_hold_up_the_others(void **state)
{
    Night *night = *state;
    Text file = gzip_of_two(1, 100);

    night_write_bytes(night, "inbox/wavecast/b.csv.gz", (Slice){file.bytes, file.size_bytes - 9});
    write_good(night, "inbox/wavecast/a.csv.gz", 1, 10);
    write_good(night, "inbox/wavecast/c.csv.gz", 11, 20);
    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "counted");
    assert_string_equal(night_cell(night, "files", 1, "outcome"), "refused");
    assert_string_equal(night_cell(night, "files", 2, "outcome"), "counted");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "20");
    night_run(night, 65, "tidemark-ingest", NULL); // it stays, and is told again
    night_write_bytes(night, "inbox/wavecast/b.csv.gz", (Slice){file.bytes, file.size_bytes});
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "100");
    text_free(&file);
}

static void another_numbering_of_a_known_feed_is_a_fault_of_the_settings(void **state)
{
    Night *night = *state;

    write_good(night, "inbox/wavecast/a.csv.gz", 1, 10);
    night_run(night, 0, "tidemark-ingest", NULL);
    night_feed(night, "wavecast",
               "provider: wavecast\n"
               "zone: Europe/Berlin\n"
               "first_id: 5\n"
               "columns: {sequence_id: id, time: time, recording: isrc, release: upc,\n"
               "          territory: country, tier: tier, duration: seconds}\n");
    night_run(night, 78, "tidemark-ingest", NULL);
    assert_non_null(strstr(night_err(night), "first_id 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_cut_file_leaves_no_trace),
        NIGHT_TEST(a_flipped_bit_in_the_last_bytes_leaves_no_trace),
        NIGHT_TEST(text_behind_the_trailer_leaves_no_trace),
        NIGHT_TEST(an_open_quote_leaves_no_trace),
        NIGHT_TEST(a_header_that_lacks_a_column_leaves_no_trace),
        NIGHT_TEST(other_totals_than_the_senders_leave_no_trace),
        NIGHT_TEST(one_refused_file_does_not_hold_up_the_others),
        NIGHT_TEST(another_numbering_of_a_known_feed_is_a_fault_of_the_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
