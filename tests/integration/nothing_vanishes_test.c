#include "support/money.h"
#include "support/night.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Invariant 4: for each file, rows read = counted + duplicate + rejected. Only what makes a row
// uncountable rejects it, and its ID stays out of the tide.

#define GOOD "4006381333931,DE,premium,180\n"

// Twelve rows: three are rejected, one stands there twice, one has an ISRC that is none.
static const char mixed[] =
    "id,time,isrc,upc,country,tier,seconds\n"
    "1,2026-10-01T10:00:00Z,DEA629900001," GOOD "2,2026-10-01T10:00:00Z,DEA629900001," GOOD
    "3,2026-13-01T10:00:00Z,DEA629900001," GOOD // no such month
    "4,2026-10-01T10:00:00Z,DEA629900001," GOOD "4,2026-10-01T10:00:00Z,DEA629900001," GOOD
    "5,2026-10-01T10:00:00Z,NOTHING," GOOD "x6,2026-10-01T10:00:00Z,DEA629900001," GOOD // no ID
    "7,2026-10-01T10:00:00Z,DEA629900001," GOOD "8,2026-10-01T10:00:00Z,DEA629900001," GOOD
    "9,2026-10-01T10:00:00Z,DEA629900001,,ZZ,,12\n"
    "10,2026-10-01T10:00:00Z,,," GOOD "11,2026-10-01T10:00:00Z,DEA629900001," GOOD;

static int night_with_many_rejects(void **state)
{
    int failed = night_begin(state);

    if (failed == 0)
        night_feed(*state, "wavecast",
                   "provider: wavecast\n"
                   "zone: Europe/Berlin\n"
                   "columns: {sequence_id: id, time: time, recording: isrc, release: upc,\n"
                   "          territory: country, tier: tier, duration: seconds}\n"
                   "max_reject_ratio: 0.25\n");
    return failed;
}

static void every_row_is_counted_a_duplicate_or_rejected(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/mixed.csv.gz", mixed);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "rows_read"), "12");
    assert_string_equal(night_cell(night, "files", 0, "counted"), "8");
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "1");
    assert_string_equal(night_cell(night, "files", 0, "rejected"), "3");
    assert_night_value(night,
                       "SELECT concat_ws(' ', rows_read, counted, duplicate, rejected)\n"
                       "  FROM tidemark.report_file",
                       "12 8 1 3");
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "8");
}

static void rejects_keep_line_column_reason_and_raw_text(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/mixed.csv.gz", mixed);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night,
                       "SELECT string_agg(concat_ws('|', line, convert_from(column_name, 'UTF8'),\n"
                       "                            reason, convert_from(found, 'UTF8')),\n"
                       "                  ' ' ORDER BY line)\n"
                       "  FROM tidemark.reject",
                       "4|time|time_invalid|2026-13-01T10:00:00Z 8|id|id_invalid|x6 "
                       "12||shape_fields|8 fields");
    night_run(night, 0, "gzip", "-dc",
              night_path(night, "rejects/wavecast/mixed.csv.gz.rejects.csv.gz"), NULL);
    assert_true(text_starts_with(night_out(night), "line,column,reason,found,expected,raw\r\n"
                                                   "4,time,time_invalid,2026-13-01T10:00:00Z,"));
    assert_non_null(strstr(
        night_out(night), "\"x6,2026-10-01T10:00:00Z,DEA629900001,4006381333931,DE,premium,180\""));
}

// A NUL, bytes that are no UTF-8 and a formula: raw stays raw.
static void raw_text_may_be_any_bytes(void **state)
{
    static const char rows[] = "id,time,isrc,upc,country,tier,seconds\n"
                               "=1+1,2026-10-01T10:00:00Z,A\0B\xFF,,DE,,40\n"
                               "1,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                               "2,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n"
                               "3,2026-10-01T10:00:00Z,DEA629900001,,DE,,40\n";
    Night *night = *state;

    night_write_bytes(night, "inbox/wavecast/bytes.csv", (Slice){rows, sizeof rows - 1});
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT encode(substr(raw, 27, 4), 'hex') FROM tidemark.reject",
                       "410042ff");
    night_run(night, 0, "zgrep", "-a", "-c", "\"=1+1,2026-10-01T10:00:00Z,A",
              night_path(night, "rejects/wavecast/bytes.csv.rejects.csv.gz"), NULL);
}

