#include "payout/line_chunks.h"

#include "aggregate/packed_column.h"
#include "base/memory.h"
#include "payout/line_record.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_AT_ONCE = 16 }; // whose splits are in memory

/** A chunk as it was read; arrays are used again for the next. */
typedef struct Chunk {
    int64_t bucket;
    int64_t accrual;
    const char *currency; // borrowed from the row
    uint32_t span;
    size_t pair_count;
    size_t pair_capacity;
    int64_t *releases; // of each pair
    int64_t *recordings;
    int64_t *split_ids;
    const LineSplit **splits; // found for it
    size_t rate_count;
    size_t rate_capacity;
    int64_t *rates;
    int64_t *rate_ends; // how many parts there are up to the last of each rate
    size_t part_count;
    size_t part_capacity;
    int64_t *pairs; // of each part, the place of its pair; below pair_count
    int64_t *monetised;
    Slice *reported; // borrowed from the row
    bool has_reported;
} Chunk;

typedef struct ChunkReader {
    const LineTerms *terms;
    const LineSplits *splits;
    Sorter *sorter;
    Chunk chunk;
} ChunkReader;

static void chunk_reserve_pairs(Chunk *chunk, size_t count)
{
    chunk->pair_count = count;
    if (count <= chunk->pair_capacity)
        return;
    chunk->pair_capacity = count;
    chunk->releases = memory_resize(chunk->releases, count, sizeof chunk->releases[0]);
    chunk->recordings = memory_resize(chunk->recordings, count, sizeof chunk->recordings[0]);
    chunk->split_ids = memory_resize(chunk->split_ids, count, sizeof chunk->split_ids[0]);
    chunk->splits = memory_resize(chunk->splits, count, sizeof chunk->splits[0]);
}

static void chunk_reserve_rates(Chunk *chunk, size_t count)
{
    chunk->rate_count = count;
    if (count <= chunk->rate_capacity)
        return;
    chunk->rate_capacity = count;
    chunk->rates = memory_resize(chunk->rates, count, sizeof chunk->rates[0]);
    chunk->rate_ends = memory_resize(chunk->rate_ends, count, sizeof chunk->rate_ends[0]);
}

static void chunk_reserve_parts(Chunk *chunk, size_t count)
{
    chunk->part_count = count;
    if (count <= chunk->part_capacity)
        return;
    chunk->part_capacity = count;
    chunk->pairs = memory_resize(chunk->pairs, count, sizeof chunk->pairs[0]);
    chunk->monetised = memory_resize(chunk->monetised, count, sizeof chunk->monetised[0]);
    chunk->reported = memory_resize(chunk->reported, count, sizeof chunk->reported[0]);
}

static void chunk_free(Chunk *chunk)
{
    free(chunk->releases);
    free(chunk->recordings);
    free(chunk->split_ids);
    free(chunk->splits);
    free(chunk->rates);
    free(chunk->rate_ends);
    free(chunk->pairs);
    free(chunk->monetised);
    free(chunk->reported);
}

static Status find_span(const LineTerms *terms, const Rows *rows, size_t row, Chunk *chunk,
                        Error *error)
{
    LineSpan span = {
        .kind = rows_text(rows, row, "kind"),
        .feed = rows_int64(rows, row, "feed"),
        .period_from = rows_text(rows, row, "period_from"),
        .period_to = rows_text(rows, row, "period_to"),
    };

    if (line_terms_find_span(terms, &span, &chunk->span))
        return STATUS_OK;
    return error_set(error, STATUS_BUG, "its earnings of %s to %s are of no span", span.period_from,
                     span.period_to);
}

static Status read_arrays(const Rows *rows, size_t row, Chunk *chunk, Error *error)
{
    Status status = STATUS_OK;

    chunk_reserve_pairs(chunk, (size_t)rows_int64(rows, row, "pair_count"));
    chunk_reserve_rates(chunk, (size_t)rows_int64(rows, row, "rate_count"));
    chunk_reserve_parts(chunk, (size_t)rows_int64(rows, row, "part_count"));
    rows_int64_array(rows, row, "releases", chunk->releases, chunk->pair_count);
    rows_int64_array(rows, row, "recordings", chunk->recordings, chunk->pair_count);
    rows_int64_array(rows, row, "splits", chunk->split_ids, chunk->pair_count);
    rows_int64_array(rows, row, "rates", chunk->rates, chunk->rate_count);
    rows_int64_array(rows, row, "rate_ends", chunk->rate_ends, chunk->rate_count);
    TRY(packed_column_read(rows, row, "pairs", chunk->pairs, chunk->part_count, error));
    rows_int64_array(rows, row, "monetised", chunk->monetised, chunk->part_count);
    chunk->has_reported = !rows_is_null(rows, row, "reported");
    if (chunk->has_reported)
        rows_number_array(rows, row, "reported", chunk->reported, chunk->part_count);

cleanup:
    return status;
}

/** Whether each part has a pair and a rate. */
static Status check_places(const Chunk *chunk, Error *error)
{
    int64_t end = 0;

    for (size_t i = 0; i < chunk->part_count; i++)
        if (chunk->pairs[i] < 0 || (size_t)chunk->pairs[i] >= chunk->pair_count)
            return error_set(error, STATUS_BUG, "a part is of pair %" PRId64 " of %zu",
                             chunk->pairs[i], chunk->pair_count);
    for (size_t i = 0; i < chunk->rate_count; i++) {
        if (chunk->rate_ends[i] <= end)
            return error_set(error, STATUS_BUG,
                             "a rate ends with part %" PRId64 ", the one before it with %" PRId64,
                             chunk->rate_ends[i], end);
        end = chunk->rate_ends[i];
    }
    if ((size_t)end != chunk->part_count)
        return error_set(error, STATUS_BUG, "its rates end with part %" PRId64 " of %zu", end,
                         chunk->part_count);
    return STATUS_OK;
}

