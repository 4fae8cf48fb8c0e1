#include "report/report.h"

#include "base/memory.h"
#include "report/fast_rows.h"
#include "report/rows.h"
#include "report/totals.h"

#include <stdlib.h>

// So many bytes of the file end a block, however few its rows are: the texts of rows and rejects are
// never much more. They are counted in the file, so that every reader ends a block at the same row.
enum { BLOCK_BYTES_MAX = 1 << 21 };

struct Report {
    const Layout *layout;
    CsvReader *csv;
    Columns columns;
    RowRules *rules;
    ReportOptions options;
    bool has_tried_fast; // once the columns are known
    FastRows *fast;      // NULL: the careful reader takes all
    Totals totals;
    ReportCounts counts;
    Arena arenas[REPORT_BLOCKS_KEPT]; // of the last blocks and their rejects
    size_t arena;
    Arena *texts;        // the arena of this block
    int64_t block_begin; // where in the file the block begins
    bool has_ended;
};

static Status read_preamble(Report *report, Error *error)
{
    Status status = STATUS_OK;
    CsvRow row = {0};
    bool more = true;
    bool is_totals = false;

    for (int i = 0; i < report->layout->preamble_lines; i++) {
        TRY(csv_reader_line(report->csv, &row, &more, error));
        if (!more)
            return error_set(error, STATUS_DATA,
                             "the file ends after %d lines, within its preamble of %d", i,
                             report->layout->preamble_lines);
        TRY(totals_take(&report->totals, &report->columns, report->layout, &row, &is_totals,
                        error));
    }

cleanup:
    return status;
}

static Status read_header(Report *report, Error *error)
{
    Status status = STATUS_OK;
    CsvRow row = {0};
    bool more = true;

    if (!report->layout->header)
        return STATUS_OK;
    TRY(csv_reader_row(report->csv, &row, &more, error));
    status =
        more ? columns_take_header(&report->columns, &row, error)
             : error_set(error, STATUS_DATA, "the file ends after %lld lines, before its header",
                         (long long)lines_count(csv_reader_lines(report->csv)));

cleanup:
    return status;
}

Status report_open(Source *taken_source, const ReportOptions *options, Report **out_report,
                   Error *error)
{
    Status status = STATUS_OK;
    const Layout *layout = options->layout;
    Report *report = MEMORY_NEW(Report, 1);

    report->layout = layout;
    report->texts = &report->arenas[0];
    report->options = *options;
    report->csv = csv_reader_new(lines_new(taken_source, layout->footer_lines), layout->delimiter,
                                 layout->quoted);
    TRY(columns_begin(layout, options->name, &report->columns, error));
    TRY(read_preamble(report, error));
    TRY(read_header(report, error));
    TRY(row_rules_new(&report->columns, layout, options->days, &report->rules, error));
    *out_report = report;
    report = NULL;

cleanup:
    report_close(report);
    return status;
}

void report_close(Report *report)
{
    if (report == NULL)
        return;
    fast_rows_free(report->fast);
    row_rules_free(report->rules);
    columns_clear(&report->columns);
    csv_reader_free(report->csv);
    for (size_t i = 0; i < REPORT_BLOCKS_KEPT; i++)
        arena_free(&report->arenas[i]);
    free(report);
}

const ReportCounts *report_counts(const Report *report)
{
    return &report->counts;
}

static bool is_one_of(Slice text, const LayoutFilter *filter)
{
    for (size_t i = 0; i < filter->value_count; i++)
        if (slice_equals_text(text, filter->values[i]))
            return true;
    return false;
}

// Whether a filter takes the row out. One that lacks the filter's column is for the checks to
// judge.
static bool is_filtered(const Report *report, const CsvRow *row)
{
    const Layout *layout = report->layout;

    for (size_t i = 0; i < layout->filter_count; i++) {
        int field = report->columns.places[PLACE_FILTERS + i].field;

        if (field == NO_FIELD || (size_t)field >= row->field_count)
            continue;
        if (is_one_of(slice_trimmed(row->fields[field]), &layout->filters[i]) !=
            layout->filters[i].keep_only)
            return true;
    }
    return false;
}

static Slice copy_cut(Arena *arena, Slice slice)
{
    if (slice.size_bytes > REJECT_RAW_BYTES_MAX)
        slice.size_bytes = REJECT_RAW_BYTES_MAX;
    return arena_copy(arena, slice);
}

static Slice name_column(Report *report, int field)
{
    if (field == NO_FIELD)
        return (Slice){.bytes = "", .size_bytes = 0};
    if ((size_t)field < report->columns.name_count)
        return slice_of(report->columns.names[field]);
    return arena_format(report->texts, "column %d", field + 1);
}

static Slice expected_of(Report *report, RejectReason reason)
{
    return reason == REJECT_SHAPE_FIELDS
               ? arena_format(report->texts, "%zu fields", report->columns.width)
               : row_rules_expected(report->rules, reason);
}

static void reject_row(Report *report, const CsvRow *row, const RowFault *fault,
                       RejectList *rejects)
{
    MEMORY_GROW(rejects->rejects, rejects->count, rejects->capacity);
    rejects->rejects[rejects->count++] = (Reject){
        .line = row->line,
        .column = name_column(report, fault->field),
        .reason = fault->reason,
        .found = copy_cut(report->texts, fault->found),
        .expected = expected_of(report, fault->reason),
        .raw = copy_cut(report->texts, row->raw),
    };
    report->counts.rejected++;
}

