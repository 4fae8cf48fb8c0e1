#include "report/report.h"

#include "report/shape.h"
#include "support/story.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void rows_come_out_typed_and_counted(void **state)
{
    (void)state;
    const Layout layout = story_layout();

    story_expect(&layout,
                 STORY_HEADER
                 "7001,2026-10-01T10:00:00Z,DEA122600001,4012345678901,de,Premium,30.001\n"
                 "7002,2026-10-02,,,,,30\n"
                 "7003,2026-10-03T23:30:00-02:00,US-S1Z-99-00001, A1-2425G ,x y,FREE,200\n",
                 "2: 7001 2026-10-01 DEA122600001 4012345678901 DE/premium 1/1\n"
                 "3: 7002 2026-10-02 - - / 0/1\n"
                 "4: 7003 2026-10-04 USS1Z9900001 'A1-2425G' X Y/free 1/1\n"
                 "rows 3, rejected 0, skipped 0, lines 4, streams 3, amount 0\n");
}

static void a_stream_is_monetised_when_longer_than_the_threshold(void **state)
{
    (void)state;
    Layout layout = story_layout();
    const char *file = STORY_HEADER "1,2026-10-01,,,,,29.999\n2,2026-10-01,,,,,30.000\n"
                                    "3,2026-10-01,,,,,30.0000001\n4,2026-10-01,,,,,30.001\n"
                                    "5,2026-10-01,,,,,30.9\n";

    story_expect(&layout, file,
                 "2: 1 2026-10-01 - - / 0/1\n3: 2 2026-10-01 - - / 0/1\n"
                 "4: 3 2026-10-01 - - / 1/1\n5: 4 2026-10-01 - - / 1/1\n6: 5 2026-10-01 - - / 1/1\n"
                 "rows 5, rejected 0, skipped 0, lines 6, streams 5, amount 0\n");
    layout.monetised_at_threshold = true;
    story_expect(&layout, STORY_HEADER "1,2026-10-01,,,,,29.999\n2,2026-10-01,,,,,30.000\n",
                 "2: 1 2026-10-01 - - / 0/1\n3: 2 2026-10-01 - - / 1/1\n"
                 "rows 2, rejected 0, skipped 0, lines 3, streams 2, amount 0\n");
}

static void money_quantities_and_voids_are_read(void **state)
{
    (void)state;
    const Layout layout = story_money_layout();

    story_expect(&layout,
                 "DEA122600001;120;100;0,48;eur\n"
                 "\n"
                 "DEA122600002;12,0;0;-,5E-3;EUR\n"
                 "DEA122600001;-20;-20;0,08-;USD\n",
                 "1: 1 2026-10-01..2026-10-31 DEA122600001 - DE/ 100/120 0.48 EUR\n"
                 "3: 3 2026-10-01..2026-10-31 DEA122600002 - DE/ 0/12 -0.0005 EUR\n"
                 "4: 4 2026-10-01..2026-10-31 DEA122600001 - DE/ -20/-20 -0.08 USD\n"
                 "rows 3, rejected 0, skipped 0, lines 4, streams 112, amount 0.3995\n");
}

