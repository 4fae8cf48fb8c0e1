#include "payout/line_chunks.h"

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
    size_t count;
    size_t capacity;
    int64_t *releases;
    int64_t *recordings;
    int64_t *rates;
    int64_t *splits;
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

static void chunk_reserve(Chunk *chunk, size_t count)
{
    if (count <= chunk->capacity)
        return;
    chunk->capacity = count;
    chunk->releases = memory_resize(chunk->releases, count, sizeof chunk->releases[0]);
    chunk->recordings = memory_resize(chunk->recordings, count, sizeof chunk->recordings[0]);
    chunk->rates = memory_resize(chunk->rates, count, sizeof chunk->rates[0]);
    chunk->splits = memory_resize(chunk->splits, count, sizeof chunk->splits[0]);
    chunk->monetised = memory_resize(chunk->monetised, count, sizeof chunk->monetised[0]);
    chunk->reported = memory_resize(chunk->reported, count, sizeof chunk->reported[0]);
}

static void chunk_free(Chunk *chunk)
{
    free(chunk->releases);
    free(chunk->recordings);
    free(chunk->rates);
    free(chunk->splits);
    free(chunk->monetised);
    free(chunk->reported);
}

static Status read_chunk(const LineTerms *terms, const Rows *rows, size_t row, Chunk *chunk,
                         Error *error)
{
    LineSpan span = {
        .kind = rows_text(rows, row, "kind"),
        .feed = rows_int64(rows, row, "feed"),
        .period_from = rows_text(rows, row, "period_from"),
        .period_to = rows_text(rows, row, "period_to"),
    };

    chunk->count = (size_t)rows_int64(rows, row, "parts");
    chunk_reserve(chunk, chunk->count);
    chunk->bucket = rows_int64(rows, row, "bucket");
    chunk->accrual = rows_int64(rows, row, "accrual");
    chunk->currency = rows_text(rows, row, "currency");
    chunk->has_reported = !rows_is_null(rows, row, "reported");
    if (!line_terms_find_span(terms, &span, &chunk->span))
        return error_set(error, STATUS_BUG,
                         "accrual %" PRId64 ": its earnings of %s to %s are of no span",
                         chunk->accrual, span.period_from, span.period_to);
    rows_int64_array(rows, row, "releases", chunk->releases, chunk->count);
    rows_int64_array(rows, row, "recordings", chunk->recordings, chunk->count);
    rows_int64_array(rows, row, "rates", chunk->rates, chunk->count);
    rows_int64_array(rows, row, "splits", chunk->splits, chunk->count);
    rows_int64_array(rows, row, "monetised", chunk->monetised, chunk->count);
    if (chunk->has_reported)
        rows_number_array(rows, row, "reported", chunk->reported, chunk->count);
    return STATUS_OK;
}

/** The words of a part that are the same for all payees of its split. */
static Status make_record(const Chunk *chunk, size_t part, uint64_t record[LINE_WORDS_MAX],
                          Error *error)
{
    Decimal reported = {{0}};

    record[LINE_RELEASE] = sort_key_of(chunk->releases[part]);
    record[LINE_RECORDING] = sort_key_of(chunk->recordings[part]);
    record[LINE_RATE] = sort_key_of(chunk->rates[part]);
    record[LINE_SPLIT] = sort_key_of(chunk->splits[part]);
    record[LINE_MONETISED] = (uint64_t)chunk->monetised[part];
    if (chunk->has_reported &&
        decimal_parse(chunk->reported[part], '.', &reported) != DECIMAL_PARSED)
        return error_set(error, STATUS_BUG,
                         "accrual %" PRId64 ": %.*s was reported, which no report can hold",
                         chunk->accrual, SLICE_ARGUMENTS(chunk->reported[part]));
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

/** The split of a part; that of the part before it is at hand, and mostly the same. */
static Status find_split(const ChunkReader *reader, size_t part, const LineSplit **split,
                         Error *error)
{
    int64_t id = reader->chunk.splits[part];

    if (*split != NULL && (*split)->id == id)
        return STATUS_OK;
    *split = line_splits_find(reader->splits, reader->chunk.bucket, id);
    if (*split == NULL)
        return error_set(error, STATUS_BUG,
                         "accrual %" PRId64 ": there is no split %" PRId64 " in bucket %" PRId64,
                         reader->chunk.accrual, id, reader->chunk.bucket);
    return STATUS_OK;
}

static Status add_part(ChunkReader *reader, size_t part, const LineSplit *split, Error *error)
{
    Status status = STATUS_OK;
    uint64_t record[LINE_WORDS_MAX];

    if (split->part_count == 0)
        return STATUS_OK;
    TRY(make_record(&reader->chunk, part, record, error));
    for (size_t i = 0; i < split->part_count; i++)
        TRY(add_records(reader, &reader->splits->parts[split->first_part + i], record, error));

cleanup:
    return status;
}

static Status add_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    ChunkReader *reader = context;
    const LineSplit *split = NULL;

    TRY(read_chunk(reader->terms, rows, row, &reader->chunk, error));
    for (size_t i = 0; i < reader->chunk.count; i++) {
        TRY(find_split(reader, i, &split, error));
        TRY(add_part(reader, i, split, error));
    }

cleanup:
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
