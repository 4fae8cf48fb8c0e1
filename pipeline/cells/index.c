#include "cells/index.h"

#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS_MIN = 64 };

static void put(uint64_t *slots, size_t slot_count, uint64_t slot)
{
    size_t at = (slot >> 32) & (slot_count - 1);

    while (slots[at] != 0)
        at = (at + 1) & (slot_count - 1);
    slots[at] = slot;
}

static void grow(Index *index)
{
    size_t slot_count = index->slot_count == 0 ? SLOTS_MIN : index->slot_count * 2;
    uint64_t *slots = memory_new_large(slot_count, sizeof slots[0]);

    for (size_t i = 0; i < index->slot_count; i++)
        if (index->slots[i] != 0)
            put(slots, slot_count, index->slots[i]);
    free(index->slots);
    index->slots = slots;
    index->slot_count = slot_count;
}

void index_add(Index *index, uint32_t hash, size_t number)
{
    // The array of the caller's would hold a hundred gigabytes by then.
    assert(number < INDEX_NUMBERS_MAX);
    if (index->count >= index->slot_count / 4 * 3)
        grow(index);
    put(index->slots, index->slot_count, (uint64_t)hash << 32 | (number + 1));
    index->count++;
}

void index_clear(Index *index)
{
    free(index->slots);
    *index = (Index){0};
}