static void flags_and_all_and_negative_quantities_decide_what_is_monetised(void **state)
{
    (void)state;
    char *yes[] = {"paid"};
    char *no[] = {"free"};
    Layout layout = story_layout();

    layout.columns[COLUMN_QUANTITY].name = "upc";
    layout.columns[COLUMN_RELEASE].name = NULL;
    story_expect(&layout, STORY_HEADER "1,2026-10-01,,-3,,,31\n2,2026-10-01,,-3,,,30\n",
                 "2: 1 2026-10-01 - - / -3/-3\n3: 2 2026-10-01 - - / 0/-3\n"
                 "rows 2, rejected 0, skipped 0, lines 3, streams -6, amount 0\n");
    layout.monetised_by = MONETISED_BY_FLAG;
    layout.columns[COLUMN_MONETISED].name = "tier";
    layout.monetised_flags = yes;
    layout.monetised_flag_count = 1;
    layout.unmonetised_flags = no;
    layout.unmonetised_flag_count = 1;
    story_expect(&layout, STORY_HEADER "1,2026-10-01,,5,,Paid,0\n2,2026-10-01,,5,,FREE,99\n",
                 "2: 1 2026-10-01 - - /paid 5/5\n3: 2 2026-10-01 - - /free 0/5\n"
                 "rows 2, rejected 0, skipped 0, lines 3, streams 10, amount 0\n");
    layout.monetised_by = MONETISED_ALL;
    story_expect(&layout, STORY_HEADER "1,2026-10-01,,5,,,\n",
                 "2: 1 2026-10-01 - - / 5/5\n"
                 "rows 1, rejected 0, skipped 0, lines 2, streams 5, amount 0\n");
}

static void a_period_has_a_first_and_a_last_day(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.columns[COLUMN_TIME].name = NULL;
    layout.columns[COLUMN_PERIOD_FROM].name = "time";
    layout.columns[COLUMN_PERIOD_TO].name = "tier";
    layout.columns[COLUMN_TIER].name = NULL;
    story_expect(
        &layout,
        STORY_HEADER "1,2026-10-01,,,,2026-10-07,\n"
                     "2,2026-09,,,,2026-10,31\n3,2026-10-07,,,,2026-10-06,31\n"
                     "4,2026-10-07,,,,,31\n5,,,,,2026-10-01,31\n6,2026-09,,,,2026-09,31\n",
        "3: 2 2026-09-01..2026-10-31 - - / 1/1\n7: 6 2026-09-01..2026-09-30 - - / 1/1\n"
        "2! duration_invalid [seconds] found , expected a number of seconds, not negative\n"
        "4! time_range [tier] found 2026-10-06, expected a day between 1990-01-01 and 2099-12-31, "
        "and a period that ends after it begins\n"
        "5! time_missing [tier] found , expected a time or a period\n"
        "6! time_missing [time] found , expected a time or a period\n"
        "rows 6, rejected 4, skipped 0, lines 7, streams 2, amount 0\n");
    layout.columns[COLUMN_PERIOD_TO].name = NULL;
    story_expect(&layout, STORY_HEADER "1,2026-10-01,,,,,31\n",
                 "2: 1 2026-10-01 - - / 1/1\n"
                 "rows 1, rejected 0, skipped 0, lines 2, streams 1, amount 0\n");
}
static void lines_are_physical_and_a_row_is_named_by_its_first(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.columns[COLUMN_TIER].name = NULL;
    layout.identity = IDENTITY_LINE;
    layout.preamble_lines = 2;
    story_expect(&layout,
                 "a \" quote\r\n\r\n" STORY_HEADER "\r\n,2026-10-01,,,,\"a\r\nb\nc\rd\",31\r\n"
                 ",bad,,,,,31\r,2026-10-01,,,,,31",
                 "5: 5 2026-10-01 - - / 1/1\n10: 10 2026-10-01 - - / 1/1\n"
                 "9! time_invalid [time] found bad, expected a date, or a date and time, as "
                 "\"2026-11-24\" or "
                 "\"2026-11-24T18:30:00Z\"\n"
                 "rows 3, rejected 1, skipped 0, lines 10, streams 2, amount 0\n");
}
static void filters_take_rows_out_before_any_check(void **state)
{
    (void)state;
    char *skipped[] = {"subtotal", "note"};
    char *kept[] = {"paid"};
    LayoutFilter filters[] = {
        {.column = {.position = 1}, .values = skipped, .value_count = 2},
        {.column = {.name = "tier"}, .values = kept, .value_count = 1, .keep_only = true},
    };
    Layout layout = story_layout();

    layout.filters = filters;
    layout.filter_count = COUNT_OF(filters);
    story_expect(&layout,
                 STORY_HEADER
                 "1,2026-10-01,,,,paid,31\nsubtotal,\" 7\"\n note ,\"x\"y\n2,bad,,,,free,31\n"
                 "3,2026-10-01\n",
                 "2: 1 2026-10-01 - - /paid 1/1\n"
                 "6! shape_fields [] found 2 fields, expected 7 fields\n"
                 "rows 2, rejected 1, skipped 3, lines 6, streams 1, amount 0\n");
}

