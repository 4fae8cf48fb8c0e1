#ifndef TIDEMARK_CELLS_INDEX_H
#define TIDEMARK_CELLS_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Finds things by their hash: open addressing with linear probing over slots that hold a number and
 * the hash of the thing that has it. The things themselves lie in an array of the caller's, by
 * number, so that they stay small and dense and this knows nothing of them.
 *
 *     slot    ┌ hash, 32 bits ┬ number + 1, 32 bits ┐    all zero: free
 *
 *     for (IndexProbe probe = index_probe(index, hash); index_next(index, &probe, &number);)
 *         if (things[number] is the one sought)
 *             return number;
 *     index_add(index, hash, thing_count);
 *
 * The hash stands beside the number, so that a foreign thing is touched hardly ever and growing
 * touches none. {0} is an empty index.
 */
typedef struct Index {
    uint64_t *slots;
    size_t slot_count; // 0, or a power of two
    size_t count;
} Index;

/** Where a search goes on. */
typedef struct IndexProbe {
    size_t slot;
    uint32_t hash;
} IndexProbe;

/** Numbers that an index can hold: the slots of 2^32, of which three quarters are used. */
#define INDEX_NUMBERS_MAX (UINT32_C(3) << 30)

/** A hash of 32 bits that are all as good as each other. */
static inline uint32_t index_hash(uint64_t first, uint64_t second)
{
    uint64_t mixed = first * UINT64_C(0x9E3779B97F4A7C15) ^ second;

    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint32_t)(mixed >> 32);
}

static inline IndexProbe index_probe(const Index *index, uint32_t hash)
{
    return (IndexProbe){.slot = index->slot_count == 0 ? 0 : hash & (index->slot_count - 1),
                        .hash = hash};
}

/** The next number with the probe's hash; false when there are no more. */
static inline bool index_next(const Index *index, IndexProbe *probe, uint32_t *out_number)
{
    if (index->slot_count == 0)
        return false;
    for (;;) { // some slots are always free
        uint64_t slot = index->slots[probe->slot];

        if (slot == 0)
            return false;
        probe->slot = (probe->slot + 1) & (index->slot_count - 1);
        if ((uint32_t)(slot >> 32) == probe->hash) {
            *out_number = (uint32_t)slot - 1;
            return true;
        }
    }
}

/** Adds a number below INDEX_NUMBERS_MAX that it does not have yet. */
void index_add(Index *index, uint32_t hash, size_t number);
/** Frees its slots; it is empty afterwards. */
void index_clear(Index *index);

#endif
