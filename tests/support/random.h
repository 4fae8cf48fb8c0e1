#ifndef TIDEMARK_TESTS_RANDOM_H
#define TIDEMARK_TESTS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/** Numbers that look random and are the same in every run: SplitMix64, from the seed given. */
typedef struct Random {
    uint64_t state;
} Random;

uint64_t random_next(Random *random);
/** From 0 to `limit` - 1. */
uint64_t random_below(Random *random, uint64_t limit);
/** True once in `times`, on average. */
bool random_once_in(Random *random, uint64_t times);

#endif