static void footer_lines_are_no_rows(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.footer_lines = 2;
    story_expect(&layout, STORY_HEADER "1,2026-10-01,,,,,31\nrows: 1\n\"generated\"by x",
                 "2: 1 2026-10-01 - - / 1/1\n"
                 "rows 1, rejected 0, skipped 2, lines 4, streams 1, amount 0\n");
}
static Text rows_from_to(const char *format, int from, int to)
{
    Text file = {0};

    text_append(&file, STORY_HEADER);
    for (int i = from; i <= to; i++)
        text_append_format(&file, "%d,%s,,,DE,,31\n", i, format);
    return file;
}

static void rows_come_in_blocks_and_the_last_call_gives_none(void **state)
{
    (void)state;
    static const int rows[] = {0, 1, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS};
    static const size_t blocks[] = {0, 1, 1, 1, 2, 2};
    static const char *const times[] = {"2026-10-01", "never"}; // rejects fill a block as rows do
    const Layout layout = story_layout();

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t j = 0; j < COUNT_OF(times); j++) {
            Text file = rows_from_to(times[j], 1, rows[i]);
            Story found = story_of_source(source_of_bytes(file.bytes, file.size_bytes), &layout);
            char *counts = text_format("rows %d, rejected %d, skipped 0, lines %d", rows[i],
                                       j == 0 ? 0 : rows[i], rows[i] + 1);

            assert_int_equal(found.blocks, blocks[i]);
            assert_non_null(strstr(found.text, counts));
            free(counts);
            free(found.text);
            text_free(&file);
        }
    }
}

static void long_texts_end_a_block_early_so_that_memory_is_bounded(void **state)
{
    (void)state;
    const Layout layout = story_layout();
    Text file = {0};
    char *letters = story_many("", 'x', USED_FIELD_BYTES_MAX, "");

    text_append(&file, STORY_HEADER);
    for (int i = 1; i <= BLOCK_ROWS; i++)
        text_append_format(&file, "%d,2026-10-01,%s,%s,%s,%s,31\n", i, letters, letters, letters,
                           letters);
    Story found = story_of_source(source_of_bytes(file.bytes, file.size_bytes), &layout);
    char *counts = text_format("rows %d, rejected 0", BLOCK_ROWS);

    assert_non_null(strstr(found.text, counts));
    free(counts);
    assert_true(found.blocks >= 2);
    free(found.text);
    free(letters);
    text_free(&file);
}

static void a_long_stretch_of_skipped_rows_is_not_the_end(void **state)
{
    (void)state;
    enum { SKIPPED = 10000 };
    char *skipped[] = {"note"};
    LayoutFilter filter = {.column = {.name = "tier"}, .values = skipped, .value_count = 1};
    Layout layout = story_layout();
    Text file = {0};
    char *note = story_many(",,,,", 'x', 1000, ",note,\n"); // of 10 MB in all

    layout.filters = &filter;
    layout.filter_count = 1;
    text_append(&file, STORY_HEADER);
    for (int i = 0; i < SKIPPED; i++)
        text_append(&file, note);
    text_append(&file, "1,2026-10-01,,,,,31\n");
    story_expect(&layout, file.bytes,
                 "10002: 1 2026-10-01 - - / 1/1\n"
                 "rows 1, rejected 0, skipped 10000, lines 10002, streams 1, amount 0\n");
    free(note);
    text_free(&file);
}