/** The words of a part that are the same for all payees of its split. */
static Status make_record(const Chunk *chunk, size_t part, int64_t rate,
                          uint64_t record[LINE_WORDS_MAX], Error *error)
{
    Decimal reported = {{0}};
    size_t pair = (size_t)chunk->pairs[part];

    record[LINE_RELEASE] = sort_key_of(chunk->releases[pair]);
    record[LINE_RECORDING] = sort_key_of(chunk->recordings[pair]);
    record[LINE_RATE] = sort_key_of(rate);
    record[LINE_SPLIT] = sort_key_of(chunk->split_ids[pair]);
    record[LINE_MONETISED] = (uint64_t)chunk->monetised[part];
    if (chunk->has_reported &&
        decimal_parse(chunk->reported[part], '.', &reported) != DECIMAL_PARSED)
        return error_set(error, STATUS_BUG, "%.*s was reported, which no report can hold",
                         SLICE_ARGUMENTS(chunk->reported[part]));
    memcpy(&record[LINE_REPORTED], &reported, sizeof reported);
    return STATUS_OK;
}

/** A record for each request of the payee that covers the chunk. */
static Status add_records(ChunkReader *reader, const LinePart *part, uint64_t record[],
                          Error *error)
{
    Status status = STATUS_OK;
    const LineTerms *terms = reader->terms;
    const Chunk *chunk = &reader->chunk;
    int64_t payee = terms->requests[terms->by_payee[part->payee]].payee;

    record[LINE_SHARE] = line_pair(part->order, part->share);
    for (size_t i = part->payee; i < terms->request_count; i++) {
        uint32_t place = terms->by_payee[i];
        const LineRequest *request = &terms->requests[place];

        if (request->payee != payee)
            break;
        if (chunk->accrual < request->first_accrual || chunk->accrual > request->last_accrual ||
            !text_equal(request->currency, chunk->currency))
            continue;
        record[LINE_PLACE] = line_pair(place, chunk->span);
        TRY(sorter_add(reader->sorter, record, error));
    }

cleanup:
    return status;
}

/** Mostly that of the pair before it. */
static Status find_splits(const LineSplits *splits, Chunk *chunk, Error *error)
{
    for (size_t i = 0; i < chunk->pair_count; i++) {
        int64_t id = chunk->split_ids[i];

        chunk->splits[i] = i > 0 && chunk->split_ids[i - 1] == id
                               ? chunk->splits[i - 1]
                               : line_splits_find(splits, chunk->bucket, id);
        if (chunk->splits[i] == NULL)
            return error_set(error, STATUS_BUG, "there is no split %" PRId64, id);
    }
    return STATUS_OK;
}

static Status add_part(ChunkReader *reader, size_t part, int64_t rate, Error *error)
{
    Status status = STATUS_OK;
    const LineSplit *split = reader->chunk.splits[reader->chunk.pairs[part]];
    uint64_t record[LINE_WORDS_MAX];

    if (split->part_count == 0)
        return STATUS_OK;
    TRY(make_record(&reader->chunk, part, rate, record, error));
    for (size_t i = 0; i < split->part_count; i++)
        TRY(add_records(reader, &reader->splits->parts[split->first_part + i], record, error));

cleanup:
    return status;
}

static Status add_parts(ChunkReader *reader, Error *error)
{
    Status status = STATUS_OK;
    const Chunk *chunk = &reader->chunk;
    size_t part = 0;

    for (size_t i = 0; i < chunk->rate_count; i++)
        for (; part < (size_t)chunk->rate_ends[i]; part++)
            TRY(add_part(reader, part, chunk->rates[i], error));

cleanup:
    return status;
}

static Status add_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    ChunkReader *reader = context;
    Chunk *chunk = &reader->chunk;

    chunk->bucket = rows_int64(rows, row, "bucket");
    chunk->accrual = rows_int64(rows, row, "accrual");
    chunk->currency = rows_text(rows, row, "currency");
    TRY(find_span(reader->terms, rows, row, chunk, error));
    TRY(read_arrays(rows, row, chunk, error));
    TRY(check_places(chunk, error));
    TRY(find_splits(reader->splits, chunk, error));
    TRY(add_parts(reader, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "accrual %" PRId64 ", earnings of bucket %" PRId64, chunk->accrual,
                      chunk->bucket);
    return status;
}

Status line_chunks_read(Store *store, const LineTerms *terms, LineSplits *splits, Sorter *sorter,
                        Error *error)
{
    Status status = STATUS_OK;
    ChunkReader reader = {.terms = terms, .splits = splits, .sorter = sorter};

    for (int bucket = 0; bucket < BUCKETS; bucket += BUCKETS_AT_ONCE) {
        int last_bucket = bucket + BUCKETS_AT_ONCE - 1;

        TRY(line_splits_read(splits, store, terms, bucket, last_bucket, error));
        TRY(store_query_each(store, &sql_line_chunks,
                             PARAMS(param_int64_array(terms->accruals, terms->accrual_count),
                                    param_int64(bucket), param_int64(last_bucket)),
                             add_chunk, &reader, error));
    }

cleanup:
    chunk_free(&reader.chunk);
    return status;
}
