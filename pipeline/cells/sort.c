#include "cells/sort.h"

#include <string.h>

enum { BYTE_VALUES = 256, KEY_BITS = 64 };

static size_t byte_of(uint64_t key, int shift)
{
    return (size_t)(key >> shift & (BYTE_VALUES - 1));
}

static void sort_by_byte(const SortRecord from[], SortRecord to[], size_t count, int shift)
{
    size_t places[BYTE_VALUES] = {0}; // first how many there are of a value, then where they go
    size_t place = 0;

    for (size_t i = 0; i < count; i++)
        places[byte_of(from[i].key, shift)]++;
    for (size_t value = 0; value < BYTE_VALUES; value++) {
        size_t values = places[value];

        places[value] = place;
        place += values;
    }
    for (size_t i = 0; i < count; i++)
        to[places[byte_of(from[i].key, shift)]++] = from[i];
}

void sort_records(SortRecord records[], SortRecord scratch[], size_t count)
{
    SortRecord *from = records;
    SortRecord *to = scratch;
    uint64_t different = 0;

    for (size_t i = 1; i < count; i++)
        different |= records[i].key ^ records[0].key;
    for (int shift = 0; shift < KEY_BITS; shift += 8) {
        if (byte_of(different, shift) == 0)
            continue;
        sort_by_byte(from, to, count, shift);

        SortRecord *sorted = to;

        to = from;
        from = sorted;
    }
    if (from != records)
        memcpy(records, from, count * sizeof records[0]);
}
