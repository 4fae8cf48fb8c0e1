#include "report/fast_rows.h"

#include "base/memory.h"
#include "support/drip.h"
#include "support/gzip_member.h"
#include "support/random.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void plain_rows_come_out_the_same_by_both_readers(void **state)
{
    (void)state;
    const Layout layout = story_layout();

    story_expect(&layout,
                 STORY_HEADER
                 "7001,2026-10-01T10:00:00Z,DEA122600001,4012345678901,de,Premium,30.001\r\n"
                 "\"7002\",\"2026-10-02\",\"\",\"\",\"F,R\",\"\",\"30\"\n"
                 " 7003 ,2026-10-02 23:59:60Z,,,fr,free, 31 \n"
                 "7004,2026-10-02T23:59:59.999-00:30,,,K\xC3\xB6ln,free,31\n"
                 "7005,2026-10-03,,,DE,\"a premium of more than sixteen letters\",.5\n",
                 "2: 7001 2026-10-01 DEA122600001 4012345678901 DE/premium 1/1\n"
                 "3: 7002 2026-10-02 - - F,R/ 0/1\n"
                 "4: 7003 2026-10-02 - - FR/free 1/1\n"
                 "5: 7004 2026-10-03 - - K\xC3\xB6LN/free 1/1\n"
                 "6: 7005 2026-10-03 - - DE/a premium of more than sixteen letters 0/1\n"
                 "rows 5, rejected 0, skipped 0, lines 6, streams 5, amount 0\n");
}

static void a_tab_within_a_field_is_a_fault_where_it_is_the_delimiter_too(void **state)
{
    (void)state;
    Layout layout = story_layout();

    layout.delimiter = '\t';
    story_expect(&layout,
                 "id\ttime\tisrc\tupc\tcountry\ttier\tseconds\n"
                 "1\t2026-10-01\t\t\t\"D\tE\"\t\t31\n2\t2026-10-01\t\t\tDE\t\t31\n",
                 "3: 2 2026-10-01 - - DE/ 1/1\n"
                 "2! shape_control [country] found D\tE, expected no control character, line break "
                 "or NUL in a field that is used\n"
                 "rows 2, rejected 1, skipped 0, lines 3, streams 1, amount 0\n");
}

static void a_source_that_fails_fails_behind_the_same_rows(void **state)
{
    (void)state;
    enum { ROWS = 5 * BLOCK_ROWS }; // more bytes than the careful reader reads at once
    const Layout layout = story_layout();
    Text rows = {0};
    Text file = {0};

    text_append(&rows, STORY_HEADER);
    for (int i = 1; i <= ROWS; i++)
        text_append_format(&rows, "%d,2026-10-01,a song without a code,,DE,,31\n", i);
    gzip_append_member(&file, 0, rows.bytes, 6);
    text_append(&file, "no member");
    for (size_t read_bytes = 1000; read_bytes <= SCAN_BYTES_MAX; read_bytes *= 4) {
        Story stories[2];

        for (int reader = READER_FAST; reader <= READER_CAREFUL; reader++)
            stories[reader] =
                story_as_read(source_gunzip(source_drip(file.bytes, file.size_bytes, read_bytes)),
                              &layout, (StoryReading){.reader = (ReaderChoice)reader});
        assert_string_equal(stories[READER_FAST].text, stories[READER_CAREFUL].text);
        assert_non_null(strstr(stories[READER_FAST].text, "4097: 4096 2026-10-01"));
        assert_non_null(strstr(stories[READER_FAST].text, "refused: "));
        free(stories[READER_FAST].text);
        free(stories[READER_CAREFUL].text);
    }
    text_free(&file);
    text_free(&rows);
}

static void expect_agreement(const Layout *layout, const Text *file, StoryReading reading,
                             size_t read_bytes)
{
    Story careful = story_as_read(source_of_bytes(text_bytes(file), file->size_bytes), layout,
                                  (StoryReading){.reader = READER_CAREFUL});
    Story fast =
        story_as_read(source_drip(text_bytes(file), file->size_bytes, read_bytes), layout, reading);

    assert_string_equal(fast.text, careful.text);
    assert_true(fast.sum == careful.sum && fast.blocks == careful.blocks);
    free(careful.text);
    free(fast.text);
}

static void a_fault_in_each_place_of_a_block_is_told_in_its_place(void **state)
{
    (void)state;
    enum { ROWS = BLOCK_ROWS + 1000 };
    static const unsigned every[] = {1, 7, 256, 257};
    const Layout layout = story_layout();

    for (size_t i = 0; i < COUNT_OF(every); i++) {
        Text file = {0};

        text_append(&file, STORY_HEADER);
        for (unsigned row = 1; row <= ROWS; row++)
            text_append_format(&file, "%u,2026-10-01,,,DE,%s,31\n", row,
                               row % every[i] != 0       ? "free"
                               : row / every[i] % 2 == 0 ? "\"a\"\"b\""
                                                         : "a\"b");
        expect_agreement(&layout, &file, (StoryReading){0}, SIZE_MAX);
        text_free(&file);
    }
}

