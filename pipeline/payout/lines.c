#include "payout/lines.h"

#include "base/files.h"
#include "base/memory.h"
#include "payout/line_chunks.h"
#include "payout/line_names.h"
#include "payout/line_record.h"
#include "payout/line_splits.h"
#include "payout/line_terms.h"
#include "payout/line_writer.h"
#include "payout/sorter.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const LinesBounds default_bounds = {
    .sorter_bytes = 96 << 20, // a million lines
    .lines_at_once = 1 << 15,
    .names_max = 1 << 18,
};

/** Lines that come next, summed, and what they name. */
typedef struct Block {
    uint64_t *records;
    size_t count;
    size_t capacity;
    size_t words;
    LineNamed named;
} Block;

static Block block_new(size_t capacity, size_t words)
{
    return (Block){.records = memory_new(capacity * words, sizeof(uint64_t)),
                   .capacity = capacity,
                   .words = words};
}

static void block_free(Block *block)
{
    free(block->records);
    line_named_free(&block->named);
}

static uint64_t *block_record(const Block *block, size_t i)
{
    return block->records + i * block->words;
}

static bool is_nothing(const uint64_t record[], size_t words)
{
    uint64_t bits = 0;

    for (size_t i = LINE_KEY_WORDS; i < words; i++)
        bits |= record[i];
    return bits == 0;
}

static Status add_measures(uint64_t sum[], const uint64_t record[], size_t words, Error *error)
{
    int64_t monetised = 0;

    if (__builtin_add_overflow((int64_t)sum[LINE_MONETISED], (int64_t)record[LINE_MONETISED],
                               &monetised))
        return error_set(error, STATUS_BUG, "a line has more than 2^63 streams");
    sum[LINE_MONETISED] = (uint64_t)monetised;
    if (words > LINE_REPORTED) {
        Decimal reported;
        Decimal more;

        memcpy(&reported, &sum[LINE_REPORTED], sizeof reported);
        memcpy(&more, &record[LINE_REPORTED], sizeof more);
        decimal_add(&reported, &more);
        memcpy(&sum[LINE_REPORTED], &reported, sizeof reported);
    }
    return STATUS_OK;
}

/** The next lines: records of a key are one, and those that come to nothing are none. *next is the
 * record behind them; NULL: there are no more. */
static Status read_block(Sorter *sorter, Block *block, const uint64_t **next, Error *error)
{
    Status status = STATUS_OK;

    block->count = 0;
    while (*next != NULL && block->count < block->capacity) {
        uint64_t *line = block_record(block, block->count);

        memcpy(line, *next, block->words * sizeof line[0]);
        for (;;) {
            TRY(sorter_next(sorter, next, error));
            if (*next == NULL || memcmp(*next, line, LINE_KEY_WORDS * sizeof line[0]) != 0)
                break;
            TRY(add_measures(line, *next, block->words, error));
        }
        if (!is_nothing(line, block->words))
            block->count++;
    }

cleanup:
    return status;
}

static Status write_block(const Block *block, LineWriter *writer, Error *error)
{
    Status status = STATUS_OK;

    for (size_t i = 0; i < block->count; i++)
        TRY(line_writer_add(writer, block_record(block, i), &block->named, i, error));

cleanup:
    return status;
}

static Status ask_for_names(LineNames *names, Block *block, Error *error)
{
    return line_names_ask(names, block->records, block->count, block->words, &block->named, error);
}

/** While a block is written, the server looks up the names of the next. */
static Status write_lines(Sorter *sorter, Block blocks[2], LineNames *names, LineWriter *writer,
                          Error *error)
{
    Status status = STATUS_OK;
    const uint64_t *next = NULL;

    TRY(sorter_next(sorter, &next, error));
    TRY(read_block(sorter, &blocks[0], &next, error));
    TRY(ask_for_names(names, &blocks[0], error));
    for (size_t at = 0; blocks[at].count > 0; at = 1 - at) {
        Block *ahead = &blocks[1 - at];

        TRY(read_block(sorter, ahead, &next, error));
        TRY(line_names_take(names, error));

        bool is_full = line_names_is_full(names);

        if (!is_full)
            TRY(ask_for_names(names, ahead, error));
        TRY(write_block(&blocks[at], writer, error));
        if (is_full) {
            line_names_forget(names);
            TRY(ask_for_names(names, ahead, error));
        }
    }
    TRY(line_writer_end(writer, error));

cleanup:
    return status;
}

static void summarize(const LineWriter *writer, LinesSummary *summary)
{
    const LineSum *sums = line_writer_sums(writer, &summary->sum_count);

    summary->sums = MEMORY_NEW(LinesSum, summary->sum_count);
    for (size_t i = 0; i < summary->sum_count; i++) {
        (void)snprintf(summary->sums[i].currency, sizeof summary->sums[i].currency, "%s",
                       sums[i].currency);
        (void)exact_print(&sums[i].amount, summary->sums[i].amount);
    }
}

Status lines_write_within(Store *store, int64_t run, const char *path, const LinesBounds *bounds,
                          LinesSummary *out_summary, Error *error)
{
    Status status = STATUS_OK;
    LineTerms terms = {0};
    LineSplits splits = {0};
    LineNames *names = line_names_new(store, run, bounds->names_max);
    LineWriter *writer = NULL;
    Sorter *sorter = NULL;
    CsvFile *file = NULL;
    LinesSummary summary = {0};
    Block blocks[2] = {{0}};
    Rows *plans = NULL;
    char *folder = path_folder(path);

    TRY(store_query_row(store, &sql_set_lines_plans, NO_PARAMS, &plans, error));
    TRY(line_terms_read(store, run, &terms, error));

    size_t words = terms.has_reported ? LINE_WORDS_MAX : LINE_WORDS_PLAIN;

    sorter = sorter_new(&(SorterOptions){.words = words,
                                         .key_words = LINE_KEY_WORDS,
                                         .bytes_max = bounds->sorter_bytes,
                                         .folder = folder});
    TRY(line_chunks_read(store, &terms, &splits, sorter, error));
    TRY(sorter_sort(sorter, error));
    TRY(csv_file_open(path, CSV_GZIP, line_columns, line_column_count, &file, error));
    writer = line_writer_new(&terms, &splits.shares, names, file);
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        blocks[i] = block_new(bounds->lines_at_once, words);
    TRY(write_lines(sorter, blocks, names, writer, error));
    TRY(csv_file_commit(file, &summary.file, error));
    summarize(writer, &summary);
    *out_summary = summary;

cleanup:
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        block_free(&blocks[i]);
    csv_file_close(file);
    line_writer_free(writer);
    sorter_free(sorter);
    line_names_free(names);
    line_splits_free(&splits);
    line_terms_free(&terms);
    rows_free(plans);
    free(folder);
    return status;
}

Status lines_write(Store *store, int64_t run, const char *path, LinesSummary *out_summary,
                   Error *error)
{
    return lines_write_within(store, run, path, &default_bounds, out_summary, error);
}

void lines_summary_free(LinesSummary *summary)
{
    free(summary->sums);
}
