#include "payout/line_chunks.h"

#include "base/memory.h"
#include "payout/line_record.h"
#include "pricing/earning_chunk.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_AT_ONCE = 16 }; // whose splits are in memory

typedef struct Chunk {
    EarningChunk earning;
    int64_t accrual;
    uint32_t span;
    const LineSplit **splits; // of each pair
    size_t split_capacity;
} Chunk;

typedef struct ChunkReader {
    const LineTerms *terms;
    const LineSplits *splits;
    Sorter *sorter;
    Chunk chunk;
} ChunkReader;

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

/** The words of a part that are the same for all payees of its split. */
static Status make_record(const EarningChunk *chunk, size_t part, int64_t rate,
                          uint64_t record[LINE_WORDS_MAX], Error *error)
{
    Decimal reported;
    size_t pair = (size_t)chunk->pairs[part];
    Status status = earning_chunk_reported(chunk, part, &reported, error);

    if (status != STATUS_OK)
        return status;

    record[LINE_RELEASE] = sort_key_of(chunk->releases[pair]);
    record[LINE_RECORDING] = sort_key_of(chunk->recordings[pair]);
    record[LINE_RATE] = sort_key_of(rate);
    record[LINE_SPLIT] = sort_key_of(chunk->split_ids[pair]);
    record[LINE_MONETISED] = (uint64_t)chunk->monetised[part];
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
            !text_equal(request->currency, chunk->earning.currency))
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
    const EarningChunk *earning = &chunk->earning;

    if (earning->pair_count > chunk->split_capacity) {
        chunk->split_capacity = earning->pair_count;
        chunk->splits =
            memory_resize(chunk->splits, chunk->split_capacity, sizeof chunk->splits[0]);
    }
    for (size_t i = 0; i < earning->pair_count; i++) {
        int64_t id = earning->split_ids[i];

        chunk->splits[i] = i > 0 && earning->split_ids[i - 1] == id
                               ? chunk->splits[i - 1]
                               : line_splits_find(splits, earning->bucket, id);
        if (chunk->splits[i] == NULL)
            return error_set(error, STATUS_BUG, "there is no split %" PRId64, id);
    }
    return STATUS_OK;
}

static Status add_part(ChunkReader *reader, size_t part, int64_t rate, Error *error)
{
    Status status = STATUS_OK;
    const LineSplit *split = reader->chunk.splits[reader->chunk.earning.pairs[part]];
    uint64_t record[LINE_WORDS_MAX];

    if (split->part_count == 0)
        return STATUS_OK;
    TRY(make_record(&reader->chunk.earning, part, rate, record, error));
    for (size_t i = 0; i < split->part_count; i++)
        TRY(add_records(reader, &reader->splits->parts[split->first_part + i], record, error));

cleanup:
    return status;
}

static Status add_parts(ChunkReader *reader, Error *error)
{
    Status status = STATUS_OK;
    const EarningChunk *chunk = &reader->chunk.earning;
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

    chunk->accrual = rows_int64(rows, row, "accrual");
    TRY(find_span(reader->terms, rows, row, chunk, error));
    TRY(earning_chunk_read(&chunk->earning, rows, row, error));
    TRY(find_splits(reader->splits, chunk, error));
    TRY(add_parts(reader, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "accrual %" PRId64 ", earnings of bucket %" PRId64, chunk->accrual,
                      rows_int64(rows, row, "bucket"));
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
    earning_chunk_free(&reader.chunk.earning);
    free(reader.chunk.splits);
    return status;
}
