#ifndef TIDEMARK_CELLS_SORT_H
#define TIDEMARK_CELLS_SORT_H

#include <stddef.h>
#include <stdint.h>

/** What it is to be sorted by, and what goes along: two numbers, or the measures of a cell. */
typedef struct SortRecord {
    uint64_t key;
    union {
        struct {
            uint32_t number;
            uint32_t carried;
        };
        struct {
            int32_t streams;
            int32_t monetised;
        };
    };
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
 * By radix, a byte at a time, and only by the bytes in which keys differ: cheapest where the records
 * and the scratch fit into the processor's cache.
 */
void sort_records(SortRecord records[], SortRecord scratch[], size_t count);

#endif
