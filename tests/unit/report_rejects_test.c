#include "report/report.h"

#include "report/csv.h"
#include "report/expected.h"
#include "report/shape.h"
#include "support/story.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct RejectCase {
    const char *row;
    const char *reject;
} RejectCase;

static void expect_rejects(const Layout *layout, const char *header, const RejectCase cases[],
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *file = text_format("%s%s\n", header, cases[i].row);
        char *reject = text_format("%d! %s", header[0] == '\0' ? 1 : 2, cases[i].reject);
        Story found = story_of_bytes(layout, file, strlen(file));
        char *counts = strstr(found.text, "\nrows 1, rejected 1, skipped 0");

        assert_non_null(counts);
        *counts = '\0';
        assert_string_equal(found.text, reject);
        free(found.text);
        free(reject);
        free(file);
    }
}

// With the next two tests: every reason of the table.
static void each_reason_rejects_its_row(void **state)
{
    (void)state;
    static const RejectCase cases[] = {
        {"1,2026-10-01,,,,", "shape_fields [] found 6 fields, expected 7 fields"},
        {"1,2026-10-01,,,,,31,", "shape_fields [] found 8 fields, expected 7 fields"},
        {"1,2026-10-01,\"GB\"x,,,,31", "shape_quote [isrc] found \"GB\"x, expected a quotation "
                                       "mark only around a whole field, doubled "
                                       "within"},
        {"1,2026-10-01,,,\"D\nE\",,31", "shape_control [country] found D\nE, expected no control "
                                        "character, line break or NUL in a "
                                        "field that is used"},
        {"1,2026-10-01,,,D\xFC,,31",
         "shape_encoding [country] found D\xFC, expected valid UTF-8 in a field that is used"},
        {",2026-10-01,,,,,31", "id_missing [id] found , expected a sequence ID"},
        {"x1,2026-10-01,,,,,31",
         "id_invalid [id] found x1, expected a whole number from 1 to 9223372036854775807"},
        {"1,,,,,,31", "time_missing [time] found , expected a time or a period"},
        {"1,yesterday,,,,,31", "time_invalid [time] found yesterday, expected a date, or a date "
                               "and time, as \"2026-11-24\" "
                               "or \"2026-11-24T18:30:00Z\""},
        {"1,2026-11-01T00:00:00Z,,,,,31",
         "time_range [time] found 2026-11-01T00:00:00Z, expected a day between 1990-01-01 and "
         "2099-12-31, and a period that ends after it begins"},
        {"1,2026-10-01,,,,,long",
         "duration_invalid [seconds] found long, expected a number of seconds, not negative"},
    };
    const Layout layout = story_layout();

    expect_rejects(&layout, STORY_HEADER, cases, COUNT_OF(cases));
}

static void each_reason_of_money_rejects_its_row(void **state)
{
    (void)state;
    static const RejectCase cases[] = {
        {";1;many;0;EUR", "monetised_invalid [column 3] found many, expected a whole number"},
        {";10;11;0;EUR",
         "monetised_range [column 3] found 11, expected a monetised count between 0 and the row's "
         "streams"},
        {";1,5;1;0;EUR", "quantity_invalid [column 2] found 1,5, expected a whole number, negative "
                         "for a void, within "
                         "10^15"},
        {";1;1;0.5;EUR", "amount_invalid [column 4] found 0.5, expected a number"},
        {";1;1;0,000000000000000000000000000000000000001;EUR",
         "amount_length [column 4] found 0,000000000000000000000000000000000000001, expected at "
         "most 38 "
         "digits before and 38 after the point"},
        {";1;1;0;Euro",
         "currency_invalid [column 5] found Euro, expected three letters of ISO 4217"},
    };
    const Layout layout = story_money_layout();

    expect_rejects(&layout, "", cases, COUNT_OF(cases));
}

static void a_flag_that_is_neither_yes_nor_no_rejects_its_row(void **state)
{
    (void)state;
    static const RejectCase cases[] = {
        {"1,2026-10-01,,,,maybe,31",
         "monetised_invalid [tier] found maybe, expected one of \"Y\", \"N\""}};
    char *yes[] = {"Y"};
    char *no[] = {"N"};
    Layout layout = story_layout();

    layout.monetised_by = MONETISED_BY_FLAG;
    layout.columns[COLUMN_MONETISED].name = "tier";
    layout.monetised_flags = yes;
    layout.monetised_flag_count = 1;
    layout.unmonetised_flags = no;
    layout.unmonetised_flag_count = 1;
    expect_rejects(&layout, STORY_HEADER, cases, COUNT_OF(cases));
}