// Texts that a field may have: good ones, good ones in another form, and bad ones.
typedef struct Texts {
    const char *const *texts;
    size_t count;
} Texts;

#define TEXTS(...)                                                                         \
    {                                                                                      \
        (const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})) \
    }

static const Texts ids = TEXTS("7", "8", "900719925474099", "9223372036854775807", "0", " 12 ",
                               "+3", "9223372036854775808", "1a", "");
static const Texts times =
    TEXTS("2026-10-01", "2026-10-01T10:00:00Z", "2026-10-01T23:59:59.999999Z",
          "2026-10-31T23:59:60Z", "2026-10-02 00:00:00", "2026-10-02T00:30:00+01:00",
          "2026-10-02t00:30:00,5-0100", "2026-10-31T23:59:59z", "2026-11-01T00:00:00Z",
          "2026-02-30", "2026-10", "2026-10-01T24:00:00Z", "2026-10-01T10:00:00.Z",
          "2026-10-02T10:00:00+24:00", "2099-12-31", "2100-01-01", "1790812800", "");
static const Texts unix_times =
    TEXTS("1790812800", "1790812799", "1793404800", "-1", "1790812800.5", "179081280012",
          "1790812800000", "17908128O0", "9999999999999999", "");
static const Texts isrcs = TEXTS("DEA122600001", "dea122600002", "DE-A12-26-00001", "DEA12260000",
                                 "DE A12 26 00001", "1EA122600001", "", "\xC3\xB6\xC3\xB6");
static const Texts upcs = TEXTS("4012345678901", "04012345678901", "012345678905", "96385074",
                                "4012345678902", "00000000", " 4012345678901 ", "A1-2425G", "");
static const Texts territories = TEXTS("DE", "fr", "", " us ", "X,Y", "K\xC3\xB6ln", "D\xFC",
                                       "D\tE", "\x7F", "a territory of many letters");
static const Texts durations =
    TEXTS("31", "30", "30.0000001", "30.001", "250.533", ".5", "5.", ".", "-1", "1e3", "3,5",
          "9999999999999", "", "3:25", "1:03:25.5", "30000");
static const Texts quantities = TEXTS("1", "120", "-20", "12.0", "12,0", "+5", "",
                                      "1000000000000001", "999999999999999", "-", "3x");
static const Texts amounts =
    TEXTS("0,48", "-0,08", "5E-3", "0,1", "12", "0.1", "", "1,2,3", "0,08-", ",5", "5,", "-",
          "123456789012,345678", "0000000000000000000,1");
static const Texts currencies = TEXTS("EUR", "usd", "GBP", "euro", "");
static const Texts flags = TEXTS("paid", "Paid", "FREE", "free", "maybe", "");
static const Texts notes = TEXTS("", "a note", "a, b", "note", "\xFF\x01", "\t");

/** A layout, and the files that are written in it. */
typedef struct Kind {
    Layout layout;
    const char *header;
    size_t width;
    const Texts *fields[7];
} Kind;

static char *paid[] = {"paid"};
static char *unpaid[] = {"free"};
static char *skipped[] = {"note", "a note"};

static Kind kind_of_streams(void)
{
    return (Kind){
        .layout = story_layout(),
        .header = STORY_HEADER,
        .width = 7,
        .fields = {&ids, &times, &isrcs, &upcs, &territories, &notes, &durations},
    };
}

static Kind kind_of_money(void)
{
    return (Kind){
        .layout = story_money_layout(),
        .header = "",
        .width = 6,
        .fields = {&isrcs, &quantities, &quantities, &amounts, &currencies, &notes},
    };
}

static Kind kind_of_flags(void)
{
    Kind kind = kind_of_streams();

    kind.layout.time_format = TIME_UNIX_SECONDS;
    kind.layout.monetised_by = MONETISED_BY_FLAG;
    kind.layout.monetised_flags = paid;
    kind.layout.monetised_flag_count = COUNT_OF(paid);
    kind.layout.unmonetised_flags = unpaid;
    kind.layout.unmonetised_flag_count = COUNT_OF(unpaid);
    kind.layout.columns[COLUMN_MONETISED].name = "tier";
    kind.layout.columns[COLUMN_QUANTITY].name = "seconds";
    kind.fields[1] = &unix_times;
    kind.fields[5] = &flags;
    kind.fields[6] = &quantities;
    return kind;
}

static Kind kind_without_quotes(void)
{
    Kind kind = kind_of_streams();

    kind.layout.quoted = false;
    kind.layout.footer_lines = 2;
    kind.layout.duration_unit = DURATION_CLOCK;
    return kind;
}

