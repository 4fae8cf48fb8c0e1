// Any bytes as a report file, by any layout: the fast reader and the careful one give the same rows,
// rejects, counts and errors, block by block. The first bytes choose the layout and how the file
// comes (tests/fuzz/reader_choices.h), the rest is the file.
#include "report/report.h"

#include "base/memory.h"
#include "fuzz/reader_choices.h"
#include "support/drip.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

enum { BLOCKS_MAX = 1000, FILE_BYTES_MAX = 128 * 1024 };

// What one of the two readers says.
typedef struct Side {
    const char *name;
    Report *report;
    RowBlock *block;
    RejectList rejects;
    Status status;
    Error error;
    bool more;
} Side;

static Side fast = {.name = "fast"};
static Side careful = {.name = "careful"};

// What is compared stands in the message beside what both say of it.
static void differ(const char *what, size_t row, const char *fast_text, const char *careful_text)
{
    (void)fprintf(stderr, "the readers differ: %s, at %zu\n  fast:    %s\n  careful: %s\n", what,
                  row, fast_text, careful_text);
    abort();
}

static void same_number(const char *what, size_t row, int64_t left, int64_t right)
{
    if (left != right)
        differ(what, row, text_format("%" PRId64, left), text_format("%" PRId64, right));
}

static void same_slice(const char *what, size_t row, Slice left, Slice right)
{
    if (!slice_equal(left, right))
        differ(what, row, slice_copy(left), slice_copy(right));
}

static void same_decimal(const char *what, size_t row, const Decimal *left, const Decimal *right)
{
    char left_text[DECIMAL_TEXT_BYTES];
    char right_text[DECIMAL_TEXT_BYTES];

    if (!decimal_equal(left, right))
        differ(what, row, decimal_print(left, left_text), decimal_print(right, right_text));
}

static void compare_codes(const char *what, size_t row, Code left, Slice left_text, Code right,
                          Slice right_text)
{
    same_number(what, row, left, right);
    if (left == CODE_ODD)
        same_slice(what, row, left_text, right_text);
}

static void compare_rows(const RowBlock *left, const RowBlock *right)
{
    same_number("rows of the block", 0, (int64_t)left->count, (int64_t)right->count);
    same_number("whether there are amounts", 0, left->has_amounts, right->has_amounts);
    for (size_t i = 0; i < left->count; i++) {
        same_number("line", i, left->lines[i], right->lines[i]);
        same_number("sequence ID", i, left->sequence_ids[i], right->sequence_ids[i]);
        same_number("first day", i, left->period_from[i], right->period_from[i]);
        same_number("last day", i, left->period_to[i], right->period_to[i]);
        compare_codes("recording", i, left->recordings[i], left->recording_texts[i],
                      right->recordings[i], right->recording_texts[i]);
        compare_codes("release", i, left->releases[i], left->release_texts[i], right->releases[i],
                      right->release_texts[i]);
        same_slice("territory", i, left->territories[i], right->territories[i]);
        same_slice("tier", i, left->tiers[i], right->tiers[i]);
        same_number("streams", i, left->streams[i], right->streams[i]);
        same_number("monetised", i, left->monetised[i], right->monetised[i]);
        if (left->has_amounts) {
            same_decimal("amount", i, &left->amounts[i], &right->amounts[i]);
            same_slice("currency", i, left->currencies[i], right->currencies[i]);
        }
        same_number("fingerprint", i, (int64_t)left->fingerprints[i],
                    (int64_t)right->fingerprints[i]);
    }
}

static void compare_rejects(const RejectList *left, const RejectList *right)
{
    same_number("rejects of the block", 0, (int64_t)left->count, (int64_t)right->count);
    for (size_t i = 0; i < left->count; i++) {
        const Reject *one = &left->rejects[i];
        const Reject *other = &right->rejects[i];

        same_number("a reject's line", i, one->line, other->line);
        same_slice("a reject's reason", i, slice_of(reject_reason_key(one->reason)),
                   slice_of(reject_reason_key(other->reason)));
        same_slice("a reject's column", i, one->column, other->column);
        same_slice("what a reject found", i, one->found, other->found);
        same_slice("what a reject expected", i, one->expected, other->expected);
        same_slice("a reject's raw text", i, one->raw, other->raw);
    }
}

static void compare_counts(const ReportCounts *left, const ReportCounts *right)
{
    same_number("rows read", 0, left->rows_read, right->rows_read);
    same_number("rejected", 0, left->rejected, right->rejected);
    same_number("skipped", 0, left->skipped, right->skipped);
    same_number("lines", 0, left->lines, right->lines);
    same_number("streams", 0, left->streams, right->streams);
    same_decimal("amount in all", 0, &left->amount, &right->amount);
}

static void compare_outcomes(void)
{
    same_number("status", 0, fast.status, careful.status);
    same_slice("error", 0, slice_of(fast.error.message), slice_of(careful.error.message));
}

static void open_side(Side *side, Source *taken_source, ReportOptions options, ReaderChoice reader,
                      Encoding encoding)
{
    options.reader = reader;
    side->report = NULL;
    side->error = (Error){0};
    side->status =
        report_open(source_utf8(taken_source, encoding), &options, &side->report, &side->error);
    if (side->block == NULL)
        side->block = row_block_new();
}

static void go_on(Side *side)
{
    side->status =
        report_next(side->report, side->block, &side->rejects, &side->more, &side->error);
}

// The first line, and then the others, over and over.
static Text make_file(const ReaderChoices *choices, const char *bytes, size_t size_bytes)
{
    Text file = {0};
    size_t header_bytes = 0;

    while (header_bytes < size_bytes && (header_bytes == 0 || bytes[header_bytes - 1] != '\n'))
        header_bytes++;
    text_append_slice(&file, (Slice){bytes, size_bytes});
    for (size_t i = 1; i < choices->repetitions && file.size_bytes < FILE_BYTES_MAX; i++)
        text_append_slice(&file, (Slice){bytes + header_bytes, size_bytes - header_bytes});
    return file;
}

static void compare_readers(const ReaderChoices *choices, const char *file, size_t size_bytes)
{
    ReportOptions options = {.layout = &choices->layout,
                             .days = &choices->days,
                             .name = &choices->name,
                             .scan = choices->scan,
                             .window_bytes = choices->window_bytes};
    Encoding encoding = choices->layout.encoding;

    open_side(&careful, source_of_bytes(file, size_bytes), options, READER_CAREFUL, encoding);
    open_side(&fast, source_drip(file, size_bytes, choices->read_bytes_max), options, READER_FAST,
              encoding);
    compare_outcomes();
    fast.more = careful.more = true;
    for (int i = 0; careful.status == STATUS_OK && careful.more; i++) {
        if (i == BLOCKS_MAX)
            abort();
        go_on(&careful);
        go_on(&fast);
        compare_outcomes();
        if (careful.status != STATUS_OK)
            break;
        same_number("whether there is more", 0, fast.more, careful.more);
        compare_rows(fast.block, careful.block);
        compare_rejects(&fast.rejects, &careful.rejects);
        if (!careful.more)
            compare_counts(report_counts(fast.report), report_counts(careful.report));
    }
    report_close(fast.report);
    report_close(careful.report);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    ReaderChoices choices;

    if (size_bytes < READER_CHOICE_BYTES)
        return 0;
    reader_choices_make(bytes, &choices);

    Text file = make_file(&choices, (const char *)bytes + READER_CHOICE_BYTES,
                          size_bytes - READER_CHOICE_BYTES);

    compare_readers(&choices, file.bytes, file.size_bytes);
    text_free(&file);
    return 0;
}
