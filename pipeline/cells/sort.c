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

// Where the first of each value goes, of how many there are.
static void make_places(uint32_t counts[], size_t values)
{
    uint32_t place = 0;

    for (size_t value = 0; value < values; value++) {
        uint32_t count = counts[value];

        counts[value] = place;
        place += count;
    }
}

static void sort_records_by_digit(const SortRecord from[], SortRecord to[], size_t count,
                                  Digit digit)
{
    uint32_t places[DIGIT_VALUES_MAX];

    memset(places, 0, sizeof places[0] << digit.bits);
    for (size_t i = 0; i < count; i++)
        places[digit_of(from[i].key, digit)]++;
    make_places(places, (size_t)1 << digit.bits);
    for (size_t i = 0; i < count; i++)
        to[places[digit_of(from[i].key, digit)]++] = from[i];
}

static void sort_numbers_by_digit(const uint64_t from[], uint64_t to[], size_t count, Digit digit)
{
    uint32_t places[DIGIT_VALUES_MAX];

    memset(places, 0, sizeof places[0] << digit.bits);
    for (size_t i = 0; i < count; i++)
        places[digit_of(from[i], digit)]++;
    make_places(places, (size_t)1 << digit.bits);
    for (size_t i = 0; i < count; i++)
        to[places[digit_of(from[i], digit)]++] = from[i];
}

static int digit_bits_max(size_t count)
{
    return count < FEW ? DIGIT_BITS_OF_FEW : DIGIT_BITS_MAX;
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

        sort_records_by_digit(from, to, count, take_digit(&different, digit_bits_max(count)));
        to = from;
        from = sorted;
    }
    if (from != records)
        memcpy(records, from, count * sizeof records[0]);
}

void sort_numbers(uint64_t numbers[], uint64_t scratch[], size_t count, int first_bit)
{
    uint64_t *from = numbers;
    uint64_t *to = scratch;
    uint64_t different = 0;

    for (size_t i = 1; i < count; i++)
        different |= numbers[i] ^ numbers[0];
    different &= UINT64_MAX << first_bit;
    while (different != 0) {
        uint64_t *sorted = to;

        sort_numbers_by_digit(from, to, count, take_digit(&different, digit_bits_max(count)));
        to = from;
        from = sorted;
    }
    if (from != numbers)
        memcpy(numbers, from, count * sizeof numbers[0]);
}
