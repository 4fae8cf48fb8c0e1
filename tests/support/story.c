#include "support/story.h"

#include "base/memory.h"
#include "support/drip.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// October 2026 in UTC.
static const Day first_day = 20727;
static Instant day_starts[32];

const DayTable *story_days(void)
{
    static DayTable days;

    for (int i = 0; i < (int)COUNT_OF(day_starts); i++)
        day_starts[i] = (first_day + i) * MICROSECONDS_PER_DAY;
    days =
        (DayTable){.first_day = first_day, .count = COUNT_OF(day_starts) - 1, .starts = day_starts};
    return &days;
}

Layout story_layout(void)
{
    return (Layout){
        .delimiter = ',',
        .quoted = true,
        .header = true,
        .decimal_point = '.',
        .time_format = TIME_ISO_8601,
        .duration_unit = DURATION_SECONDS,
        .monetised_threshold_us = 30000000,
        .first_id = 1,
        .columns =
            {
                [COLUMN_SEQUENCE_ID] = {.name = "id"},
                [COLUMN_TIME] = {.name = "time"},
                [COLUMN_RECORDING] = {.name = "isrc"},
                [COLUMN_RELEASE] = {.name = "upc"},
                [COLUMN_TERRITORY] = {.name = "country"},
                [COLUMN_TIER] = {.name = "tier"},
                [COLUMN_DURATION] = {.name = "seconds"},
            },
    };
}

Layout story_money_layout(void)
{
    return (Layout){
        .delimiter = ';',
        .quoted = true,
        .decimal_point = ',',
        .time_format = TIME_ISO_8601,
        .monetised_by = MONETISED_BY_COUNT,
        .identity = IDENTITY_LINE,
        .columns =
            {
                [COLUMN_PERIOD] = {.name_part = "period"},
                [COLUMN_RECORDING] = {.position = 1},
                [COLUMN_TERRITORY] = {.constant = "de"},
                [COLUMN_QUANTITY] = {.position = 2},
                [COLUMN_MONETISED] = {.position = 3},
                [COLUMN_AMOUNT] = {.position = 4},
                [COLUMN_CURRENCY] = {.position = 5},
            },
    };
}

static void print_code(Text *text, Code code, Slice odd, bool is_release)
{
    char digits[CODE_TEXT_BYTES];

    if (code == CODE_ODD)
        text_append_format(text, " '%.*s'", SLICE_ARGUMENTS(odd));
    else if (code == CODE_NONE)
        text_append(text, " -");
    else
        text_append_format(text, " %s",
                           is_release ? code_print_gtin(code, digits)
                                      : code_print_isrc(code, digits));
}

static void print_rows(Text *text, const RowBlock *block)
{
    for (size_t i = 0; i < block->count; i++) {
        char day[DAY_TEXT_BYTES];
        char amount[DECIMAL_TEXT_BYTES];

        text_append_format(text, "%" PRId64 ": %" PRId64 " %s", block->lines[i],
                           block->sequence_ids[i], day_print(block->period_from[i], day));
        if (block->period_to[i] != block->period_from[i])
            text_append_format(text, "..%s", day_print(block->period_to[i], day));
        print_code(text, block->recordings[i], block->recording_texts[i], false);
        print_code(text, block->releases[i], block->release_texts[i], true);
        text_append_format(text, " %.*s/%.*s %" PRId64 "/%" PRId64,
                           SLICE_ARGUMENTS(block->territories[i]), SLICE_ARGUMENTS(block->tiers[i]),
                           block->monetised[i], block->streams[i]);
        if (block->has_amounts)
            text_append_format(text, " %s %.*s", decimal_print(&block->amounts[i], amount),
                               SLICE_ARGUMENTS(block->currencies[i]));
        text_append(text, "\n");
    }
}

static void print_rejects(Text *text, const RejectList *rejects)
{
    for (size_t i = 0; i < rejects->count; i++) {
        const Reject *reject = &rejects->rejects[i];

        text_append_format(text, "%" PRId64 "! %s [%.*s] found ", reject->line,
                           reject_reason_key(reject->reason), SLICE_ARGUMENTS(reject->column));
        text_append_slice(text, reject->found);
        text_append_format(text, ", expected %.*s\n", SLICE_ARGUMENTS(reject->expected));
    }
}

