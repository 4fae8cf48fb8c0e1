#include "base/memory.h"
#include "cells/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// How a slot holds a pair (table.h). What stands for an odd code lies behind all codes.
enum { RELEASE_BITS = 47, RECORDING_BITS = 49, RECORDING_LOW_BITS = 64 - RELEASE_BITS };

static_assert(CODE_GTIN_MAX + UINT32_MAX < INT64_C(1) << RELEASE_BITS, "a release fits");
static_assert(CODE_ISRC_MAX + UINT32_MAX < INT64_C(1) << RECORDING_BITS, "a recording fits");
static_assert(RECORDING_BITS - RECORDING_LOW_BITS == 32, "its upper bits are half a word");
static_assert(PARTITIONS <= 1 << (32 - PAIR_BITS), "a partition fits");

enum { SLOTS_MIN = 1 << 10 };

static inline Code local_code(Cells *cells, Code code, Slice text, Slice mark)
{
    assert(code >= CODE_ODD);
    return code == CODE_ODD ? ~(Code)names_number(&cells->odd, text, mark) : code;
}

static inline Pair pair_of_row(Cells *cells, const RowBlock *block, uint32_t row)
{
    static const Slice of_recording = {0};
    static const Slice of_release = {.bytes = "r", .size_bytes = 1};

    return (Pair){
        .recording =
            local_code(cells, block->recordings[row], block->recording_texts[row], of_recording),
        .release = local_code(cells, block->releases[row], block->release_texts[row], of_release),
    };
}

static inline uint64_t key_of_code(Code code, Code code_max)
{
    assert(code <= code_max);
    return (uint64_t)(code < 0 ? code_max + 1 + ~code : code);
}

static inline PairSlot slot_of(Pair pair, uint32_t number)
{
    uint64_t release = key_of_code(pair.release, CODE_GTIN_MAX);
    uint64_t recording = key_of_code(pair.recording, CODE_ISRC_MAX);

    return (PairSlot){
        .low = recording << RELEASE_BITS | release,
        .high = recording >> RECORDING_LOW_BITS << 32 | number,
    };
}

static uint32_t number_in(PairSlot slot)
{
    return (uint32_t)slot.high;
}

static uint32_t hash_of(PairSlot slot)
{
    return index_hash(slot.low, slot.high >> 32);
}

// The place of a pair's slot, or the free one where it belongs.
static size_t find_place(const Cells *cells, PairSlot slot, uint32_t hash)
{
    size_t mask = cells->pair_slot_count - 1;
    size_t place = hash & mask;

    for (; number_in(cells->pair_slots[place]) != 0; place = (place + 1) & mask) {
        const PairSlot *found = &cells->pair_slots[place];

        if (((found->low ^ slot.low) | (found->high ^ slot.high) >> 32) == 0)
            break;
    }
    return place;
}

void cells_clear_slots(Cells *cells)
{
    memset(cells->pair_slots, 0, cells->pair_slot_count * sizeof cells->pair_slots[0]);
}

// Makes room for so many pairs more: a quarter of the slots stay free.
static void make_room(Cells *cells, size_t more)
{
    PairSlot *old = cells->pair_slots;
    size_t old_count = cells->pair_slot_count;

    if (cells->pair_count + more <= old_count / 4 * 3)
        return;
    cells->pair_slot_count = old_count == 0 ? SLOTS_MIN : old_count * 2;
    cells->pair_slots = memory_new_large(cells->pair_slot_count, sizeof cells->pair_slots[0]);
    cells_clear_slots(cells);
    for (size_t i = 0; i < old_count; i++)
        if (number_in(old[i]) != 0)
            cells->pair_slots[find_place(cells, old[i], hash_of(old[i]))] = old[i];
    free(old);
}

void cells_free_slots(Cells *cells)
{
    free(cells->pair_slots);
    cells->pair_slots = NULL;
    cells->pair_slot_count = 0;
}

static uint32_t partition_of(Pair pair)
{
    Code decides = pair.release != CODE_NONE ? pair.release : pair.recording;

    return decides < 0 ? PARTITION_ODD : (uint32_t)code_bucket(pair.release, pair.recording);
}

static PairSlot add_pair(Cells *cells, Pair pair)
{
    assert(cells->pair_count < cells->pair_capacity);
    cells->pairs[cells->pair_count++] = pair;
    return slot_of(pair, partition_of(pair) << PAIR_BITS | (uint32_t)cells->pair_count);
}

// First pass: the keys; the slots where they may be are fetched.
static void make_keys(Cells *cells, const RowBlock *block, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PassRow *row = &cells->rows[i];

        row->key = slot_of(pair_of_row(cells, block, row->row), 0);
        row->hash = hash_of(row->key);
        __builtin_prefetch(&cells->pair_slots[row->hash & (cells->pair_slot_count - 1)]);
    }
}

void cells_find_pairs(Cells *cells, const RowBlock *block, size_t count)
{
    make_room(cells, count);
    make_keys(cells, block, count);
    for (size_t i = 0; i < count; i++) {
        PassRow *row = &cells->rows[i];
        PairSlot *slot = &cells->pair_slots[find_place(cells, row->key, row->hash)];

        if (number_in(*slot) == 0)
            *slot = add_pair(cells, pair_of_row(cells, block, row->row));
        row->number = number_in(*slot) - 1;
    }
}
