#include "report/blocks.h"

#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 5 * BLOCK_ROWS };

// A report of many blocks, with odd codes whose texts lie in the report, and rejects.
static Text make_report(void)
{
    Text file = {0};

    text_append(&file, STORY_HEADER);
    for (int i = 1; i <= ROWS; i++)
        text_append_format(&file, "%d,%s,odd %d,,DE,,31\n", i, i % 7 == 0 ? "never" : "2026-10-01",
                           i);
    return file;
}

static Report *open_report(const Text *file, const Layout *layout)
{
    const ReportOptions options = {.layout = layout, .days = story_days()};
    Report *report = NULL;
    Error error = {0};

    assert_int_equal(
        report_open(source_of_bytes(file->bytes, file->size_bytes), &options, &report, &error),
        STATUS_OK);
    return report;
}

static void assert_same_slice(Slice left, Slice right)
{
    assert_true(slice_equal(left, right));
}

static void assert_same_block(const BlockOfReport *ahead, const RowBlock *block,
                              const RejectList *rejects)
{
    assert_int_equal(ahead->block->count, block->count);
    assert_int_equal(ahead->rejects.count, rejects->count);
    for (size_t i = 0; i < block->count; i++) {
        assert_true(ahead->block->sequence_ids[i] == block->sequence_ids[i]);
        assert_true(ahead->block->fingerprints[i] == block->fingerprints[i]);
        assert_same_slice(ahead->block->recording_texts[i], block->recording_texts[i]);
    }
    for (size_t i = 0; i < rejects->count; i++) {
        assert_true(ahead->rejects.rejects[i].line == rejects->rejects[i].line);
        assert_same_slice(ahead->rejects.rejects[i].raw, rejects->rejects[i].raw);
    }
}

static void blocks_read_ahead_are_those_of_the_report(void **state)
{
    (void)state;
    const Layout layout = story_layout();
    Text file = make_report();
    Report *report = open_report(&file, &layout);
    Report *report_ahead = open_report(&file, &layout);
    Blocks *blocks = blocks_new(report_ahead);
    RowBlock *block = row_block_new();
    RejectList rejects = {0};
    Error error = {0};

    for (bool more = true; more;) {
        const BlockOfReport *ahead = NULL;

        assert_int_equal(report_next(report, block, &rejects, &more, &error), STATUS_OK);
        assert_int_equal(blocks_next(blocks, &ahead, &error), STATUS_OK);
        assert_int_equal(ahead->more, more);
        assert_same_block(ahead, block, &rejects);
    }
    assert_true(report_counts(report_ahead)->rows_read == ROWS);
    assert_true(report_counts(report_ahead)->rejected == report_counts(report)->rejected);
    blocks_free(blocks);
    report_close(report_ahead);
    report_close(report);
    reject_list_free(&rejects);
    free(block);
    text_free(&file);
}

static void an_error_comes_behind_the_blocks_before_it_and_stays(void **state)
{
    (void)state;
    const Layout layout = story_layout();
    Text file = make_report();
    int64_t rows = 0;
    Error error = {0};

    text_append(&file, "9,2026-10-01,\"never closed\n");

    Report *report = open_report(&file, &layout);
    Blocks *blocks = blocks_new(report);
    const BlockOfReport *block = NULL;

    while (blocks_next(blocks, &block, &error) == STATUS_OK)
        rows += (int64_t)(block->block->count + block->rejects.count);
    assert_int_equal(error.status, STATUS_DATA);
    assert_true(rows > ROWS - BLOCK_ROWS && rows <= ROWS);
    error_clear(&error);
    assert_int_equal(blocks_next(blocks, &block, &error), STATUS_DATA);
    blocks_free(blocks);
    report_close(report);
    text_free(&file);
}

static void blocks_can_be_freed_at_any_time(void **state)
{
    (void)state;
    const Layout layout = story_layout();
    Text file = make_report();
    Error error = {0};

    for (int wanted = 0; wanted <= 6; wanted++) {
        Report *report = open_report(&file, &layout);
        Blocks *blocks = blocks_new(report);
        const BlockOfReport *block = NULL;

        for (int i = 0; i < wanted; i++)
            assert_int_equal(blocks_next(blocks, &block, &error), STATUS_OK);
        blocks_free(blocks);
        report_close(report);
    }
    blocks_free(NULL);
    text_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_read_ahead_are_those_of_the_report),
        cmocka_unit_test(an_error_comes_behind_the_blocks_before_it_and_stays),
        cmocka_unit_test(blocks_can_be_freed_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