// Adds up the rows of a block from this one on.
static Status count_rows(Report *report, const RowBlock *block, size_t first, Error *error)
{
    int64_t streams = report->counts.streams;

    for (size_t i = first; i < block->count; i++)
        if (__builtin_add_overflow(streams, block->streams[i], &streams))
            return error_set(error, STATUS_DATA,
                             "line %lld: the file's streams add up to more than can be counted",
                             (long long)block->lines[i]);
    report->counts.streams = streams;
    for (size_t i = first; i < block->count && block->has_amounts; i++)
        decimal_add(&report->counts.amount, &block->amounts[i]);
    return STATUS_OK;
}

static Status take_row(Report *report, const CsvRow *row, RowBlock *block, RejectList *rejects,
                       Error *error)
{
    Status status = STATUS_OK;
    bool is_totals = false;
    RowFault fault;

    TRY(totals_take(&report->totals, &report->columns, report->layout, row, &is_totals, error));
    if (is_totals || is_filtered(report, row)) {
        report->counts.skipped++;
        goto cleanup;
    }
    report->counts.rows_read++;
    if (report->columns.width == 0 && row->fault == CSV_FAULT_NONE)
        TRY(columns_take_width(&report->columns, row, error));
    fault = row_rules_apply(report->rules, row, report->texts, block);
    if (fault.reason == REJECT_NONE)
        TRY(count_rows(report, block, block->count - 1, error));
    else
        reject_row(report, row, &fault, rejects);

cleanup:
    return status;
}

// The footer's lines are no rows, but the sender's totals may stand there.
static Status read_footer(Report *report, Error *error)
{
    Status status = STATUS_OK;
    CsvRow row = {0};
    bool more = true;
    bool is_totals = false;

    lines_release_footer(csv_reader_lines(report->csv));
    TRY(csv_reader_line(report->csv, &row, &more, error));
    while (more) {
        report->counts.skipped++;
        TRY(totals_take(&report->totals, &report->columns, report->layout, &row, &is_totals,
                        error));
        TRY(csv_reader_line(report->csv, &row, &more, error));
    }

cleanup:
    return status;
}

static int64_t block_bytes(const Report *report, const RowBlock *block, const RejectList *rejects)
{
    return block->count + rejects->count == 0
               ? 0
               : lines_offset(csv_reader_lines(report->csv)) - report->block_begin;
}

static bool is_full(const Report *report, const RowBlock *block, const RejectList *rejects)
{
    return block->count == BLOCK_ROWS || rejects->count == BLOCK_ROWS ||
           block_bytes(report, block, rejects) >= BLOCK_BYTES_MAX;
}

static Status read_row(Report *report, RowBlock *block, RejectList *rejects, Error *error)
{
    Status status = STATUS_OK;
    CsvRow row = {0};
    bool more = true;

    if (block->count + rejects->count == 0)
        report->block_begin = lines_offset(csv_reader_lines(report->csv));
    TRY(csv_reader_row(report->csv, &row, &more, error));
    if (more)
        TRY(take_row(report, &row, block, rejects, error));
    else
        TRY(read_footer(report, error));
    report->counts.lines = lines_count(csv_reader_lines(report->csv));
    if (!more) {
        TRY(totals_compare(&report->totals, &report->columns, report->layout, &report->counts,
                           error));
        report->has_ended = true;
    }

cleanup:
    return status;
}

static bool can_read_fast(Report *report)
{
    const ReportOptions *options = &report->options;

    if (!report->has_tried_fast && options->reader == READER_FAST && report->columns.width > 0) {
        report->fast = fast_rows_new(&report->columns, report->layout, options->days, report->rules,
                                     options->scan, options->window_bytes);
        report->has_tried_fast = true;
    }
    return report->fast != NULL;
}

// Reads rows as far as they are the fast reader's; *out_is_stopped if the next one is not.
static Status read_fast(Report *report, RowBlock *block, const RejectList *rejects,
                        bool *out_is_stopped, Error *error)
{
    Status status = STATUS_OK;
    size_t first = block->count;

    *out_is_stopped = true;
    if (!can_read_fast(report) ||
        block_bytes(report, block, rejects) + SCAN_BYTES_MAX >= BLOCK_BYTES_MAX)
        return STATUS_OK;

    FastRun run = fast_rows_read(report->fast, csv_reader_lines(report->csv), report->texts, block);

    if (first + rejects->count == 0)
        report->block_begin = run.first_offset;
    report->counts.rows_read += run.row_count;
    report->counts.skipped += run.skipped_count;
    TRY(count_rows(report, block, first, error));
    *out_is_stopped = run.is_stopped;

cleanup:
    return status;
}

static Status read_rows(Report *report, RowBlock *block, RejectList *rejects, Error *error)
{
    Status status = STATUS_OK;
    bool is_stopped = false;

    while (!report->has_ended && !is_full(report, block, rejects)) {
        TRY(read_fast(report, block, rejects, &is_stopped, error));
        if (is_stopped)
            TRY(read_row(report, block, rejects, error));
    }

cleanup:
    return status;
}

Status report_next(Report *report, RowBlock *block, RejectList *rejects, bool *out_more,
                   Error *error)
{
    Status status = STATUS_OK;

    block->count = 0;
    block->has_amounts = columns_have(&report->columns, COLUMN_AMOUNT);
    rejects->count = 0;
    report->arena = (report->arena + 1) % REPORT_BLOCKS_KEPT;
    report->texts = &report->arenas[report->arena];
    arena_clear(report->texts);
    TRY(read_rows(report, block, rejects, error));
    row_block_fingerprint(block);
    *out_more = block->count > 0 || rejects->count > 0;

cleanup:
    return status;
}
