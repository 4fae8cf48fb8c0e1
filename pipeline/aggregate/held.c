#include "aggregate/held.h"

#include "aggregate/flow_read.h"
#include "aggregate/packed_column.h"
#include "base/memory.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_touched(const Held *held, const Name *name)
{
    return codes_have(&held->releases, name->release) ||
           codes_have(&held->recordings, name->recording);
}

/** Markets whose cells move whatever their names, of those that wait for a reason, or for none. */
static const Codes *touched_markets(const Held *held, Suspended reason)
{
    static const Codes none = {0};

    if (reason == SUSPENDED_NOT)
        return &held->lost_markets;
    return reason == SUSPENDED_UNKNOWN_TERRITORY ? &held->markets : &none;
}

static Status add_touched_name(void *context, const Rows *rows, size_t row, Error *error)
{
    (void)error;
    Held *held = context;
    const struct {
        const char *kind;
        Codes *names;
    } kinds[] = {{"release", &held->releases},
                 {"recording", &held->recordings},
                 {"market", &held->markets},
                 {"lost market", &held->lost_markets}};

    for (size_t kind = 0; kind < COUNT_OF(kinds); kind++)
        if (text_equal(rows_text(rows, row, "kind"), kinds[kind].kind))
            codes_add(kinds[kind].names, rows_int64(rows, row, "name"));
    return STATUS_OK;
}

static Status read_touched_names(Held *held, Store *store, Error *error)
{
    Status status =
        store_query_each(store, &sql_touched_names, NO_PARAMS, add_touched_name, held, error);

    codes_settle(&held->releases);
    codes_settle(&held->recordings);
    codes_settle(&held->markets);
    codes_settle(&held->lost_markets);
    return status;
}

typedef struct Finder {
    Held *held;
    Places *places;
    HeldChunks *chunks;
    Code *named; // of a chunk, used again for the next
    Code *played;
    size_t capacity;
} Finder;

static struct HeldKey key_of(const Rows *rows, size_t row)
{
    return (struct HeldKey){.bucket = rows_int64(rows, row, "bucket"),
                            .accrual = rows_int64(rows, row, "accrual"),
                            .period_to = rows_day(rows, row, "period_to"),
                            .reason = suspense_reason(rows_text(rows, row, "reason"))};
}

static Status look_at_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    Finder *finder = context;
    Held *held = finder->held;
    size_t count = (size_t)rows_int64(rows, row, "pair_count");
    HeldChunks *chunks = finder->chunks;
    struct HeldKey key = key_of(rows, row);
    bool has_markets = touched_markets(held, key.reason)->count > 0;
    bool is_held = has_markets;

    if (count > finder->capacity) {
        finder->capacity = count;
        finder->named = memory_resize(finder->named, count, sizeof(Code));
        finder->played = memory_resize(finder->played, count, sizeof(Code));
    }
    TRY(packed_column_read(rows, row, "named", finder->named, count, error));
    TRY(packed_column_read(rows, row, "played", finder->played, count, error));
    for (size_t i = 0; i < count; i++) {
        Name name = {finder->named[i], finder->played[i], key.period_to};

        if (!has_markets && !is_touched(held, &name))
            continue;
        places_seek(finder->places, &name);
        is_held = true;
    }
    if (is_held) {
        MEMORY_GROW(chunks->keys, chunks->count, chunks->capacity);
        chunks->keys[chunks->count++] = key;
        held->cells[key.bucket] += rows_int64(rows, row, "cells");
    }

cleanup:
    if (status != STATUS_OK)
        error_context(error, "bucket %" PRId64, key.bucket);
    return status;
}

static int compare_keys(const void *of_left, const void *of_right)
{
    const struct HeldKey *left = of_left;
    const struct HeldKey *right = of_right;

    if (left->bucket != right->bucket)
        return left->bucket < right->bucket ? -1 : 1;
    if (left->accrual != right->accrual)
        return left->accrual < right->accrual ? -1 : 1;
    if (left->period_to != right->period_to)
        return left->period_to < right->period_to ? -1 : 1;
    return (left->reason > right->reason) - (left->reason < right->reason);
}

static void settle_keys(HeldChunks *chunks)
{
    size_t kept = 0;

    if (chunks->count > 0)
        qsort(chunks->keys, chunks->count, sizeof chunks->keys[0], compare_keys);
    for (size_t i = 0; i < chunks->count; i++)
        if (kept == 0 || compare_keys(&chunks->keys[kept - 1], &chunks->keys[i]) != 0)
            chunks->keys[kept++] = chunks->keys[i];
    chunks->count = kept;
}