static void the_first_check_that_fails_is_the_one_that_is_told(void **state)
{
    (void)state;
    static const RejectCase cases[] = {
        {"x,y,,,\"\n\",\xFF", "shape_fields"},
        {"x,\xFF,\"\n\",,,,z", "shape_encoding [time]"}, // left to right
        {"x,y,\xFF,,,,z", "shape_encoding [isrc]"},
        {"x,y,,,,,z", "id_invalid"},
        {"1,y,,,,,z", "time_invalid"},
        {"1,2026-10-01,,,,,z", "duration_invalid"},
    };
    static const RejectCase money[] = {
        {";x;y;z;w", "monetised_invalid"}, {";x;2;z;w", "quantity_invalid"},
        {";1;2;z;w", "monetised_range"},   {";1;1;z;w", "amount_invalid"},
        {";1;1;1;w", "currency_invalid"},
    };
    const Layout layout = story_layout();
    const Layout with_money = story_money_layout();
    const RejectCase *lists[] = {cases, money};
    const size_t counts[] = {COUNT_OF(cases), COUNT_OF(money)};

    for (int list = 0; list < 2; list++) {
        for (size_t i = 0; i < counts[list]; i++) {
            char *file = text_format("%s%s\n", list == 0 ? STORY_HEADER : "", lists[list][i].row);
            Story found = story_of_bytes(list == 0 ? &layout : &with_money, file, strlen(file));

            assert_non_null(strstr(found.text, lists[list][i].reject));
            free(found.text);
            free(file);
        }
    }
}

static void a_field_that_is_not_used_may_hold_what_it_likes(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.columns[COLUMN_TIER].name = NULL;
    layout.columns[COLUMN_RELEASE].name = NULL;
    story_expect(&layout,
                 STORY_HEADER "1,2026-10-01,,\"a\nb\x01\",,\xFF\xFE,31\n2,2026-10-01,,,,,31\n",
                 "2: 1 2026-10-01 - - / 1/1\n4: 2 2026-10-01 - - / 1/1\n"
                 "rows 2, rejected 0, skipped 0, lines 4, streams 2, amount 0\n");
}

static void a_nul_in_a_field_that_is_used_rejects_its_row_whole(void **state)
{
    (void)state;
    static const char file[] = STORY_HEADER "1,2026-10-01,,,D\0E,,31\n2,2026-10-01,,,DE,,31\n";
    const Layout layout = story_layout();
    Story found = story_of_bytes(&layout, file, sizeof file - 1);

    assert_non_null(strstr(found.text, "2! shape_control [country] found D"));
    assert_non_null(strstr(found.text, "3: 2 2026-10-01"));
    free(found.text);
}
static void a_field_or_row_over_its_bound_rejects_its_row_and_keeps_its_beginning(void **state)
{
    (void)state;
    static const size_t sizes[] = {FIELD_BYTES_MAX + 1, ROW_BYTES_MAX};
    static const char *const columns[] = {"title", ""};
    Layout layout = story_layout();
    Error error = {0};
    bool more = true;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *file = story_many("id,time,isrc,upc,country,tier,seconds,title\n1,2026-10-01,,,,,31,",
                                'x', sizes[i], "\n2,2026-10-01,,,,,31,short\n");
        const ReportOptions options = {.layout = &layout, .days = story_days()};
        Report *report = NULL;
        RejectList rejects = {0};
        RowBlock *block = row_block_new();

        assert_int_equal(
            report_open(source_of_bytes(file, strlen(file)), &options, &report, &error), STATUS_OK);
        assert_int_equal(report_next(report, block, &rejects, &more, &error), STATUS_OK);
        assert_int_equal(block->count, 1);
        assert_int_equal(rejects.count, 1);
        assert_int_equal(rejects.rejects[0].reason, REJECT_SHAPE_LENGTH);
        assert_true(slice_equals_text(rejects.rejects[0].column, columns[i]));
        assert_int_equal(rejects.rejects[0].raw.size_bytes, REJECT_RAW_BYTES_MAX);
        assert_memory_equal(rejects.rejects[0].raw.bytes, "1,2026-10-01,", 13);
        report_close(report);
        reject_list_free(&rejects);
        free(block);
        free(file);
    }
}

