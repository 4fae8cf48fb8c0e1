#include "report/report.h"

#include "report/csv.h"
#include "support/story.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void an_unclosed_quote_refuses_the_file(void **state)
{
    (void)state;
    const Layout layout = story_layout();

    story_expect(&layout,
                 STORY_HEADER "1,2026-10-01,,,,,31\n2,2026-10-01,\"DE,,,,31\n3,2026-10-01,,,,,31\n",
                 "refused: line 3: the quotation mark that opens a field here is never closed\n");
    story_expect(&layout, "id,\"time\n",
                 "refused: line 1: the quotation mark that opens a field here is never closed\n");
}

static void a_header_tells_all_that_it_lacks_at_once(void **state)
{
    (void)state;
    const Layout layout = story_layout();

    story_expect(
        &layout, "id,time,ISRC,upc,tier,seconds,seconds\n",
        "refused: line 1, the header: \"isrc\" (recording) is missing, the nearest is \"ISRC\"; "
        "\"country\" (territory) is missing; \"seconds\" (duration) stands there twice, in "
        "columns 6 and 7\n");
    story_expect(&layout, "", "refused: the file ends after 0 lines, before its header\n");
    story_expect(&layout, "id,\"x\"y\n",
                 "refused: line 1: the header has a stray quotation mark\n");
}

static void columns_are_found_wherever_they_stand(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.columns[COLUMN_TIER] = (LayoutColumn){.position = 2};
    story_expect(&layout, "seconds,what,\" isrc \",upc,country,id,time\n31,paid,,,,1,2026-10-01\n",
                 "2: 1 2026-10-01 - - /paid 1/1\n"
                 "rows 1, rejected 0, skipped 0, lines 2, streams 1, amount 0\n");
    layout.columns[COLUMN_TIER].position = 8;
    story_expect(&layout, STORY_HEADER,
                 "refused: line 1 has 7 columns, but the layout has tier in column 8\n");
}

static void a_preamble_longer_than_the_file_refuses_it(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.preamble_lines = 3;
    story_expect(&layout, "a\nb\n",
                 "refused: the file ends after 2 lines, within its preamble of 3\n");
}

static void without_a_header_the_first_row_tells_the_number_of_fields(void **state)
{
    (void)state;
    const Layout layout = story_money_layout();

    story_expect(&layout, ";1;1;0;EUR;x\n;1;1;0;EUR\n",
                 "1: 1 2026-10-01..2026-10-31 - - DE/ 1/1 0 EUR\n"
                 "2! shape_fields [] found 5 fields, expected 6 fields\n"
                 "rows 2, rejected 1, skipped 0, lines 2, streams 1, amount 0\n");
    story_expect(&layout, "two;fields\n",
                 "refused: line 1 has 2 columns, but the layout has monetised in column 3\n");
    story_expect(&layout, "", "rows 0, rejected 0, skipped 0, lines 0, streams 0, amount 0\n");
}

static void a_layout_that_cannot_work_is_told_before_any_row(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.columns[COLUMN_DURATION].name = NULL;
    story_expect(&layout, STORY_HEADER,
                 "layout: the layout has no column \"duration\", which it needs\n");
    layout = story_layout();
    layout.columns[COLUMN_TIME].name = NULL;
    story_expect(&layout, STORY_HEADER,
                 "layout: the layout has no column for a time or a period\n");
    layout = story_layout();
    layout.columns[COLUMN_SEQUENCE_ID].name = NULL;
    story_expect(&layout, STORY_HEADER,
                 "layout: the layout has no column \"sequence_id\", which it needs\n");
    layout = story_layout();
    layout.header = false;
    story_expect(
        &layout, STORY_HEADER,
        "layout: sequence_id: column \"id\" cannot be found by name, since the layout has no "
        "header\n");
    layout = story_money_layout();
    layout.columns[COLUMN_CURRENCY].position = 0;
    story_expect(&layout, "", "layout: the layout has no column \"currency\", which it needs\n");
    layout.columns[COLUMN_CURRENCY].constant = "Euro";
    story_expect(&layout, "",
                 "layout: currency: \"Euro\", where three letters of ISO 4217 was expected\n");
    layout = story_money_layout();
    layout.columns[COLUMN_RECORDING].position = COLUMNS_MAX + 1;
    story_expect(&layout, "", "layout: recording: position 1025 is not within 1 to 1024\n");
    layout = story_money_layout();
    layout.columns[COLUMN_TERRITORY] = (LayoutColumn){.name_part = "country"};
    story_expect(&layout, "", "layout: territory: the file's name has no part {country}\n");
    layout = story_layout();
    layout.time_format = TIME_PATTERN;
    layout.time_pattern = "%d";
    story_expect(
        &layout, STORY_HEADER,
        "layout: time pattern \"%d\": it needs a year (%Y or %y) and a month (%m or %b)\n");
}

static void a_part_of_the_files_name_that_is_no_value_refuses_the_file(void **state)
{
    (void)state;
    Layout layout = story_money_layout();

    layout.time_format = TIME_UNIX_SECONDS;
    story_expect(
        &layout, "",
        "refused: period: \"2026-10\" in the file's name, where a Unix time in seconds was "
        "expected\n");
}
static Layout layout_with_totals(void)
{
    Layout layout = story_money_layout();

    layout.totals = (LayoutTotals){
        .marker = {.position = 1},
        .marker_value = "TOTAL",
        .rows = {.position = 2},
        .streams = {.position = 3},
        .amount = {.position = 4},
        .required = true,
    };
    return layout;
}

