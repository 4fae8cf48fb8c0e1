#include "aggregate/flow_write.h"

#include "base/memory.h"
#include "cells/packed.h"
#include "sql.h"
#include "store/copy.h"

#include <assert.h>
#include <stdlib.h>

enum { USAGE_FIELDS = 19, SUSPENSE_FIELDS = 13 };

/** A chunk of release usage that is being filled, with the columns of its pairs and of its cells. */
typedef struct UsageWriter {
    const Flow *flow;
    Copy *copy;
    int64_t accrual;
    FlowWritten *written;
    int bucket;
    size_t span;
    size_t pair_count;
    Code releases[CHUNK_CELLS_MAX];
    Code recordings[CHUNK_CELLS_MAX];
    Code named[CHUNK_CELLS_MAX];
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
} UsageWriter;

static void copy_packed(UsageWriter *writer, const int64_t numbers[])
{
    size_t size_bytes = packed_write(numbers, writer->count, writer->packed);

    copy_bytes(writer->copy,
               (Slice){.bytes = (const char *)writer->packed, .size_bytes = size_bytes});
}

static void copy_names(UsageWriter *writer, const Code names[], bool are_others)
{
    if (are_others)
        copy_int64_array(writer->copy, names, writer->pair_count);
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

static Status write_chunk(UsageWriter *writer, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = writer->copy;

    if (writer->count == 0)
        return STATUS_OK;
    TRY(copy_row(copy, USAGE_FIELDS, error));
    copy_int16(copy, (int16_t)writer->bucket);
    copy_int64(copy, writer->accrual);
    copy_span(copy, &writer->flow->spans[writer->span]);
    copy_int32(copy, (int32_t)writer->count);
    copy_int64(copy, writer->totals.streams);
    copy_int64(copy, writer->totals.monetised);
    copy_numeric(copy, &writer->totals.amount);
    copy_int64_array(copy, writer->releases, writer->pair_count);
    copy_int64_array(copy, writer->recordings, writer->pair_count);
    copy_names(writer, writer->named, writer->has_other_names);
    copy_names(writer, writer->played, writer->has_aliases);
    copy_packed(writer, writer->pairs);
    copy_packed(writer, writer->markets);
    copy_packed(writer, writer->streams);
    copy_packed(writer, writer->monetised);
    if (*writer->flow->spans[writer->span].currency == '\0')
        copy_null(copy);
    else
        copy_numeric_array(copy, writer->amounts, writer->count);
    totals_add(&writer->written->usage, &writer->totals);

cleanup:
    return status;
}

static void begin_chunk(UsageWriter *writer, const FlowRun *run)
{
    writer->bucket = run->bucket;
    writer->span = run->span;
    writer->pair_count = 0;
    writer->has_other_names = false;
    writer->has_aliases = false;
    writer->count = 0;
    writer->totals = (CellsTotals){0};
}

static void begin_pair(UsageWriter *writer, const FlowRun *run)
{
    size_t pair = writer->pair_count++;

    writer->releases[pair] = run->release;
    writer->recordings[pair] = run->recording;
    writer->named[pair] = run->named;
    writer->played[pair] = run->played;
    writer->has_other_names |= run->named != run->release;
    writer->has_aliases |= run->played != run->recording;
}

static void put_cell(UsageWriter *writer, const FlowCell *cell)
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

static Status write_usage_group(UsageWriter *writer, const FlowGroup *group, Error *error)
{
    Status status = STATUS_OK;
    const FlowRun *run = group->run;

    for (size_t i = 0; i < group->count; i++) {
        bool is_other = run->bucket != writer->bucket || run->span != writer->span;

        if (writer->count == 0 || writer->count == CHUNK_CELLS_MAX || is_other) {
            TRY(write_chunk(writer, error));
            begin_chunk(writer, run);
            begin_pair(writer, run);
        } else if (i == 0) {
            begin_pair(writer, run);
        }
        put_cell(writer, &group->cells[i]);
    }

cleanup:
    return status;
}

/** Writes the groups that go to release usage; *group is the first that does not, if *is_left. */
static Status write_usage(Flow *flow, Store *store, int64_t accrual, FlowWritten *written,
                          FlowGroup *group, bool *is_left, Error *error)
{
    Status status = STATUS_OK;
    UsageWriter *writer = MEMORY_NEW(UsageWriter, 1);

    writer->flow = flow;
    writer->accrual = accrual;
    writer->written = written;
    TRY(copy_begin(store, &sql_copy_release_usage, &writer->copy, error));
    while (*is_left && group->run->reason == SUSPENDED_NOT) {
        TRY(write_usage_group(writer, group, error));
        *is_left = flow_next(flow, group);
    }
    TRY(write_chunk(writer, error));
    TRY(copy_end(writer->copy, NULL, error));

cleanup:
    copy_free(writer->copy);
    free(writer);
    return status;
}

static Status write_suspense_cell(Copy *copy, const Flow *flow, int64_t accrual, const FlowRun *run,
                                  const FlowCell *cell, FlowWritten *written, Error *error)
{
    Status status = STATUS_OK;
    CellsTotals sum = {.streams = cell->streams, .monetised = cell->monetised};

    if (cell->amount > 0)
        sum.amount = *flow_amount(flow, cell);
    if (sum.streams == 0 && sum.monetised == 0 && decimal_is_zero(&sum.amount))
        return STATUS_OK;
    TRY(copy_row(copy, SUSPENSE_FIELDS, error));
    copy_int16(copy, (int16_t)run->bucket);
    copy_int64(copy, accrual);
    copy_text(copy, slice_of(suspense_reasons[run->reason].name));
    copy_span(copy, &flow->spans[run->span]);
    copy_int64(copy, run->named);
    copy_int64(copy, run->played);
    copy_int32(copy, cell->market);
    copy_int64(copy, sum.streams);
    copy_int64(copy, sum.monetised);
    copy_numeric(copy, &sum.amount);
    totals_add(&written->suspense, &sum);

cleanup:
    return status;
}

/** Writes this group, and those behind it, which all wait. */
static Status write_suspense(Flow *flow, Store *store, int64_t accrual, FlowWritten *written,
                             FlowGroup *group, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;

    TRY(copy_begin(store, &sql_copy_suspense, &copy, error));
    do {
        assert(group->run->reason != SUSPENDED_NOT);
        for (size_t i = 0; i < group->count; i++)
            TRY(write_suspense_cell(copy, flow, accrual, group->run, &group->cells[i], written,
                                    error));
    } while (flow_next(flow, group));
    TRY(copy_end(copy, NULL, error));

cleanup:
    copy_free(copy);
    return status;
}

static Status check_written(const Flow *flow, const FlowWritten *written, Error *error)
{
    FlowTotals flowed = {0};

    for (size_t i = 0; i < BUCKETS; i++) {
        totals_add(&flowed.matched, &flow->totals[i].matched);
        totals_add(&flowed.suspended, &flow->totals[i].suspended);
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
    if (is_left && group.run->reason == SUSPENDED_NOT)
        TRY(write_usage(flow, store, accrual, written, &group, &is_left, error));
    if (is_left)
        TRY(write_suspense(flow, store, accrual, written, &group, error));
    TRY(check_written(flow, written, error));

cleanup:
    return status;
}
