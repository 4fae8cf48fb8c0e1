#include "aggregate/flow_read.h"

#include "base/memory.h"
#include "cells/packed.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

/** A chunk as it is read; arrays are used again for the next. */
typedef struct FlowReader {
    Flow *flow;
    const Places *places;
    int64_t bucket;
    size_t span;
    size_t pair_count;
    size_t pair_capacity;
    Code *releases;
    Code *recordings;
    size_t count;
    size_t capacity;
    int64_t *pairs; // of each cell
    int64_t *markets;
    int64_t *streams;
    int64_t *monetised;
    Slice *amount_texts; // where it has_amounts
    bool has_amounts;
} FlowReader;

static void reader_free(FlowReader *reader)
{
    free(reader->releases);
    free(reader->recordings);
    free(reader->pairs);
    free(reader->markets);
    free(reader->streams);
    free(reader->monetised);
    free(reader->amount_texts);
}

static void make_room(FlowReader *reader, size_t pair_count, size_t count)
{
    reader->pair_count = pair_count;
    reader->count = count;
    if (pair_count > reader->pair_capacity) {
        reader->pair_capacity = pair_count;
        reader->releases = memory_resize(reader->releases, pair_count, sizeof(Code));
        reader->recordings = memory_resize(reader->recordings, pair_count, sizeof(Code));
    }
    if (count > reader->capacity) {
        reader->capacity = count;
        reader->pairs = memory_resize(reader->pairs, count, sizeof(int64_t));
        reader->markets = memory_resize(reader->markets, count, sizeof(int64_t));
        reader->streams = memory_resize(reader->streams, count, sizeof(int64_t));
        reader->monetised = memory_resize(reader->monetised, count, sizeof(int64_t));
        reader->amount_texts = memory_resize(reader->amount_texts, count, sizeof(Slice));
    }
}

static Status read_packed(const Rows *rows, size_t row, const char *column, int64_t numbers[],
                          size_t count, Error *error)
{
    Slice packed = rows_bytes(rows, row, column);
    Status status = packed_read(packed.bytes, packed.size_bytes, numbers, count, error);

    if (status != STATUS_OK)
        error_context(error, "%s", column);
    return status;
}

static Status read_columns(FlowReader *reader, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;

    make_room(reader, (size_t)rows_int64(rows, row, "pair_count"),
              (size_t)rows_int64(rows, row, "cells"));
    rows_int64_array(rows, row, "releases", reader->releases, reader->pair_count);
    rows_int64_array(rows, row, "recordings", reader->recordings, reader->pair_count);
    TRY(read_packed(rows, row, "pairs", reader->pairs, reader->count, error));
    TRY(read_packed(rows, row, "markets", reader->markets, reader->count, error));
    TRY(read_packed(rows, row, "streams", reader->streams, reader->count, error));
    TRY(read_packed(rows, row, "monetised", reader->monetised, reader->count, error));
    reader->has_amounts = !rows_is_null(rows, row, "amounts");
    if (reader->has_amounts)
        rows_number_array(rows, row, "amounts", reader->amount_texts, reader->count);

cleanup:
    return status;
}

static Status parse_amount(Slice text, Decimal *out_amount, Error *error)
{
    if (decimal_parse(text, '.', out_amount) == DECIMAL_PARSED)
        return STATUS_OK;
    return error_set(error, STATUS_DATA, "%.*s was reported, which no report can hold",
                     SLICE_ARGUMENTS(text));
}

static Status add_cell(FlowReader *reader, size_t cell, Error *error)
{
    Status status = STATUS_OK;
    Decimal amount = {{0}};

    if (reader->markets[cell] < 0 || reader->markets[cell] > INT32_MAX)
        return error_set(error, STATUS_DATA, "a cell is of market %" PRId64, reader->markets[cell]);
    if (reader->has_amounts)
        TRY(parse_amount(reader->amount_texts[cell], &amount, error));
    flow_add_cell(reader->flow, reader->markets[cell], reader->streams[cell],
                  reader->monetised[cell], reader->has_amounts ? &amount : NULL);

cleanup:
    return status;
}

/** Where cells of a name go, in a market whose territory is known or not; no cells yet. */
static FlowRun run_to(Place place, const Name *name, bool is_market_known, size_t span)
{
    FlowRun run = {.reason = place.reason,
                   .span = span,
                   .release = place.release,
                   .recording = place.recording,
                   .named = name->release,
                   .played = name->recording};

    if (run.reason == SUSPENDED_NOT && !is_market_known)
        run.reason = SUSPENDED_UNKNOWN_TERRITORY;
    if (run.reason == SUSPENDED_NOT) {
        run.bucket = code_bucket(run.release, CODE_NONE);
    } else {
        run.bucket = code_bucket(run.named, run.played);
        run.release = CODE_NONE;
        run.recording = CODE_NONE;
    }
    return run;
}