static void print_counts(Text *text, const ReportCounts *counts)
{
    char amount[DECIMAL_TEXT_BYTES];

    text_append_format(text,
                       "rows %" PRId64 ", rejected %" PRId64 ", skipped %" PRId64 ", lines %" PRId64
                       ", streams %" PRId64 ", amount %s\n",
                       counts->rows_read, counts->rejected, counts->skipped, counts->lines,
                       counts->streams, decimal_print(&counts->amount, amount));
}

static void tell_rows(Report *report, Text *text, Story *story)
{
    Error error = {0};
    RowBlock *block = row_block_new();
    RejectList rejects = {0};
    bool more = true;

    while (more) {
        if (report_next(report, block, &rejects, &more, &error) != STATUS_OK) {
            assert_int_equal(error.status, STATUS_DATA);
            text_append_format(text, "refused: %s\n", error.message);
            break;
        }
        print_rows(text, block);
        print_rejects(text, &rejects);
        for (size_t i = 0; i < block->count; i++)
            story->sum += block->fingerprints[i];
        story->blocks += more ? 1 : 0;
    }
    if (!more)
        print_counts(text, report_counts(report));
    reject_list_free(&rejects);
    free(block);
}

Story story_of_source(Source *taken_source, const Layout *layout)
{
    return story_as_read(taken_source, layout, (StoryReading){0});
}

Story story_as_read(Source *taken_source, const Layout *layout, StoryReading reading)
{
    Story story = {0};
    Text text = {0};
    Error error = {0};
    Report *report = NULL;
    ReportName name = {.parts = {{"period", "2026-10"}}, .part_count = 1};
    const ReportOptions options = {.layout = layout,
                                   .days = story_days(),
                                   .name = &name,
                                   .reader = reading.reader,
                                   .scan = reading.scan,
                                   .window_bytes = reading.window_bytes};
    Status status = report_open(taken_source, &options, &report, &error);

    if (status == STATUS_OK)
        tell_rows(report, &text, &story);
    else
        text_append_format(&text, "%s: %s\n", status == STATUS_CONFIG ? "layout" : "refused",
                           error.message);
    report_close(report);
    story.text = text_take(&text);
    return story;
}

static void expect_same(const Story *story, Story taken_other)
{
    assert_string_equal(taken_other.text, story->text);
    assert_true(taken_other.sum == story->sum && taken_other.blocks == story->blocks);
    free(taken_other.text);
}

Story story_of_bytes(const Layout *layout, const char *bytes, size_t size_bytes)
{
    static const size_t window_bytes[] = {64, 200};
    const StoryReading careful = {.reader = READER_CAREFUL};
    Story story = story_as_read(source_of_bytes(bytes, size_bytes), layout, careful);

    expect_same(&story, story_as_read(source_drip(bytes, size_bytes, 3), layout, careful));
    expect_same(&story, story_of_source(source_drip(bytes, size_bytes, 3), layout));
    for (int kind = SCAN_PORTABLE; kind < SCAN_KINDS; kind++)
        if (scan_can((ScanKind)kind))
            expect_same(&story, story_as_read(source_of_bytes(bytes, size_bytes), layout,
                                              (StoryReading){.scan = (ScanKind)kind}));
    for (size_t i = 0; i < COUNT_OF(window_bytes); i++)
        expect_same(&story, story_as_read(source_of_bytes(bytes, size_bytes), layout,
                                          (StoryReading){.window_bytes = window_bytes[i]}));
    return story;
}

void story_expect(const Layout *layout, const char *file, const char *story)
{
    Story found = story_of_bytes(layout, file, strlen(file));

    assert_string_equal(found.text, story);
    free(found.text);
}

char *story_many(const char *before, char letter, size_t count, const char *behind)
{
    Text text = {0};

    text_append(&text, before);
    for (size_t i = 0; i < count; i++)
        text_append_byte(&text, letter);
    text_append(&text, behind);
    return text_take(&text);
}
