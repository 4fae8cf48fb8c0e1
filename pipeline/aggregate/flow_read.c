#include "aggregate/flow_read.h"

#include "sql.h"

typedef struct FlowReader {
    Flow *flow;
    const Places *places;
    UsageChunk chunk;
} FlowReader;

FlowRun flow_run_to(Place place, const Name *name, bool is_market_known, size_t span)
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

size_t flow_chunk_span(Flow *flow, const Rows *rows, size_t row)
{
    return flow_span(flow, rows_int64(rows, row, "feed"), rows_day(rows, row, "period_from"),
                     rows_day(rows, row, "period_to"), slice_of(rows_text(rows, row, "currency")));
}

Status flow_chunk_cell(Flow *flow, const UsageChunk *chunk, size_t cell, Error *error)
{
    Status status = STATUS_OK;
    Decimal amount = {{0}};

    if (chunk->has_amounts)
        TRY(usage_chunk_amount(chunk, cell, &amount, error));
    flow_add_cell(flow, chunk->markets[cell], chunk->streams[cell], chunk->monetised[cell],
                  chunk->has_amounts ? &amount : NULL);

cleanup:
    return status;
}

/** The cells of a pair, from one of a chunk up to another; markets that are not known part its
 * run. */
static Status add_pair(FlowReader *reader, size_t span, size_t begin, size_t end, Error *error)
{
    Status status = STATUS_OK;
    const UsageChunk *chunk = &reader->chunk;
    int64_t pair = chunk->pairs[begin];
    Name name = {chunk->releases[pair], chunk->recordings[pair], chunk->period_to};
    Place place = places_find(reader->places, &name);

    for (size_t i = begin; i < end;) {
        bool is_known = places_know_market(reader->places, chunk->markets[i]);
        FlowRun run = flow_run_to(place, &name, is_known, span);

        run.first = reader->flow->cell_count;
        for (; i < end && places_know_market(reader->places, chunk->markets[i]) == is_known; i++) {
            TRY(flow_chunk_cell(reader->flow, chunk, i, error));
            run.count++;
        }
        TRY(flow_add_run(reader->flow, &run, chunk->bucket, error));
    }

cleanup:
    return status;
}

static Status add_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    FlowReader *reader = context;
    size_t span = flow_chunk_span(reader->flow, rows, row);

    TRY(usage_chunk_read(&reader->chunk, rows, row, error));
    for (size_t begin = 0, end = 0; begin < reader->chunk.count; begin = end) {
        end = usage_chunk_pair_end(&reader->chunk, begin);
        TRY(add_pair(reader, span, begin, end, error));
    }

cleanup:
    if (status != STATUS_OK)
        usage_chunk_error(rows, row, error);
    return status;
}

Status flow_read_chunks(Flow *flow, Store *store, const Places *places, Params batches_buckets,
                        Error *error)
{
    FlowReader reader = {.flow = flow, .places = places};
    Status status =
        store_query_each(store, &sql_open_chunks, batches_buckets, add_chunk, &reader, error);

    usage_chunk_free(&reader.chunk);
    return status;
}