#define MONEY_ROWS ";10;5;1,25;EUR\n;-2;0;-0,50;EUR\n"
#define MONEY_STORY                                         \
    "%d: %d 2026-10-01..2026-10-31 - - DE/ 5/10 1.25 EUR\n" \
    "%d: %d 2026-10-01..2026-10-31 - - DE/ 0/-2 -0.5 EUR\n" \
    "rows 2, rejected 0, skipped %d, lines %d, streams 8, amount 0.75\n"

static void the_senders_totals_are_held_against_what_was_read(void **state)
{
    (void)state;
    Layout layout = layout_with_totals();
    char *behind = text_format(MONEY_STORY, 1, 1, 2, 2, 1, 3);
    char *before = text_format(MONEY_STORY, 2, 2, 3, 3, 0, 3);

    story_expect(&layout, MONEY_ROWS "TOTAL;2,0;8;0,750;;;\n", behind);
    layout.footer_lines = 1;
    story_expect(&layout, MONEY_ROWS "TOTAL;2,0;8;0,750", behind);
    layout.footer_lines = 0;
    layout.preamble_lines = 1;
    story_expect(&layout, "TOTAL;2;8;,75\n" MONEY_ROWS, before);
    free(behind);
    free(before);
}

static void unequal_or_missing_totals_refuse_the_file_with_both_figures(void **state)
{
    (void)state;
    const Layout layout = layout_with_totals();

    story_expect(
        &layout, MONEY_ROWS "TOTAL;3;8;0,75\n",
        "refused: line 3: the sender's totals say 3 rows, but the file has 2 (0 of its 2 rows "
        "were rejected)\n");
    story_expect(
        &layout, MONEY_ROWS "TOTAL;2;10;0,75\n",
        "refused: line 3: the sender's totals say 10 streams, but the file has 8 (0 of its 2 "
        "rows were rejected)\n");
    story_expect(
        &layout, MONEY_ROWS "TOTAL;2;8;1,75\n",
        "refused: line 3: the sender's totals say 1.75 in money, but the file has 0.75 (0 of "
        "its 2 rows were rejected)\n");
    story_expect(
        &layout, MONEY_ROWS,
        "refused: the file ends at line 2 without the sender's totals, a row marked \"TOTAL\": "
        "it was cut\n");
    story_expect(&layout, MONEY_ROWS "TOTAL;2\n",
                 "refused: line 3: the sender's totals have 2 columns and lack totals.streams\n");
    story_expect(
        &layout, MONEY_ROWS "TOTAL;two;8;0,75\n",
        "refused: line 3: the sender's totals.rows is \"two\", where a number was expected\n");
    story_expect(&layout, MONEY_ROWS "TOTAL;2;8;0,75\nTOTAL;2;8;0,75\n",
                 "refused: line 4: the sender's totals stand there twice, first at line 3\n");
}

static void totals_that_are_not_required_may_be_missing(void **state)
{
    (void)state;
    Layout layout = layout_with_totals();
    char *story = text_format(MONEY_STORY, 1, 1, 2, 2, 0, 2);

    layout.totals.required = false;
    story_expect(&layout, MONEY_ROWS, story);
    free(story);
}

static void streams_that_cannot_be_added_up_refuse_the_file(void **state)
{
    (void)state;
    Layout layout = story_money_layout();
    Text file = {0};

    for (int i = 0; i < 9224; i++)
        text_append(&file, ";1000000000000000;0;0;EUR\n");
    Story found = story_of_bytes(&layout, file.bytes, file.size_bytes);

    assert_non_null(strstr(found.text, "refused: line 9224: the file's streams add up to more than "
                                       "can be counted"));
    free(found.text);
    text_free(&file);
}
static void a_damaged_source_refuses_the_file_at_its_end(void **state)
{
    (void)state;
    // gzip of nothing but a stored block, whose CRC does not match: 4 letters, "id\n1".
    static const char gzip[] =
        "\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x04\0\xfb\xffid\n1\0\0\0\0\x04\0\0";
    Layout layout = story_layout();
    Story found;

    for (int role = 0; role < COLUMN_ROLES; role++)
        layout.columns[role].name = NULL;
    layout.columns[COLUMN_SEQUENCE_ID].name = "id";
    layout.columns[COLUMN_TIME].constant = "2026-10-01";
    layout.monetised_by = MONETISED_ALL;
    found = story_of_source(source_gunzip(source_of_bytes(gzip, sizeof gzip)), &layout);
    assert_true(strncmp(found.text, "refused: ", 9) == 0);
    assert_null(strstr(found.text, "rows"));
    free(found.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unclosed_quote_refuses_the_file),
        cmocka_unit_test(a_header_tells_all_that_it_lacks_at_once),
        cmocka_unit_test(columns_are_found_wherever_they_stand),
        cmocka_unit_test(a_preamble_longer_than_the_file_refuses_it),
        cmocka_unit_test(without_a_header_the_first_row_tells_the_number_of_fields),
        cmocka_unit_test(a_layout_that_cannot_work_is_told_before_any_row),
        cmocka_unit_test(a_part_of_the_files_name_that_is_no_value_refuses_the_file),
        cmocka_unit_test(the_senders_totals_are_held_against_what_was_read),
        cmocka_unit_test(unequal_or_missing_totals_refuse_the_file_with_both_figures),
        cmocka_unit_test(totals_that_are_not_required_may_be_missing),
        cmocka_unit_test(streams_that_cannot_be_added_up_refuse_the_file),
        cmocka_unit_test(a_damaged_source_refuses_the_file_at_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
