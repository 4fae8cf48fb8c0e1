#include "aggregate/flow_write.h"

#include "aggregate/usage_columns.h"
#include "base/memory.h"
#include "sql.h"
#include "store/copy.h"

#include <stdlib.h>

enum { USAGE_FIELDS = USAGE_COLUMNS_FIELDS + 8, UNPLACED_FIELDS = USAGE_COLUMNS_FIELDS + 7 };

/** A chunk that is being filled. */
typedef struct ChunkWriter {
    const Flow *flow;
    Copy *copy;
    int64_t accrual;
    CellsTotals *written;
    FlowRun kind; // reason, bucket and span of its cells
    UsageColumns columns;
    Code named[CHUNK_CELLS_MAX]; // by the rows of each pair
    Code played[CHUNK_CELLS_MAX];
    bool has_other_names; // than the releases to which they count
    bool has_aliases;     // of recordings
} ChunkWriter;

static void copy_names(ChunkWriter *writer, const Code names[], bool are_others)
{
    if (are_others)
        usage_columns_copy_names(&writer->columns, writer->copy, names);
    else
        copy_null(writer->copy);
}

static void copy_span(Copy *copy, const FlowSpan *span)
{
    copy_int32(copy, (int32_t)span->feed);
    copy_day(copy, span->period_from);
    copy_day(copy, span->period_to);
    copy_text(copy, slice_of(span->currency));
}

static Status write_chunk(ChunkWriter *writer, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = writer->copy;
    const FlowRun *kind = &writer->kind;
    const FlowSpan *span = &writer->flow->spans[kind->span];
    bool waits = kind->reason != SUSPENDED_NOT;

    if (writer->columns.count == 0)
        return STATUS_OK;
    TRY(copy_row(copy, waits ? UNPLACED_FIELDS : USAGE_FIELDS, error));
    copy_int16(copy, (int16_t)kind->bucket);
    copy_int64(copy, writer->accrual);
    if (waits)
        copy_text(copy, slice_of(suspense_reasons[kind->reason].name));
    copy_span(copy, span);
    usage_columns_copy(&writer->columns, copy, *span->currency != '\0');
    if (!waits) {
        copy_names(writer, writer->named, writer->has_other_names);
        copy_names(writer, writer->played, writer->has_aliases);
    }
    cells_totals_add(writer->written, &writer->columns.totals);
    usage_columns_clear(&writer->columns);

cleanup:
    return status;
}

static void begin_chunk(ChunkWriter *writer, const FlowRun *run)
{
    writer->kind = *run;
    writer->has_other_names = false;
    writer->has_aliases = false;
}

/** What waits has the names of its rows only. */
static void begin_pair(ChunkWriter *writer, const FlowRun *run)
{
    bool waits = run->reason != SUSPENDED_NOT;
    size_t pair = writer->columns.pair_count;

    usage_columns_begin_pair(&writer->columns, waits ? run->named : run->release,
                             waits ? run->played : run->recording);
    writer->named[pair] = run->named;
    writer->played[pair] = run->played;
    writer->has_other_names |= run->named != run->release;
    writer->has_aliases |= run->played != run->recording;
}

static void put_cell(ChunkWriter *writer, const FlowCell *cell)
{
    UsageCell added = {.market = cell->market,
                       .streams = cell->streams,
                       .monetised = cell->monetised,
                       .amount = cell->amount > 0 ? flow_amount(writer->flow, cell) : NULL};

    usage_columns_add(&writer->columns, &added);
}

static bool is_of_chunk(const ChunkWriter *writer, const FlowRun *run)
{
    return writer->columns.count > 0 && writer->columns.count < CHUNK_CELLS_MAX &&
           run->reason == writer->kind.reason && run->bucket == writer->kind.bucket &&
           run->span == writer->kind.span;
}

static Status write_group(ChunkWriter *writer, const FlowGroup *group, Error *error)
{
    Status status = STATUS_OK;
    const FlowRun *run = group->run;
    bool has_begun = false;

    for (size_t i = 0; i < group->count; i++) {
        if (run->reason != SUSPENDED_NOT && flow_cell_is_zero(writer->flow, &group->cells[i]))
            continue;
        if (!is_of_chunk(writer, run)) {
            TRY(write_chunk(writer, error));
            begin_chunk(writer, run);
            has_begun = false;
        }
        if (!has_begun)
            begin_pair(writer, run);
        has_begun = true;
        put_cell(writer, &group->cells[i]);
    }

cleanup:
    return status;
}

/**
 * Writes this group and those behind it that go to the same table: those that wait, or those that
 * do not. *group is the first that does not go there, if *is_left.
 */
static Status write_table(Flow *flow, Store *store, int64_t accrual, FlowWritten *written,
                          FlowGroup *group, bool *is_left, Error *error)
{
    Status status = STATUS_OK;
    ChunkWriter *writer = MEMORY_NEW(ChunkWriter, 1);
    bool wait = group->run->reason != SUSPENDED_NOT;

    writer->flow = flow;
    writer->accrual = accrual;
    writer->written = wait ? &written->suspense : &written->usage;
    TRY(copy_begin(store, wait ? &sql_copy_unplaced_usage : &sql_copy_release_usage, &writer->copy,
                   error));
    while (*is_left && (group->run->reason != SUSPENDED_NOT) == wait) {
        TRY(write_group(writer, group, error));
        *is_left = flow_next(flow, group);
    }
    TRY(write_chunk(writer, error));
    TRY(copy_end(writer->copy, NULL, error));

cleanup:
    copy_free(writer->copy);
    free(writer);
    return status;
}

static Status check_written(const Flow *flow, const FlowWritten *written, Error *error)
{
    FlowTotals flowed = {0};

    for (size_t i = 0; i < BUCKETS; i++) {
        cells_totals_add(&flowed.matched, &flow->totals[i].matched);
        cells_totals_add(&flowed.suspended, &flow->totals[i].suspended);
    }
    if (totals_equal(&flowed.matched, &written->usage) &&
        totals_equal(&flowed.suspended, &written->suspense))
        return STATUS_OK;
    return error_set(error, STATUS_BUG,
                     "what was written to release usage and suspense is not what was read");
}

Status flow_write(Flow *flow, Store *store, int64_t accrual, FlowWritten *written, Error *error)
{
    Status status = STATUS_OK;
    FlowGroup group = {0};
    bool is_left = false;

    flow_settle(flow);
    is_left = flow_next(flow, &group);
    while (is_left)
        TRY(write_table(flow, store, accrual, written, &group, &is_left, error));
    TRY(check_written(flow, written, error));

cleanup:
    return status;
}