static void a_reader_at_its_end_stays_there(void **state)
{
    (void)state;
    const Layout layout = story_layout();
    const ReportOptions options = {.layout = &layout, .days = story_days()};
    Error error = {0};
    Report *report = NULL;
    RejectList rejects = {0};
    RowBlock *block = row_block_new();
    bool more = true;

    assert_int_equal(
        report_open(source_of_bytes(STORY_HEADER, strlen(STORY_HEADER)), &options, &report, &error),
        STATUS_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(report_next(report, block, &rejects, &more, &error), STATUS_OK);
        assert_false(more);
        assert_int_equal(block->count + rejects.count, 0);
    }
    report_close(report);
    report_close(NULL);
    reject_list_free(&rejects);
    free(block);
}

static void the_same_rows_written_otherwise_have_the_same_fingerprints(void **state)
{
    (void)state;
    static const char *const forms[] = {
        STORY_HEADER "7,2026-10-01T10:00:00Z,DEA122600001,4012345678901,DE,premium,30.5\n"
                     "8,2026-10-02,odd,,fr,,10\n",
        "id,time,isrc,upc,country,tier,seconds\r\n"
        "7,2026-10-01T11:00:00Z,DEA122600001,4012345678901,DE,premium,30.5\r\n"
        "8,2026-10-02,odd,,fr,,10", // a millisecond, or an hour, is not among the values
        "\xEF\xBB\xBF\"id\",\"time\",\"isrc\",\"upc\",\"country\",\"tier\",\"seconds\"\r\n"
        "\"7\",\"2026-10-01T10:00:00Z\",\"DEA122600001\",\"4012345678901\",\"DE\",\"premium\","
        "\"30.5\"\r\n\"8\",\"2026-10-02\",\"odd\",\"\",\"fr\",\"\",\"10\"\r\n",
        "note,seconds,tier,country,upc,isrc,time,id\n"
        "x, 10.0,,FR,, odd ,2026-10-02,0008\n"
        "\"y\nz\",30.500,Premium,de,04012345678901,DE-A12-26-00001,2026-10-01,7\n",
        "time,isrc,upc,country,tier,seconds,id\r"
        "2026-10-01 10:00:00,dea122600001,4012345678901,DE,PREMIUM,30.5,7\r\r"
        "2026-10-02T00:00:00,odd,,FR,,10,8",
    };
    const Layout layout = story_layout();
    uint64_t sum = 0;

    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        Source *bytes = source_of_bytes(forms[i], strlen(forms[i]));
        Story found = story_of_source(source_utf8(bytes, ENCODING_UTF_8), &layout);

        assert_non_null(strstr(found.text, "rows 2, rejected 0"));
        sum = i == 0 ? found.sum : sum;
        assert_true(found.sum == sum && sum != 0);
        free(found.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_out_typed_and_counted),
        cmocka_unit_test(a_stream_is_monetised_when_longer_than_the_threshold),
        cmocka_unit_test(money_quantities_and_voids_are_read),
        cmocka_unit_test(flags_and_all_and_negative_quantities_decide_what_is_monetised),
        cmocka_unit_test(a_period_has_a_first_and_a_last_day),
        cmocka_unit_test(lines_are_physical_and_a_row_is_named_by_its_first),
        cmocka_unit_test(filters_take_rows_out_before_any_check),
        cmocka_unit_test(footer_lines_are_no_rows),
        cmocka_unit_test(rows_come_in_blocks_and_the_last_call_gives_none),
        cmocka_unit_test(long_texts_end_a_block_early_so_that_memory_is_bounded),
        cmocka_unit_test(a_long_stretch_of_skipped_rows_is_not_the_end),
        cmocka_unit_test(a_reader_at_its_end_stays_there),
        cmocka_unit_test(the_same_rows_written_otherwise_have_the_same_fingerprints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
