#include "random.h"

uint64_t random_next(Random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);

    uint64_t mixed = random->state;

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 31;
}

uint64_t random_below(Random *random, uint64_t limit)
{
    return random_next(random) % limit;
}

bool random_once_in(Random *random, uint64_t times)
{
    return random_below(random, times) == 0;
}
