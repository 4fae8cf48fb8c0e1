#include "aggregate/flow_write.h"

#include "base/memory.h"
#include "cells/packed.h"
#include "sql.h"
#include "store/copy.h"

#include <stdlib.h>

enum { USAGE_FIELDS = 20, UNPLACED_FIELDS = 19 };

/** A chunk that is being filled, with the columns of its pairs and of its cells. */
typedef struct ChunkWriter {
    const Flow *flow;
    Copy *copy;
    int64_t accrual;
    CellsTotals *written;
    FlowRun kind; // reason, bucket and span of its cells
    size_t pair_count;
    Code releases[CHUNK_CELLS_MAX]; // to which they count
    Code recordings[CHUNK_CELLS_MAX];
    Code named[CHUNK_CELLS_MAX]; // by their rows
    Code played[CHUNK_CELLS_MAX];
    bool has_other_names; // than the releases
    bool has_aliases;     // of recordings
    size_t count;
    int64_t pairs[CHUNK_CELLS_MAX];
    int64_t markets[CHUNK_CELLS_MAX];
    int64_t streams[CHUNK_CELLS_MAX];
    int64_t monetised[CHUNK_CELLS_MAX];
    Decimal amounts[CHUNK_CELLS_MAX];
    CellsTotals totals;
    uint8_t packed[PACKED_HEAD_BYTES + CHUNK_CELLS_MAX * PACKED_WIDTH_MAX];
} ChunkWriter;

static void copy_packed(ChunkWriter *writer, const int64_t numbers[], size_t count)
{
    size_t size_bytes = packed_write(numbers, count, writer->packed);

    copy_bytes(writer->copy,
               (Slice){.bytes = (const char *)writer->packed, .size_bytes = size_bytes});
}

static void copy_names(ChunkWriter *writer, const Code names[], bool are_others)
{
    if (are_others)
        copy_packed(writer, names, writer->pair_count);
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

static void copy_totals(ChunkWriter *writer)
{
    copy_int32(writer->copy, (int32_t)writer->count);
    copy_int64(writer->copy, writer->totals.streams);
    copy_int64(writer->copy, writer->totals.monetised);
    copy_numeric(writer->copy, &writer->totals.amount);
}

/** The columns of pairs: what waits has the names of its rows only. */
static void copy_pairs(ChunkWriter *writer)
{
    bool waits = writer->kind.reason != SUSPENDED_NOT;

    copy_int32(writer->copy, (int32_t)writer->pair_count);
    copy_packed(writer, waits ? writer->named : writer->releases, writer->pair_count);
    copy_packed(writer, waits ? writer->played : writer->recordings, writer->pair_count);
    if (waits)
        return;
    copy_names(writer, writer->named, writer->has_other_names);
    copy_names(writer, writer->played, writer->has_aliases);
}

static Status write_chunk(ChunkWriter *writer, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = writer->copy;
    const FlowRun *kind = &writer->kind;
    const FlowSpan *span = &writer->flow->spans[kind->span];
    bool waits = kind->reason != SUSPENDED_NOT;

    if (writer->count == 0)
        return STATUS_OK;
    TRY(copy_row(copy, waits ? UNPLACED_FIELDS : USAGE_FIELDS, error));
    copy_int16(copy, (int16_t)kind->bucket);
    copy_int64(copy, writer->accrual);
    if (waits)
        copy_text(copy, slice_of(suspense_reasons[kind->reason].name));
    copy_span(copy, span);
    copy_totals(writer);
    copy_pairs(writer);
    copy_packed(writer, writer->pairs, writer->count);
    copy_packed(writer, writer->markets, writer->count);
    copy_packed(writer, writer->streams, writer->count);
    copy_packed(writer, writer->monetised, writer->count);
    if (*span->currency == '\0')
        copy_null(copy);
    else
        copy_numeric_array(copy, writer->amounts, writer->count);
    cells_totals_add(writer->written, &writer->totals);
    writer->count = 0;

cleanup:
    return status;
}

static void begin_chunk(ChunkWriter *writer, const FlowRun *run)
{
    writer->kind = *run;
    writer->pair_count = 0;
    writer->has_other_names = false;
    writer->has_aliases = false;
    writer->totals = (CellsTotals){0};
}

static void begin_pair(ChunkWriter *writer, const FlowRun *run)
{
    size_t pair = writer->pair_count++;

    writer->releases[pair] = run->release;
    writer->recordings[pair] = run->recording;
    writer->named[pair] = run->named;
    writer->played[pair] = run->played;
    writer->has_other_names |= run->named != run->release;
    writer->has_aliases |= run->played != run->recording;
}

static void put_cell(ChunkWriter *writer, const FlowCell *cell)
{
    size_t place = writer->count++;

    writer->pairs[place] = (int64_t)writer->pair_count - 1;
    writer->markets[place] = cell->market;
    writer->streams[place] = cell->streams;
    writer->monetised[place] = cell->monetised;
    writer->totals.streams += cell->streams;
    writer->totals.monetised += cell->monetised;
    if (cell->amount > 0) {
        writer->amounts[place] = *flow_amount(writer->flow, cell);
        decimal_add(&writer->totals.amount, &writer->amounts[place]);
    }
}

static bool is_of_chunk(const ChunkWriter *writer, const FlowRun *run)
{
    return writer->count > 0 && writer->count < CHUNK_CELLS_MAX &&
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
