#include "cells/table.h"

#include <assert.h>

static Code local_code(Cells *cells, Code code, Slice text, Slice mark)
{
    assert(code >= CODE_ODD);
    return code == CODE_ODD ? ~(Code)names_number(&cells->odd, text, mark) : code;
}

// First pass: the keys; the slots of the index are fetched.
static void make_keys(Cells *cells, const RowBlock *block, size_t count)
{
    static const Slice of_recording = {0};
    static const Slice of_release = {.bytes = "r", .size_bytes = 1};

    for (size_t i = 0; i < count; i++) {
        PassRow *key = &cells->rows[i];
        uint32_t row = key->row;

        key->pair.recording =
            local_code(cells, block->recordings[row], block->recording_texts[row], of_recording);
        key->pair.release =
            local_code(cells, block->releases[row], block->release_texts[row], of_release);
        key->hash = index_hash((uint64_t)key->pair.recording, (uint64_t)key->pair.release);
        index_prefetch(&cells->pair_index, key->hash);
    }
}

// Second pass: the pairs that the slots lead to are fetched.
static void fetch_pairs(Cells *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        IndexProbe probe = index_probe(&cells->pair_index, cells->rows[i].hash);
        uint32_t number;

        if (index_next(&cells->pair_index, &probe, &number))
            __builtin_prefetch(&cells->pairs[number & PAIRS_MAX]);
    }
}

static uint32_t partition_of(const Pair *pair)
{
    Code decides = pair->release != CODE_NONE ? pair->release : pair->recording;

    return decides < 0 ? PARTITION_ODD : (uint32_t)code_bucket(pair->release, pair->recording);
}

static uint32_t add_pair(Cells *cells, const PassRow *key)
{
    uint32_t number = partition_of(&key->pair) << PAIR_BITS | (uint32_t)cells->pair_count;

    assert(cells->pair_count < cells->pair_capacity);
    cells->pairs[cells->pair_count++] = key->pair;
    index_add(&cells->pair_index, key->hash, number);
    return number;
}

// Third pass: they are compared.
static uint32_t find_pair(Cells *cells, const PassRow *key)
{
    uint32_t number;

    for (IndexProbe probe = index_probe(&cells->pair_index, key->hash);
         index_next(&cells->pair_index, &probe, &number);) {
        const Pair *pair = &cells->pairs[number & PAIRS_MAX];

        if (pair->recording == key->pair.recording && pair->release == key->pair.release)
            return number;
    }
    return add_pair(cells, key);
}

void cells_find_pairs(Cells *cells, const RowBlock *block, size_t count)
{
    make_keys(cells, block, count);
    fetch_pairs(cells, count);
    for (size_t i = 0; i < count; i++)
        cells->rows[i].number = find_pair(cells, &cells->rows[i]);
}
