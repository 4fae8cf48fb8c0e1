#include "aggregate/flow.h"

#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int order(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

static int compare_slice(const char *text, Slice slice)
{
    int difference = strncmp(text, slice.bytes, slice.size_bytes);

    return difference != 0 ? difference : text[slice.size_bytes] != '\0';
}

static int compare_span(const FlowSpan *span, int64_t feed, Day period_from, Day period_to,
                        Slice currency)
{
    if (span->feed != feed)
        return order(span->feed, feed);
    if (span->period_to != period_to)
        return order(span->period_to, period_to);
    if (span->period_from != period_from)
        return order(span->period_from, period_from);
    return compare_slice(span->currency, currency);
}

static size_t add_span(Flow *flow, size_t place, const FlowSpan *span)
{
    size_t capacity = flow->span_capacity;

    MEMORY_GROW(flow->spans, flow->span_count, flow->span_capacity);
    if (flow->span_capacity != capacity)
        flow->span_order = memory_resize(flow->span_order, flow->span_capacity, sizeof(size_t));
    memmove(&flow->span_order[place + 1], &flow->span_order[place],
            (flow->span_count - place) * sizeof(size_t));
    flow->span_order[place] = flow->span_count;
    flow->spans[flow->span_count] = *span;
    return flow->span_count++;
}