// An ISRC of any length would count, and none of 3,000 bytes can be kept in an index.
static void a_used_field_that_no_dictionary_can_keep_rejects_its_row(void **state)
{
    (void)state;
    static const size_t sizes[] = {1024, 1025};
    Layout layout = story_layout();
    Error error = {0};
    bool more = true;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *file = story_many("id,time,isrc,upc,country,tier,seconds,title\n1,2026-10-01,", 'x',
                                sizes[i], ",,,,31,short\n");
        const ReportOptions options = {.layout = &layout, .days = story_days()};
        Report *report = NULL;
        RejectList rejects = {0};
        RowBlock *block = row_block_new();

        assert_int_equal(
            report_open(source_of_bytes(file, strlen(file)), &options, &report, &error), STATUS_OK);
        assert_int_equal(report_next(report, block, &rejects, &more, &error), STATUS_OK);
        assert_int_equal(block->count, sizes[i] <= 1024 ? 1 : 0);
        assert_int_equal(rejects.count, sizes[i] <= 1024 ? 0 : 1);
        if (rejects.count > 0)
            assert_int_equal(rejects.rejects[0].reason, REJECT_SHAPE_LENGTH);
        report_close(report);
        reject_list_free(&rejects);
        free(block);
        free(file);
    }
}

static void a_field_of_the_longest_size_is_read(void **state)
{
    (void)state;
    const Layout layout = story_layout();
    char *file = story_many("id,time,isrc,upc,country,tier,seconds,title\n1,2026-10-01,,,,,31,",
                            'x', FIELD_BYTES_MAX, "\n");
    Story found = story_of_bytes(&layout, file, strlen(file));

    assert_non_null(strstr(found.text, "rows 1, rejected 0,"));
    free(found.text);
    free(file);
}

// The database keeps it as text, and takes none that ends within a character.
static void what_was_expected_is_cut_between_characters(void **state)
{
    enum {
        FLAGS = 21,
        LETTERS = 51
    }; // the 100th byte of a flag, and the 1000th of all, are within one
    Text letters = {0};
    const char *flag = NULL;
    char *flags[FLAGS];
    Arena arena = {0};
    Layout layout = {.monetised_by = MONETISED_BY_FLAG, .monetised_flags = flags};

    (void)state;
    text_append(&letters, "x");
    for (int i = 0; i < LETTERS; i++)
        text_append(&letters, "ü");
    flag = text_bytes(&letters);
    for (int i = 0; i < FLAGS; i++)
        flags[i] = letters.bytes;
    for (layout.monetised_flag_count = 1; layout.monetised_flag_count <= FLAGS;
         layout.monetised_flag_count++) {
        Slice phrase = expected_phrase(&layout, REJECT_MONETISED_INVALID, &arena);

        assert_int_equal(shape_check(phrase), REJECT_NONE);
    }
    layout.time_format = TIME_PATTERN;
    layout.time_pattern = text_format("%%Y-%%m%s%s", flag, flag);
    assert_int_equal(shape_check(expected_phrase(&layout, REJECT_TIME_INVALID, &arena)),
                     REJECT_NONE);
    free(layout.time_pattern);
    text_free(&letters);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_rejects_its_row),
        cmocka_unit_test(each_reason_of_money_rejects_its_row),
        cmocka_unit_test(a_flag_that_is_neither_yes_nor_no_rejects_its_row),
        cmocka_unit_test(the_first_check_that_fails_is_the_one_that_is_told),
        cmocka_unit_test(a_field_that_is_not_used_may_hold_what_it_likes),
        cmocka_unit_test(a_nul_in_a_field_that_is_used_rejects_its_row_whole),
        cmocka_unit_test(a_field_or_row_over_its_bound_rejects_its_row_and_keeps_its_beginning),
        cmocka_unit_test(a_used_field_that_no_dictionary_can_keep_rejects_its_row),
        cmocka_unit_test(what_was_expected_is_cut_between_characters),
        cmocka_unit_test(a_field_of_the_longest_size_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