static Status find_chunks(Held *held, HeldChunks *chunks, Store *store, const Statement *statement,
                          Params accrual_and_buckets, Places *places, Error *error)
{
    Finder finder = {.held = held, .places = places, .chunks = chunks};
    Status status =
        store_query_each(store, statement, accrual_and_buckets, look_at_chunk, &finder, error);

    settle_keys(chunks);
    free(finder.named);
    free(finder.played);
    return status;
}

Status held_find(Held *held, Store *store, Params versions, Params accrual_and_buckets,
                 Places *places, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_execute(store, &sql_create_touched_tables, NO_PARAMS, NULL, error));
    TRY(store_execute(store, &sql_find_touched_recordings, versions, NULL, error));
    TRY(store_execute(store, &sql_find_touched_releases, versions, NULL, error));
    TRY(store_execute(store, &sql_find_touched_markets, versions, NULL, error));
    TRY(read_touched_names(held, store, error));
    TRY(find_chunks(held, &held->waiting, store, &sql_find_waiting_chunks, accrual_and_buckets,
                    places, error));
    TRY(find_chunks(held, &held->counted, store, &sql_find_counted_chunks, accrual_and_buckets,
                    places, error));

cleanup:
    return status;
}

typedef struct HeldReader {
    Held *held;
    const HeldChunks *chunks; // of the table that is read
    UsageChunk chunk;
    Suspended reason;
    size_t span;
    Code *named; // as the rows of the chunk named its pairs
    Code *played;
    size_t capacity;
} HeldReader;

/** What waits has the names of its rows in its pairs. */
static Status read_names(HeldReader *reader, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    const UsageChunk *chunk = &reader->chunk;

    if (chunk->pair_count > reader->capacity) {
        reader->capacity = chunk->pair_count;
        reader->named = memory_resize(reader->named, reader->capacity, sizeof(Code));
        reader->played = memory_resize(reader->played, reader->capacity, sizeof(Code));
    }
    if (reader->reason != SUSPENDED_NOT || rows_is_null(rows, row, "named"))
        memcpy(reader->named, chunk->releases, chunk->pair_count * sizeof(Code));
    else
        TRY(packed_column_read(rows, row, "named", reader->named, chunk->pair_count, error));
    if (reader->reason != SUSPENDED_NOT || rows_is_null(rows, row, "played"))
        memcpy(reader->played, chunk->recordings, chunk->pair_count * sizeof(Code));
    else
        TRY(packed_column_read(rows, row, "played", reader->played, chunk->pair_count, error));

cleanup:
    return status;
}

/** The cells of a pair, from one of a chunk up to another, to where they lie: all, or those of
 * touched markets. */
static Status lay_pair(HeldReader *reader, size_t begin, size_t end, Error *error)
{
    Status status = STATUS_OK;
    const UsageChunk *chunk = &reader->chunk;
    size_t pair = (size_t)chunk->pairs[begin];
    Flow *lying = &reader->held->lying;
    Name name = {reader->named[pair], reader->played[pair], chunk->period_to};
    bool all = is_touched(reader->held, &name);
    const Codes *markets = touched_markets(reader->held, reader->reason);
    FlowRun run = {.reason = reader->reason,
                   .bucket = (int)chunk->bucket,
                   .span = reader->span,
                   .named = name.release,
                   .played = name.recording,
                   .first = lying->cell_count};

    if (run.reason == SUSPENDED_NOT) {
        run.release = chunk->releases[pair];
        run.recording = chunk->recordings[pair];
    }
    for (size_t i = begin; i < end; i++)
        if (all || codes_have(markets, chunk->markets[i]))
            TRY(flow_chunk_cell(lying, chunk, i, error));
    run.count = lying->cell_count - run.first;
    if (run.count > 0)
        TRY(flow_add_run(lying, &run, chunk->bucket, error));

cleanup:
    return status;
}

static Status lay_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    HeldReader *reader = context;
    const HeldChunks *chunks = reader->chunks;
    struct HeldKey key = key_of(rows, row);

    if (bsearch(&key, chunks->keys, chunks->count, sizeof key, compare_keys) == NULL)
        return STATUS_OK; // nothing of it is touched
    TRY(usage_chunk_read(&reader->chunk, rows, row, error));
    reader->reason = key.reason;
    reader->span = flow_chunk_span(&reader->held->lying, rows, row);
    TRY(read_names(reader, rows, row, error));
    for (size_t begin = 0, end = 0; begin < reader->chunk.count; begin = end) {
        end = usage_chunk_pair_end(&reader->chunk, begin);
        TRY(lay_pair(reader, begin, end, error));
    }

