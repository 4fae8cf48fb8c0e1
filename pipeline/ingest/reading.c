#include "ingest/reading.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static Status copy_bytes(void *copy, const char *bytes, size_t size_bytes, Error *error)
{
    return archive_copy_write(copy, bytes, size_bytes, error);
}

Status reading_open(const ReadingOptions *options, Reading **out_reading, Error *error)
{
    Status status = STATUS_OK;
    const Layout *layout = &options->feed->layout;
    Source *source = NULL;
    Reading *reading = MEMORY_NEW(Reading, 1);

    TRY(report_name_parse(layout->name_pattern, options->name, &reading->name, error));
    TRY(source_open_file(options->path, &source, error));
    if (options->copy != NULL)
        source = source_shared(source, copy_bytes, options->copy);
    reading->digest = source_digest(source);
    source = source_ahead(source_utf8(source_gunzip(reading->digest), layout->encoding));

    ReportOptions report = {
        .layout = layout,
        .days = options->days,
        .name = &reading->name,
        .reader = options->reader,
    };

    TRY(report_open(source, &report, &reading->report, error));
    reading->blocks = blocks_new(reading->report);
    *out_reading = reading;
    reading = NULL; // the caller's from here on

cleanup:
    reading_close(reading);
    return status;
}

Status reading_next(Reading *reading, bool *out_more, Error *error)
{
    Status status = STATUS_OK;
    const BlockOfReport *next = NULL;

    TRY(blocks_next(reading->blocks, &next, error));
    reading->block = next->block;
    reading->rejects = &next->rejects;
    *out_more = next->more;

cleanup:
    return status;
}

void reading_digest(Reading *reading, char sha256[DIGEST_TEXT_BYTES])
{
    int64_t size_bytes = 0;

    source_digest_finish(reading->digest, sha256, &size_bytes);
}

Status reading_expect(Reading *reading, const char *sha256, Error *error)
{
    char found[DIGEST_TEXT_BYTES];

    reading_digest(reading, found);
    if (text_equal(found, sha256))
        return STATUS_OK;
    return error_set(
        error, STATUS_CANNOT_READ,
        "what was read has the SHA-256 %s, expected %s: the file was changed meanwhile", found,
        sha256);
}

void reading_close(Reading *reading)
{
    if (reading == NULL)
        return;
    blocks_free(reading->blocks);
    report_close(reading->report);
    report_name_clear(&reading->name);
    free(reading);
}

static void append_code(Text *text, const char *what, Code code, Slice odd, bool is_recording)
{
    char printed[CODE_TEXT_BYTES];

    if (code == CODE_NONE)
        return;
    text_append_format(text, ", %s ", what);
    if (code == CODE_ODD)
        text_append_format(text, "\"%.*s\"", SLICE_ARGUMENTS(odd));
    else
        text_append(text,
                    is_recording ? code_print_isrc(code, printed) : code_print_gtin(code, printed));
}

static char *describe_row(const RowBlock *block, size_t row)
{
    char day[DAY_TEXT_BYTES];
    char amount[DECIMAL_TEXT_BYTES];
    Text text = {0};

    text_append(&text, day_print(block->period_from[row], day));
    if (block->period_to[row] != block->period_from[row])
        text_append_format(&text, " to %s", day_print(block->period_to[row], day));
    append_code(&text, "recording", block->recordings[row], block->recording_texts[row], true);
    append_code(&text, "release", block->releases[row], block->release_texts[row], false);
    if (block->territories[row].size_bytes > 0)
        text_append_format(&text, ", %.*s", SLICE_ARGUMENTS(block->territories[row]));
    if (block->tiers[row].size_bytes > 0)
        text_append_format(&text, ", %.*s", SLICE_ARGUMENTS(block->tiers[row]));
    text_append_format(&text, ", streams %" PRId64 ", monetised %" PRId64, block->streams[row],
                       block->monetised[row]);
    if (block->has_amounts)
        text_append_format(&text, ", %s %.*s", decimal_print(&block->amounts[row], amount),
                           SLICE_ARGUMENTS(block->currencies[row]));
    return text_take(&text);
}

static bool is_wanted(const RowBlock *block, size_t row, int64_t sequence_id, int64_t line)
{
    return (sequence_id == 0 || block->sequence_ids[row] == sequence_id) &&
           (line == 0 || block->lines[row] == line);
}

Status reading_find_row(const ReadingOptions *options, int64_t sequence_id, int64_t line,
                        FoundRow *out_row, Error *error)
{
    Status status = STATUS_OK;
    Reading *reading = NULL;
    FoundRow row = {0};

    TRY(reading_open(options, &reading, error));
    for (bool more = true; more && row.line == 0;) {
        TRY(reading_next(reading, &more, error));
        for (size_t i = 0; i < reading->block->count && row.line == 0; i++)
            if (is_wanted(reading->block, i, sequence_id, line))
                row = (FoundRow){.line = reading->block->lines[i],
                                 .text = describe_row(reading->block, i)};
    }
    *out_row = row;

cleanup:
    reading_close(reading);
    return status;
}