size_t flow_span(Flow *flow, int64_t feed, Day period_from, Day period_to, Slice currency)
{
    size_t low = 0;
    size_t high = flow->span_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t number = flow->span_order[middle];
        int difference = compare_span(&flow->spans[number], feed, period_from, period_to, currency);

        if (difference == 0)
            return number;
        if (difference < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return add_span(flow, low, &(FlowSpan){feed, period_from, period_to, slice_copy(currency)});
}

void flow_add_cell(Flow *flow, int64_t market, int64_t streams, int64_t monetised,
                   const Decimal *amount)
{
    FlowCell cell = {.streams = streams, .monetised = monetised, .market = (int32_t)market};

    if (amount != NULL) {
        MEMORY_GROW(flow->amounts, flow->amount_count, flow->amount_capacity);
        flow->amounts[flow->amount_count++] = *amount;
        assert(flow->amount_count <= UINT32_MAX);
        cell.amount = (uint32_t)flow->amount_count;
    }
    MEMORY_GROW(flow->cells, flow->cell_count, flow->cell_capacity);
    flow->cells[flow->cell_count++] = cell;
}

const Decimal *flow_amount(const Flow *flow, const FlowCell *cell)
{
    assert(cell->amount > 0);
    return &flow->amounts[cell->amount - 1];
}

bool flow_cell_is_zero(const Flow *flow, const FlowCell *cell)
{
    return cell->streams == 0 && cell->monetised == 0 &&
           (cell->amount == 0 || decimal_is_zero(flow_amount(flow, cell)));
}

bool totals_equal(const CellsTotals *left, const CellsTotals *right)
{
    return left->streams == right->streams && left->monetised == right->monetised &&
           decimal_equal(&left->amount, &right->amount);
}

/** No sum of any of them is more than their sum without signs, for which it is checked. */
static bool add_magnitude(Flow *flow, int64_t number)
{
    if (number == INT64_MIN)
        return false;
    return !__builtin_add_overflow(flow->magnitude, number < 0 ? -number : number,
                                   &flow->magnitude);
}

Status flow_add_run(Flow *flow, const FlowRun *run, int64_t from_bucket, Error *error)
{
    FlowTotals *totals = &flow->totals[from_bucket];
    CellsTotals sum = {.cells = (int64_t)run->count};

    for (size_t i = 0; i < run->count; i++) {
        const FlowCell *cell = &flow->cells[run->first + i];

        if (!add_magnitude(flow, cell->streams) || !add_magnitude(flow, cell->monetised))
            return error_set(error, STATUS_DATA, "cells have more than 2^63 streams");
        sum.streams += cell->streams;
        sum.monetised += cell->monetised;
        if (cell->amount > 0)
            decimal_add(&sum.amount, flow_amount(flow, cell));
    }
    cells_totals_add(run->reason == SUSPENDED_NOT ? &totals->matched : &totals->suspended, &sum);
    MEMORY_GROW(flow->runs, flow->run_count, flow->run_capacity);
    flow->runs[flow->run_count++] = *run;
    return STATUS_OK;
}

/** Of all but their cells. */
static int compare_places(const FlowRun *left, const FlowRun *right)
{
    if (left->reason != right->reason)
        return order(left->reason, right->reason);
    if (left->bucket != right->bucket)
        return order(left->bucket, right->bucket);
    if (left->span != right->span)
        return order((int64_t)left->span, (int64_t)right->span);
    if (left->release != right->release)
        return order(left->release, right->release);
    if (left->recording != right->recording)
        return order(left->recording, right->recording);
    if (left->named != right->named)
        return order(left->named, right->named);
    return order(left->played, right->played);
}

static int compare_runs(const void *of_left, const void *of_right)
{
    const FlowRun *left = of_left;
    const FlowRun *right = of_right;
    int difference = compare_places(left, right);

    return difference != 0 ? difference : order((int64_t)left->first, (int64_t)right->first);
}

void flow_settle(Flow *flow)
{
    if (flow->run_count > 0)
        qsort(flow->runs, flow->run_count, sizeof flow->runs[0], compare_runs);
    flow->next_run = 0;
}

static int compare_markets(const void *of_left, const void *of_right)
{
    const FlowCell *left = of_left;
    const FlowCell *right = of_right;

    return order(left->market, right->market);
}

/** Adds up those of the same market; returns how many are left. */
static size_t add_up(Flow *flow, size_t count)
{
    size_t kept = 0;
    FlowCell *cells = flow->group;

    qsort(cells, count, sizeof cells[0], compare_markets);
    for (size_t i = 1; i < count; i++) {
        if (cells[kept].market != cells[i].market) {
            cells[++kept] = cells[i];
            continue;
        }
        cells[kept].streams += cells[i].streams;
        cells[kept].monetised += cells[i].monetised;
        if (cells[i].amount > 0)
            decimal_add(&flow->amounts[cells[kept].amount - 1], flow_amount(flow, &cells[i]));
    }
    return kept + 1;
}

/** Brings the cells of several runs together. */
static size_t gather(Flow *flow, size_t first_run, size_t end_run)
{
    size_t count = 0;

    for (size_t i = first_run; i < end_run; i++)
        count += flow->runs[i].count;
    if (count > flow->group_capacity) {
        flow->group_capacity = count;
        flow->group = memory_resize(flow->group, count, sizeof flow->group[0]);
    }
    count = 0;
    for (size_t i = first_run; i < end_run; i++) {
        const FlowRun *run = &flow->runs[i];

        memcpy(&flow->group[count], &flow->cells[run->first], run->count * sizeof(FlowCell));
        count += run->count;
    }
    return add_up(flow, count);
}

bool flow_next(Flow *flow, FlowGroup *out_group)
{
    size_t first = flow->next_run;
    size_t end = first + 1;

    if (first == flow->run_count)
        return false;
    while (end < flow->run_count && compare_places(&flow->runs[first], &flow->runs[end]) == 0)
        end++;
    flow->next_run = end;
    *out_group = (FlowGroup){.run = &flow->runs[first],
                             .cells = &flow->cells[flow->runs[first].first],
                             .count = flow->runs[first].count};
    if (end - first > 1) { // one run is of one chunk, whose cells are sorted
        out_group->count = gather(flow, first, end);
        out_group->cells = flow->group;
    }
    return true;
}

void flow_clear(Flow *flow)
{
    for (size_t i = 0; i < flow->span_count; i++)
        free(flow->spans[i].currency);
    flow->span_count = 0;
    flow->run_count = 0;
    flow->cell_count = 0;
    flow->amount_count = 0;
}

void flow_free(Flow *flow)
{
    flow_clear(flow);
    free(flow->spans);
    free(flow->span_order);
    free(flow->runs);
    free(flow->cells);
    free(flow->amounts);
    free(flow->group);
    *flow = (Flow){0};
}