cleanup:
    if (status != STATUS_OK)
        usage_chunk_error(rows, row, error);
    return status;
}

/** Opens chunks of buckets from one to another. */
static Status lay_chunks(HeldReader *reader, const HeldChunks *chunks, Store *store,
                         const Statement *statement, int64_t first_bucket, int64_t last_bucket,
                         Error *error)
{
    Status status = STATUS_OK;
    int64_t *buckets = MEMORY_NEW(int64_t, chunks->count);
    int64_t *accruals = MEMORY_NEW(int64_t, chunks->count);
    size_t count = 0;

    reader->chunks = chunks;
    for (size_t i = 0; i < chunks->count; i++) {
        const struct HeldKey *key = &chunks->keys[i];

        if (key->bucket < first_bucket || key->bucket > last_bucket ||
            (count > 0 && buckets[count - 1] == key->bucket && accruals[count - 1] == key->accrual))
            continue;
        buckets[count] = key->bucket;
        accruals[count++] = key->accrual;
    }
    if (count > 0)
        status = store_query_each(
            store, statement,
            PARAMS(param_int64_array(buckets, count), param_int64_array(accruals, count)),
            lay_chunk, reader, error);
    free(buckets);
    free(accruals);
    return status;
}

/** Lets cells from one of a group up to another flow by a run, which lay in a bucket: with their
 * sign, or with the opposite. */
static Status flow_cells(Flow *flow, FlowRun *run, const Flow *lying, const FlowGroup *group,
                         size_t begin, size_t end, bool is_out, Error *error)
{
    int64_t sign = is_out ? -1 : 1;

    run->first = flow->cell_count;
    for (size_t i = begin; i < end; i++) {
        const FlowCell *cell = &group->cells[i];
        Decimal amount = {{0}};

        if (flow_cell_is_zero(lying, cell))
            continue;
        if (cell->amount > 0)
            amount = *flow_amount(lying, cell);
        if (is_out)
            decimal_negate(&amount);
        flow_add_cell(flow, cell->market, sign * cell->streams, sign * cell->monetised,
                      cell->amount > 0 ? &amount : NULL);
    }
    run->count = flow->cell_count - run->first;
    return run->count > 0 ? flow_add_run(flow, run, group->run->bucket, error) : STATUS_OK;
}

/** The cells of a group that do not belong where they lie any more. */
static Status move_group(const Flow *lying, const FlowGroup *group, const Places *places,
                         Flow *flow, Error *error)
{
    Status status = STATUS_OK;
    const FlowSpan *span = &lying->spans[group->run->span];
    Name name = {group->run->named, group->run->played, span->period_to};
    Place place = places_find(places, &name);
    FlowRun out = *group->run;

    out.span =
        flow_span(flow, span->feed, span->period_from, span->period_to, slice_of(span->currency));
    for (size_t begin = 0, end = 0; begin < group->count; begin = end) {
        bool is_known = places_know_market(places, group->cells[begin].market);
        FlowRun in = flow_run_to(place, &name, is_known, out.span);

        while (end < group->count &&
               places_know_market(places, group->cells[end].market) == is_known)
            end++;
        if (in.reason == out.reason && in.release == out.release && in.recording == out.recording)
            continue;
        TRY(flow_cells(flow, &out, lying, group, begin, end, true, error));
        TRY(flow_cells(flow, &in, lying, group, begin, end, false, error));
    }

cleanup:
    return status;
}

Status held_flow(Held *held, Store *store, const Places *places, int64_t first_bucket,
                 int64_t last_bucket, Flow *flow, Error *error)
{
    Status status = STATUS_OK;
    HeldReader reader = {.held = held};
    FlowGroup group = {0};

    TRY(lay_chunks(&reader, &held->waiting, store, &sql_open_waiting_chunks, first_bucket,
                   last_bucket, error));
    TRY(lay_chunks(&reader, &held->counted, store, &sql_open_counted_chunks, first_bucket,
                   last_bucket, error));
    flow_settle(&held->lying);
    while (flow_next(&held->lying, &group))
        TRY(move_group(&held->lying, &group, places, flow, error));
    flow_clear(&held->lying);

cleanup:
    usage_chunk_free(&reader.chunk);
    free(reader.named);
    free(reader.played);
    return status;
}

void held_free(Held *held)
{
    codes_free(&held->releases);
    codes_free(&held->recordings);
    codes_free(&held->markets);
    codes_free(&held->lost_markets);
    free(held->waiting.keys);
    free(held->counted.keys);
    flow_free(&held->lying);
    *held = (Held){0};
}
