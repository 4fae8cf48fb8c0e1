#include "cells/names.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static bool is_name(const Name *name, Slice first, Slice second)
{
    return slice_equal(name->first, first) && slice_equal(name->second, second);
}

static uint32_t hash_of(Slice first, Slice second)
{
    return index_hash(XXH3_64bits(first.bytes, first.size_bytes),
                      XXH3_64bits(second.bytes, second.size_bytes));
}

static uint32_t add_name(Names *names, Slice first, Slice second, uint32_t hash)
{
    char *bytes = memory_new(first.size_bytes + second.size_bytes, 1);

    if (first.size_bytes > 0)
        memcpy(bytes, first.bytes, first.size_bytes);
    if (second.size_bytes > 0)
        memcpy(bytes + first.size_bytes, second.bytes, second.size_bytes);
    MEMORY_GROW(names->names, names->count, names->capacity);
    names->names[names->count] = (Name){
        .first = {.bytes = bytes, .size_bytes = first.size_bytes},
        .second = {.bytes = bytes + first.size_bytes, .size_bytes = second.size_bytes},
    };
    names->text_bytes += first.size_bytes + second.size_bytes;
    index_add(&names->index, hash, names->count);
    return (uint32_t)names->count++;
}

uint32_t names_number(Names *names, Slice first, Slice second)
{
    uint32_t number;

    if (names->count > 0 && is_name(&names->names[names->last], first, second))
        return names->last;

    uint32_t hash = hash_of(first, second);

    for (IndexProbe probe = index_probe(&names->index, hash);
         index_next(&names->index, &probe, &number);)
        if (is_name(&names->names[number], first, second))
            return names->last = number;
    return names->last = add_name(names, first, second, hash);
}

size_t names_bytes(const Names *names)
{
    enum { TEXT_HEAD_BYTES = 24 }; // of a piece of memory, at least

    return names->capacity * sizeof names->names[0] + names->count * TEXT_HEAD_BYTES +
           names->text_bytes + names->index.slot_count * sizeof names->index.slots[0];
}

void names_clear(Names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free((char *)names->names[i].first.bytes);
    free(names->names);
    index_clear(&names->index);
    *names = (Names){0};
}