static Kind kind_with_filter_and_totals(void)
{
    static LayoutFilter filter = {
        .column = {.name = "tier"}, .values = skipped, .value_count = COUNT_OF(skipped)};
    Kind kind = kind_of_streams();

    kind.layout.filters = &filter;
    kind.layout.filter_count = 1;
    kind.layout.totals = (LayoutTotals){
        .marker = {.name = "id"}, .marker_value = skipped[0], .rows = {.position = 7}};
    return kind;
}

static Kind kind_of_periods(void)
{
    Kind kind = kind_of_streams();

    kind.layout.columns[COLUMN_TIME].name = NULL;
    kind.layout.columns[COLUMN_PERIOD_FROM].name = "time";
    kind.layout.columns[COLUMN_PERIOD_TO].name = "tier";
    kind.layout.columns[COLUMN_TIER].name = NULL;
    kind.layout.identity = IDENTITY_LINE;
    kind.layout.duration_unit = DURATION_MILLISECONDS;
    kind.layout.monetised_at_threshold = true;
    kind.fields[5] = &times;
    return kind;
}

static Kind kind_of_a_pattern(void)
{
    static char pattern[] = "%Y-%m-%d";
    Kind kind = kind_of_streams();

    kind.layout.time_format = TIME_PATTERN;
    kind.layout.time_pattern = pattern;
    kind.layout.delimiter = ';';
    kind.header = "id;time;isrc;upc;country;tier;seconds\n";
    return kind;
}

static Kind (*const kinds[])(void) = {
    kind_of_streams,
    kind_of_money,
    kind_of_flags,
    kind_without_quotes,
    kind_with_filter_and_totals,
    kind_of_periods,
    kind_of_a_pattern,
};

// A field: mostly the first of its texts, now and then another; in quotation marks or not.
static void append_field(Text *file, Random *random, const Texts *texts, uint64_t odd_once_in)
{
    size_t number = random_once_in(random, odd_once_in) ? random_below(random, texts->count)
                                                        : random_below(random, 2);
    const char *text = texts->texts[number];

    switch (random_below(random, 10 * odd_once_in)) {
    case 0:
        text_append_format(file, "\"%s", text); // a quotation mark that stays open, or does not
        return;
    case 1:
        text_append_format(file, "%s\"", text);
        return;
    case 2:
        text_append_format(file, "\"%s\"\"x\"", text);
        return;
    case 3:
        text_append_format(file, "\"%s\n\"", text);
        return;
    case 4:
        text_append_format(file, " \"%s\" ", text);
        return;
    case 5:
        text_append_format(file, "%s\r", text);
        return;
    case 6:
        text_append_slice(file, (Slice){.bytes = "\0", .size_bytes = 1});
        return;
    default:
        text_append_format(file, random_once_in(random, 4) ? "\"%s\"" : "%s", text);
    }
}

static Text draw_file(Random *random, const Kind *kind)
{
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", ""};
    uint64_t odd_once_in = UINT64_C(1) << random_below(random, 8);
    uint64_t row_count = random_below(random, 60);
    Text file = {0};

    text_append(&file, kind->header);
    for (uint64_t row = 0; row < row_count; row++) {
        size_t width = kind->width - (random_once_in(random, 10 * odd_once_in) ? 1 : 0);

        for (size_t i = 0; i < width; i++) {
            if (i > 0)
                text_append_byte(&file, kind->layout.delimiter);
            append_field(&file, random, kind->fields[i], odd_once_in);
        }
        text_append(
            &file,
            ends[random_once_in(random, 5 * odd_once_in) ? random_below(random, COUNT_OF(ends))
                                                         : random_below(random, 2)]);
    }
    return file;
}

static void both_readers_agree_on_whatever_file(void **state)
{
    (void)state;
    enum { FILES = 700 };
    Random random = {20261124};

    for (int i = 0; i < FILES; i++) {
        Kind kind = kinds[i % (int)COUNT_OF(kinds)]();
        Text file = draw_file(&random, &kind);

        StoryReading reading = {.scan = (ScanKind)random_below(&random, SCAN_KINDS),
                                .window_bytes = 64 + random_below(&random, 1000)};

        if (!scan_can(reading.scan))
            reading.scan = SCAN_BEST;
        if (random_once_in(&random, 2))
            reading.window_bytes = 0;
        expect_agreement(&kind.layout, &file, reading, 1 + random_below(&random, 4000));
        text_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_rows_come_out_the_same_by_both_readers),
        cmocka_unit_test(a_tab_within_a_field_is_a_fault_where_it_is_the_delimiter_too),
        cmocka_unit_test(a_source_that_fails_fails_behind_the_same_rows),
        cmocka_unit_test(a_fault_in_each_place_of_a_block_is_told_in_its_place),
        cmocka_unit_test(both_readers_agree_on_whatever_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
