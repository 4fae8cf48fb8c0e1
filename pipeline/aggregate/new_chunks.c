#include "aggregate/new_chunks.h"

#include "aggregate/packed_column.h"
#include "base/memory.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct ChunkReader {
    NewChunks *chunks;
    const Places *places;
    int64_t *numbers; // of a row, used again for the next
    size_t capacity;
} ChunkReader;

static int64_t *make_room(ChunkReader *reader, size_t count)
{
    if (count > reader->capacity) {
        reader->capacity = count;
        reader->numbers = memory_resize(reader->numbers, count, sizeof reader->numbers[0]);
    }
    return reader->numbers;
}

static Status add_names(ChunkReader *reader, const Rows *rows, size_t row, size_t count,
                        Error *error)
{
    Status status = STATUS_OK;
    NewChunks *chunks = reader->chunks;
    int64_t *codes = make_room(reader, count);
    Day day = rows_day(rows, row, "period_to");

    while (chunks->name_capacity < chunks->name_count + count) {
        chunks->name_capacity = chunks->name_capacity == 0 ? 1024 : 2 * chunks->name_capacity;
        chunks->names =
            memory_resize(chunks->names, chunks->name_capacity, sizeof chunks->names[0]);
    }

    Name *names = &chunks->names[chunks->name_count];

    TRY(packed_column_read(rows, row, "releases", codes, count, error));
    for (size_t i = 0; i < count; i++)
        names[i] = (Name){.release = codes[i], .day = day};
    TRY(packed_column_read(rows, row, "recordings", codes, count, error));
    for (size_t i = 0; i < count; i++)
        names[i].recording = codes[i];
    chunks->name_count += count;

cleanup:
    return status;
}

static Status look_at_markets(ChunkReader *reader, const Rows *rows, size_t row, NewChunk *chunk,
                              Error *error)
{
    Status status = STATUS_OK;
    int64_t *markets = make_room(reader, (size_t)chunk->cells);

    TRY(packed_column_read(rows, row, "markets", markets, (size_t)chunk->cells, error));
    for (int64_t i = 0; i < chunk->cells; i++)
        chunk->must_be_opened |= !places_know_market(reader->places, markets[i]);

cleanup:
    return status;
}

static Status add_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    ChunkReader *reader = context;
    NewChunks *chunks = reader->chunks;
    NewChunk chunk = {.bucket = rows_int64(rows, row, "bucket"),
                      .batch = rows_int64(rows, row, "batch"),
                      .cells = rows_int64(rows, row, "cells"),
                      .first_name = chunks->name_count,
                      .name_count = (size_t)rows_int64(rows, row, "pair_count")};

    TRY(add_names(reader, rows, row, chunk.name_count, error));
    if (!places_know_all_markets(reader->places))
        TRY(look_at_markets(reader, rows, row, &chunk, error));
    MEMORY_GROW(chunks->chunks, chunks->count, chunks->capacity);
    chunks->chunks[chunks->count++] = chunk;

cleanup:
    if (status != STATUS_OK)
        error_context(error, "bucket %" PRId64, chunk.bucket);
    return status;
}

Status new_chunks_read(NewChunks *chunks, Store *store, int64_t accrual, Param buckets,
                       const Places *places, Error *error)
{
    ChunkReader reader = {.chunks = chunks, .places = places};
    Status status = store_query_each(
        store, &sql_new_chunks,
        PARAMS(param_int64(accrual), buckets, param_bool(!places_know_all_markets(places))),
        add_chunk, &reader, error);

    free(reader.numbers);
    return status;
}

static bool all_stay(const NewChunks *chunks, const NewChunk *chunk, const Places *places)
{
    for (size_t i = 0; i < chunk->name_count; i++)
        if (!place_is_as_named(places_find(places, &chunks->names[chunk->first_name + i]),
                               &chunks->names[chunk->first_name + i]))
            return false;
    return true;
}

static int compare_chunks(const void *of_left, const void *of_right)
{
    const NewChunk *left = of_left;
    const NewChunk *right = of_right;

    if (left->bucket != right->bucket)
        return left->bucket < right->bucket ? -1 : 1;
    return (left->batch > right->batch) - (left->batch < right->batch);
}

void new_chunks_settle(NewChunks *chunks, const Places *places)
{
    for (size_t i = 0; i < chunks->count; i++) {
        NewChunk *chunk = &chunks->chunks[i];

        chunk->must_be_opened = chunk->must_be_opened || !all_stay(chunks, chunk, places);
    }
    if (chunks->count > 0)
        qsort(chunks->chunks, chunks->count, sizeof chunks->chunks[0], compare_chunks);
}

void new_chunks_free(NewChunks *chunks)
{
    free(chunks->chunks);
    free(chunks->names);
    *chunks = (NewChunks){0};
}
