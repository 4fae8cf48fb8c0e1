#include "ingest/count.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static Count *count_new(const CountOptions *options)
{
    Count *count = MEMORY_NEW(Count, 1);

    count->cells = cells_new(options->memory_bytes_max);
    count->ids = id_set_new();
    count->fingerprints = fingerprints_new();
    count->duplicates = id_set_new();
    count->duplicate_fingerprints = fingerprints_new();
    count->repeated = id_set_new();
    count->rejects = reject_spool_new(options->reject_folder);
    return count;
}

void count_free(Count *count)
{
    if (count == NULL)
        return;
    cells_free(count->cells);
    id_set_free(count->ids);
    fingerprints_free(count->fingerprints);
    id_set_free(count->duplicates);
    fingerprints_free(count->duplicate_fingerprints);
    id_set_free(count->repeated);
    reject_spool_free(count->rejects);
    free(count);
}

// A row that is not new repeats one of an earlier file, or one of this file. Each ID stands once in
// the fingerprints of the duplicates, whose counts must be those of IDs.
static void add_duplicate(Count *count, const Tide *tide, int64_t id, uint64_t fingerprint)
{
    count->duplicate_rows++;
    if (tide_has(tide, id) && id_set_add(count->duplicates, id))
        fingerprints_add(count->duplicate_fingerprints, id, fingerprint);
    else
        (void)id_set_add(count->repeated, id);
}

static Status count_block(Count *count, const RowBlock *block, const CountOptions *options,
                          Error *error)
{
    bool is_new[BLOCK_ROWS];
    const Tide *tide = options->tide;
    Status status = STATUS_OK;

    tide_sift(tide, block->sequence_ids, block->count, count->ids, is_new);
    for (size_t i = 0; i < block->count; i++) {
        if (is_new[i])
            fingerprints_add(count->fingerprints, block->sequence_ids[i], block->fingerprints[i]);
        else
            add_duplicate(count, tide, block->sequence_ids[i], block->fingerprints[i]);
    }
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

    TRY(reading_open(options->path, options->name, options->feed, options->days, options->reader,
                     &reading, error));
    for (bool more = true; more;) {
        TRY(reading_next(reading, &more, error));
        TRY(count_block(count, reading->block, options, error));
        TRY(reject_spool_add(count->rejects, &reading->rejects, error));
    }
    TRY(reading_expect(reading, options->sha256, error));
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
