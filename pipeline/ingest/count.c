#include "ingest/count.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// A sequence is almost one interval. IDs that lie in more parts than these are none (a column of random
// numbers, or of a hash), and each part takes a kilobyte and more, of one ID too.
enum { PARTS_MAX = 1 << 14 };

static Count *count_new(const CountOptions *options)
{
    Count *count = MEMORY_NEW(Count, 1);

    count->cells = options->cells;
    cells_reset(count->cells);
    count->ids = id_set_new();
    count->fingerprints = fingerprints_new();
    count->duplicates = id_set_new();
    count->duplicate_fingerprints = fingerprints_new();
    count->repeated = id_set_new();
    count->recent = MEMORY_NEW(RecentRow, RECENT_ROWS);
    count->rejects = reject_spool_new(options->reject_folder);
    return count;
}

void count_free(Count *count)
{
    if (count == NULL)
        return;
    id_set_free(count->ids);
    fingerprints_free(count->fingerprints);
    id_set_free(count->duplicates);
    fingerprints_free(count->duplicate_fingerprints);
    id_set_free(count->repeated);
    free(count->recent);
    reject_spool_free(count->rejects);
    free(count);
}

static RecentRow *recent_row(const Count *count, int64_t id)
{
    return &count->recent[id & (RECENT_ROWS - 1)];
}

static void remember_rows(const Count *count, const RowBlock *block, const bool is_first[])
{
    for (size_t i = 0; i < block->count; i++)
        if (is_first[i])
            *recent_row(count, block->sequence_ids[i]) = (RecentRow){
                .id = block->sequence_ids[i],
                .fingerprint = block->fingerprints[i],
            };
}

// Rows whose IDs came before in this file: what is not remembered must be read again.
static void compare_repeated(Count *count, const RowBlock *block, const bool is_first[])
{
    for (size_t i = 0; i < block->count; i++) {
        const RecentRow *first = recent_row(count, block->sequence_ids[i]);

        if (!is_first[i] &&
            (first->id != block->sequence_ids[i] || first->fingerprint != block->fingerprints[i]))
            (void)id_set_add(count->repeated, block->sequence_ids[i]);
    }
}

// A row that is not new repeats one of an earlier file, or one of this file. Each ID stands once in
// the fingerprints of the duplicates, whose counts must be those of IDs. Sets is_first.
static void take_duplicates(Count *count, const RowBlock *block, const Tide *tide,
                            const bool is_new[], bool is_first[])
{
    bool is_counted[BLOCK_ROWS];

    tide_find_counted(tide, block->sequence_ids, block->count, is_new, count->duplicates,
                      is_counted);
    fingerprints_add_rows(count->duplicate_fingerprints, block->sequence_ids, block->fingerprints,
                          is_counted, block->count);
    for (size_t i = 0; i < block->count; i++) {
        is_first[i] = is_new[i] || is_counted[i];
        count->duplicate_rows += !is_new[i];
    }
}

static Status check_sequence(const Count *count, const Feed *feed, Error *error)
{
    if (id_set_part_count(count->ids) <= PARTS_MAX)
        return STATUS_OK;
    return error_set(error, STATUS_DATA,
                     "its sequence IDs, from %" PRId64 " to %" PRId64
                     ", lie in more than %d blocks of "
                     "%" PRId64 ", which no sequence does; does feed \"%s\" name the right column?",
                     id_set_lowest(count->ids), id_set_highest(count->ids), PARTS_MAX,
                     INT64_C(1) << ID_PART_BITS, feed->name);
}

static Status count_block(Count *count, const RowBlock *block, const CountOptions *options,
                          Error *error)
{
    bool is_new[BLOCK_ROWS];
    bool is_first[BLOCK_ROWS]; // of its ID in this file
    Status status = STATUS_OK;

    tide_sift(options->tide, block->sequence_ids, block->count, count->ids, is_new);
    fingerprints_add_rows(count->fingerprints, block->sequence_ids, block->fingerprints, is_new,
                          block->count);
    if (memchr(is_new, 0, block->count) == NULL) { // a bool is a byte
        remember_rows(count, block, is_new);
    } else {
        take_duplicates(count, block, options->tide, is_new, is_first);
        remember_rows(count, block, is_first);
        compare_repeated(count, block, is_first);
    }
    TRY(check_sequence(count, options->reading.feed, error));
    TRY(cells_count(count->cells, block, is_new, error));
    if (cells_are_full(count->cells)) {
        TRY(options->spill(options->spill_context, count->cells, error));
        cells_empty(count->cells);
    }

cleanup:
    return status;
}

Status count_file(const CountOptions *options, Count **out_count, Error *error)
{
    Status status = STATUS_OK;
    Reading *reading = NULL;
    Count *count = count_new(options);

    TRY(reading_open(&options->reading, &reading, error));
    for (bool more = true; more;) {
        TRY(reading_next(reading, &more, error));
        TRY(count_block(count, reading->block, options, error));
        TRY(reject_spool_add(count->rejects, reading->rejects, error));
    }
    reading_digest(reading, count->sha256);
    count->rows = *report_counts(reading->report);
    *out_count = count;
    count = NULL; // the caller's from here on

cleanup:
    reading_close(reading);
    count_free(count);
    return status;
}

Status count_check_rejects(const Count *count, const Feed *feed, Error *error)
{
    // A comparison of two figures, not money: binary floating point is near enough here.
    double ratio = (double)count->rows.rejected / (double)count->rows.rows_read;

    if (count->rows.rejected == 0 || ratio <= feed->max_reject_ratio)
        return STATUS_OK;
    return error_set(error, STATUS_DATA,
                     "%" PRId64 " of its %" PRId64 " rows are rejected (%.4f), expected at most "
                     "%.4f (max_reject_ratio)",
                     count->rows.rejected, count->rows.rows_read, ratio, feed->max_reject_ratio);
}
