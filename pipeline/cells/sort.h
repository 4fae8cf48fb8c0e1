#ifndef TIDEMARK_CELLS_SORT_H
#define TIDEMARK_CELLS_SORT_H

#include <stddef.h>
#include <stdint.h>

/** What it is to be sorted by, and what goes along: the number of a thing, or all of a small
 * one. */
typedef struct SortRecord {
    uint64_t key;
    uint64_t number;
} SortRecord;

/** The key that sorts signed numbers as they rise. */
static inline uint64_t sort_key_of(int64_t number)
{
    return (uint64_t)number ^ UINT64_C(1) << 63;
}

/**
 * Sorts by key; records of equal keys keep their order, so that sorting by the least important key
 * first and by the most important last sorts by all. `scratch` has room for as many.
 *
 * By radix, a digit at a time, and only by the bits in which keys differ: cheapest where the records
 * and the scratch fit into the processor's cache.
 */
void sort_records(SortRecord records[], SortRecord scratch[], size_t count);
/** The same for numbers, by their bits from `first_bit` up. */
void sort_numbers(uint64_t numbers[], uint64_t scratch[], size_t count, int first_bit);

#endif
