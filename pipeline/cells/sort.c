#include "cells/sort.h"

#include <stdbool.h>
#include <string.h>

// A digit has up to so many bits: a thousand places at once are what the processor's cache holds
// well, and a few records are not worth as many.
enum {
    DIGIT_BITS_MAX = 10,
    DIGIT_BITS_OF_FEW = 6,
    FEW = 256,
    DIGIT_VALUES_MAX = 1 << DIGIT_BITS_MAX
};

typedef struct Digit {
    int shift;
    int bits;
} Digit;

static size_t digit_of(uint64_t key, Digit digit)
{
    return (size_t)(key >> digit.shift) & ((1U << digit.bits) - 1);
}

static void sort_by_digit(const SortRecord from[], SortRecord to[], size_t count, Digit digit)
{
    uint32_t places[DIGIT_VALUES_MAX]; // first how many there are of a value, then where they go
    size_t values = (size_t)1 << digit.bits;
    uint32_t place = 0;

    memset(places, 0, values * sizeof places[0]);
    for (size_t i = 0; i < count; i++)
        places[digit_of(from[i].key, digit)]++;
    for (size_t value = 0; value < values; value++) {
        uint32_t records = places[value];

        places[value] = place;
        place += records;
    }
    for (size_t i = 0; i < count; i++)
        to[places[digit_of(from[i].key, digit)]++] = from[i];
}

// The next digit in which keys differ: the lowest of these bits, and those above it up to a gap or
// the digit's size. Digits of a stretch of bits are about equally long.
static Digit take_digit(uint64_t *different, int bits_max)
{
    int shift = __builtin_ctzll(*different);
    uint64_t rest = *different >> shift;
    int stretch = ~rest == 0 ? 64 : __builtin_ctzll(~rest);
    int digits = (stretch + bits_max - 1) / bits_max;
    int bits = (stretch + digits - 1) / digits;

    *different &= ~(((UINT64_C(1) << bits) - 1) << shift);
    return (Digit){.shift = shift, .bits = bits};
}

void sort_records(SortRecord records[], SortRecord scratch[], size_t count)
{
    SortRecord *from = records;
    SortRecord *to = scratch;
    uint64_t different = 0;

    for (size_t i = 1; i < count; i++)
        different |= records[i].key ^ records[0].key;
    while (different != 0) {
        SortRecord *sorted = to;

        sort_by_digit(from, to, count,
                      take_digit(&different, count < FEW ? DIGIT_BITS_OF_FEW : DIGIT_BITS_MAX));
        to = from;
        from = sorted;
    }
    if (from != records)
        memcpy(records, from, count * sizeof records[0]);
}