/** The cells of a pair, from one of a chunk up to another; markets that are not known part its run. */
static Status add_pair(FlowReader *reader, Day day, size_t begin, size_t end, Error *error)
{
    Status status = STATUS_OK;
    size_t pair = (size_t)reader->pairs[begin];
    Name name = {reader->releases[pair], reader->recordings[pair], day};
    Place place = places_find(reader->places, &name);

    for (size_t i = begin; i < end;) {
        bool is_known = places_know_market(reader->places, reader->markets[i]);
        FlowRun run = run_to(place, &name, is_known, reader->span);

        run.first = reader->flow->cell_count;
        for (; i < end && places_know_market(reader->places, reader->markets[i]) == is_known; i++) {
            TRY(add_cell(reader, i, error));
            run.count++;
        }
        TRY(flow_add_run(reader->flow, &run, reader->bucket, error));
    }

cleanup:
    return status;
}

static Status check_pair(const FlowReader *reader, size_t cell, Error *error)
{
    if (reader->pairs[cell] >= 0 && (size_t)reader->pairs[cell] < reader->pair_count)
        return STATUS_OK;
    return error_set(error, STATUS_DATA, "a cell is of pair %" PRId64 " of %zu",
                     reader->pairs[cell], reader->pair_count);
}

static Status add_pairs(FlowReader *reader, Day day, Error *error)
{
    Status status = STATUS_OK;

    for (size_t begin = 0, end = 0; begin < reader->count; begin = end) {
        TRY(check_pair(reader, begin, error));
        while (end < reader->count && reader->pairs[end] == reader->pairs[begin])
            end++;
        TRY(add_pair(reader, day, begin, end, error));
    }

cleanup:
    return status;
}

static size_t span_of(Flow *flow, const Rows *rows, size_t row)
{
    return flow_span(flow, rows_int64(rows, row, "feed"), rows_day(rows, row, "period_from"),
                     rows_day(rows, row, "period_to"), slice_of(rows_text(rows, row, "currency")));
}

static Status add_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    FlowReader *reader = context;

    reader->bucket = rows_int64(rows, row, "bucket");
    reader->span = span_of(reader->flow, rows, row);
    TRY(read_columns(reader, rows, row, error));
    TRY(add_pairs(reader, rows_day(rows, row, "period_to"), error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "bucket %" PRId64 ", usage of %s to %s", reader->bucket,
                      rows_text(rows, row, "period_from"), rows_text(rows, row, "period_to"));
    return status;
}

Status flow_read_chunks(Flow *flow, Store *store, const Places *places, Params batches_buckets,
                        Error *error)
{
    FlowReader reader = {.flow = flow, .places = places};
    Status status =
        store_query_each(store, &sql_open_chunks, batches_buckets, add_chunk, &reader, error);

    reader_free(&reader);
    return status;
}

typedef struct HeldReader {
    Flow *flow;
    const Places *places;
} HeldReader;

/** Adds a run of the cell of a row, or of what is its opposite. */
static Status add_held_run(HeldReader *reader, FlowRun *run, const Rows *rows, size_t row,
                           bool is_out, Error *error)
{
    Status status = STATUS_OK;
    Decimal amount = {{0}};
    int64_t sign = is_out ? -1 : 1;
    bool has_amount = *rows_text(rows, row, "currency") != '\0';

    TRY(parse_amount(slice_of(rows_text(rows, row, "amount")), &amount, error));
    if (is_out)
        decimal_negate(&amount);
    run->first = reader->flow->cell_count;
    run->count = 1;
    flow_add_cell(reader->flow, rows_int64(rows, row, "market"),
                  sign * rows_int64(rows, row, "streams"),
                  sign * rows_int64(rows, row, "monetised"), has_amount ? &amount : NULL);
    TRY(flow_add_run(reader->flow, run, rows_int64(rows, row, "bucket"), error));

cleanup:
    return status;
}

static Status add_held(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    HeldReader *reader = context;
    Name name = {rows_int64(rows, row, "named"), rows_int64(rows, row, "played"),
                 rows_day(rows, row, "period_to")};
    FlowRun in = run_to(places_find(reader->places, &name), &name,
                        places_know_market(reader->places, rows_int64(rows, row, "market")),
                        span_of(reader->flow, rows, row));
    FlowRun out = in;

    out.reason = suspense_reason(rows_text(rows, row, "reason"));
    out.release = rows_int64(rows, row, "release"); // none where it waits
    out.recording = rows_int64(rows, row, "recording");
    out.bucket = (int)rows_int64(rows, row, "bucket");
    if (out.reason == in.reason && out.release == in.release && out.recording == in.recording)
        return STATUS_OK;
    TRY(add_held_run(reader, &out, rows, row, true, error));
    TRY(add_held_run(reader, &in, rows, row, false, error));

cleanup:
    return status;
}

Status flow_read_held(Flow *flow, Store *store, const Places *places, Param buckets, Error *error)
{
    HeldReader reader = {flow, places};

    return store_query_each(store, &sql_held_cells, PARAMS(buckets), add_held, &reader, error);
}
