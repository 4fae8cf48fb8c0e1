#include "report/fast_rows.h"

#include "base/memory.h"
#include "report/fast_columns.h"
#include "report/split.h"

#include <assert.h>
#include <stdlib.h>

// Behind a fault so few rows are read at once, then twice as many each time: where there is one there
// may be more, and what was read behind it was read in vain.
enum { ROWS_BEHIND_FAULT = 8 };

/*
 *     window   │ passed            │ the table's next rows │ not split yet │
 *              window_offset       at, line                                window_bytes
 */
struct FastRows {
    Splitter *splitter;
    FastColumns *columns;
    size_t window_bytes_max;
    const char *window; // NULL: none
    size_t window_bytes;
    int64_t window_offset; // in the file
    size_t next_row;       // of the table; its count: the table is used up
    int64_t first_line;    // of the file, the table's line 0
    size_t at;   // in the window, where the lines are, or are once the row at fault is read
    size_t line; // of the table, that begins there
    size_t rows_at_once;
};

static bool is_readable(const Columns *columns, const Layout *layout)
{
    return columns->width >= 2 && layout->delimiter != '"' && layout->delimiter != '\n' &&
           layout->delimiter != '\r';
}

FastRows *fast_rows_new(const Columns *columns, const Layout *layout, const DayTable *days,
                        const RowRules *rules, ScanKind scan, size_t window_bytes)
{
    if (!is_readable(columns, layout))
        return NULL;

    FastRows *fast = MEMORY_NEW(FastRows, 1);

    assert(scan_can(scan) && window_bytes <= SCAN_BYTES_MAX);
    fast->splitter = splitter_new(columns, layout, scan);
    fast->columns = fast_columns_new(columns, layout, days, rules, fast->splitter);
    fast->window_bytes_max = window_bytes == 0 ? SCAN_BYTES_MAX : window_bytes;
    fast->rows_at_once = TABLE_ROWS_MAX;
    return fast;
}

void fast_rows_free(FastRows *fast)
{
    if (fast == NULL)
        return;
    fast_columns_free(fast->columns);
    splitter_free(fast->splitter);
    free(fast);
}

// Passes over the table's lines up to a place in the window, where one begins.
static void pass_to(FastRows *fast, Lines *lines, size_t place, size_t line, FastRun *run)
{
    lines_pass(lines, place - fast->at, (int64_t)(line - fast->line));
    run->skipped_count += (int64_t)(line - fast->line);
    fast->at = place;
    fast->line = line;
}

// Somebody else may have read on: the table, and even the window, hold only if the lines are where
// they are expected, in the file and in memory.
static void find_place(FastRows *fast, const Lines *lines)
{
    int64_t at = lines_offset(lines) - fast->window_offset;

    if (fast->window == NULL || at < 0 || at > (int64_t)fast->window_bytes ||
        lines_position(lines) != fast->window + at) {
        fast->window = NULL;
        fast->window_bytes = 0;
        at = 0;
    }
    if (fast->window == NULL || fast->at != (size_t)at)
        fast->next_row = SIZE_MAX;
    fast->at = (size_t)at;
}

static bool split(FastRows *fast, const Lines *lines, SplitEnd *out_end)
{
    const RowTable *table = splitter_table(fast->splitter);

    *out_end = splitter_split(fast->splitter, fast->at);
    fast->next_row = 0;
    fast->line = 0;
    fast->first_line = lines_count(lines) + 1;
    return table->line_count > 0;
}

// Looks through what lies ahead, if that is more than the rest of the window.
static bool look_ahead(FastRows *fast, Lines *lines)
{
    Slice ahead = lines_ahead(lines);
    size_t size_bytes =
        ahead.size_bytes < fast->window_bytes_max ? ahead.size_bytes : fast->window_bytes_max;

    if (size_bytes <= fast->window_bytes - fast->at)
        return false;
    fast->window = ahead.bytes;
    fast->window_bytes = size_bytes;
    fast->window_offset = lines_offset(lines);
    fast->at = 0;
    splitter_scan(fast->splitter, fast->window, fast->window_bytes);
    return true;
}

// Makes a table of the rows where the lines are. False: the first of them is none of ours.
static bool next_table(FastRows *fast, Lines *lines)
{
    SplitEnd end = SPLIT_CUT;

    if (fast->window != NULL && split(fast, lines, &end))
        return true;
    return end == SPLIT_CUT && look_ahead(fast, lines) && split(fast, lines, &end);
}

static void read_rows(FastRows *fast, Lines *lines, Arena *arena, RowBlock *block, FastRun *run)
{
    const RowTable *table = splitter_table(fast->splitter);
    size_t row_count = table->count - fast->next_row;

    if (row_count > BLOCK_ROWS - block->count)
        row_count = BLOCK_ROWS - block->count;
    if (row_count > fast->rows_at_once)
        row_count = fast->rows_at_once;
    fast->rows_at_once *= fast->rows_at_once < TABLE_ROWS_MAX ? 2 : 1;

    size_t good = fast_columns_read(fast->columns, table, fast->next_row, row_count,
                                    fast->first_line, arena, block);

    run->row_count = (int64_t)good;
    run->first_offset = fast->window_offset + table->begins[fast->next_row];
    fast->next_row += good;
    if (good > 0)
        pass_to(fast, lines, table->ends[fast->next_row - 1], table->lines[fast->next_row - 1] + 1U,
                run);
    run->skipped_count -= run->row_count;
    if (good < row_count) {
        pass_to(fast, lines, table->begins[fast->next_row], table->lines[fast->next_row], run);
        fast->at = table->ends[fast->next_row];
        fast->line++;
        fast->next_row++;
        fast->rows_at_once = ROWS_BEHIND_FAULT;
        run->is_stopped = true;
    }
}

FastRun fast_rows_read(FastRows *fast, Lines *lines, Arena *arena, RowBlock *block)
{
    const RowTable *table = splitter_table(fast->splitter);
    FastRun run = {0};

    find_place(fast, lines);
    if (fast->next_row == SIZE_MAX && !next_table(fast, lines))
        run.is_stopped = true;
    else if (fast->next_row < table->count)
        read_rows(fast, lines, arena, block, &run);
    if (!run.is_stopped && fast->next_row == table->count && block->count < BLOCK_ROWS) {
        pass_to(fast, lines, table->end, table->line_count, &run); // what was left out behind them
        fast->next_row = SIZE_MAX;
    }
    return run;
}