static void the_repaired_row_counts_later(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/mixed.csv.gz", mixed);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night,
                       "SELECT concat_ws(' ', watermark, highest, missing)\n"
                       "  FROM tidemark.feed_state",
                       "2 11 3");
    night_write(night, "inbox/wavecast/repaired.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "3,2026-12-01T10:00:00Z,DEA629900001," GOOD
                "6,2026-10-01T10:00:00Z,DEA629900001," GOOD "10,2026-10-01T10:00:00Z,," GOOD);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "counted"), "3");
    assert_night_value(night,
                       "SELECT concat_ws(' ', watermark, highest, missing)\n"
                       "  FROM tidemark.feed_state",
                       "11 11 0");
}

static void an_odd_code_and_an_unknown_territory_are_counted(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/mixed.csv.gz", mixed);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell WHERE isrc = 'NOTHING'",
                       "1");
    assert_night_value(night,
                       "SELECT concat_ws('|', isrc, release, tier) FROM tidemark.usage_cell\n"
                       " WHERE territory = 'ZZ'",
                       "DEA629900001|");
}

static void more_rejects_than_the_feed_allows_refuse_the_file(void **state)
{
    Night *night = *state;

    night_feed(night, "wavecast",
               "provider: wavecast\n"
               "zone: Europe/Berlin\n"
               "columns: {sequence_id: id, time: time, recording: isrc, release: upc,\n"
               "          territory: country, tier: tier, duration: seconds}\n"
               "max_reject_ratio: 0.2\n");
    night_write(night, "inbox/wavecast/mixed.csv.gz", mixed);
    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "refused");
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"),
                           "3 of its 12 rows are rejected (0.2500), expected at most 0.2000"));
    assert_true(night_has(night, "inbox/wavecast/mixed.csv.gz"));
    assert_true(night_has(night, "rejects/wavecast/mixed.csv.gz.rejects.csv.gz"));
    assert_night_value(night, "SELECT count(*) FROM tidemark.reject", "0");
    assert_night_value(night, "SELECT count(*) FROM tidemark.usage", "0");
}

// Usage itself does not refer to its feed: its batch and its file do.
static void a_feed_that_was_counted_cannot_be_deleted(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/mixed.csv.gz", mixed);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    money_run(night, "DO $$ BEGIN\n"
                     "    DELETE FROM tidemark.tide_part;\n"
                     "    DELETE FROM tidemark.tide_fingerprint;\n"
                     "    DELETE FROM tidemark.tide;\n"
                     "    DELETE FROM tidemark.feed;\n"
                     "    RAISE 'the feed was deleted';\n"
                     "EXCEPTION WHEN foreign_key_violation THEN NULL;\n"
                     "END $$");
    assert_night_value(night,
                       "SELECT count(*) FROM pg_roles\n"
                       " WHERE rolname LIKE 'tidemark\\_%'\n"
                       "   AND has_table_privilege(oid, 'tidemark.feed', 'DELETE, TRUNCATE')",
                       "0");
}

#define REJECT_TEST(test) cmocka_unit_test_setup_teardown(test, night_with_many_rejects, night_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REJECT_TEST(every_row_is_counted_a_duplicate_or_rejected),
        REJECT_TEST(rejects_keep_line_column_reason_and_raw_text),
        REJECT_TEST(raw_text_may_be_any_bytes),
        REJECT_TEST(the_repaired_row_counts_later),
        REJECT_TEST(an_odd_code_and_an_unknown_territory_are_counted),
        REJECT_TEST(more_rejects_than_the_feed_allows_refuse_the_file),
        REJECT_TEST(a_feed_that_was_counted_cannot_be_deleted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
