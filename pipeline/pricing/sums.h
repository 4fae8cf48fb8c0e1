#ifndef TIDEMARK_PRICING_SUMS_H
#define TIDEMARK_PRICING_SUMS_H

#include "base/decimal.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Cells of release usage, added up by what decides their fate: lot, release, recording, and a term,
 * which is the number of the tariff under which they earn, or of the market in which they wait.
 *
 * A chunk's cells stand by release and recording, so that those of one sum come close to each other.
 * For each term it is known where its last sum stands: a cell belongs there, or begins another one.
 *
 *     terms    0 │ 1 │ 2 │ …        where the last sum of each stands
 *              │   └────────┐
 *              ▼            ▼
 *     sums     │ A, 0 │ A, 2 │ A, 1 │ B, 0 │ B, 2 │ …
 *
 * As long as releases and recordings only rise, as they do in the chunks of one report, each key has
 * one sum. Where they have not, the sums are sorted in the end, and those of a key become one.
 *
 * Pure.
 */
#define PRICE_NONE UINT32_MAX

/** Below 0, 0 or above it, as the order of keys is made of numbers. */
static inline int price_compare(int64_t left, int64_t right)
{
    return left < right ? -1 : left > right;
}

typedef struct PriceKey {
    uint32_t lot;
    uint32_t term;
    int64_t release;
    int64_t recording;
    // Not of the key itself, but the same for all cells that have it.
    uint32_t tariff; // PRICE_NONE: no rate
    uint32_t split;  // its place; PRICE_NONE: there is none
} PriceKey;

typedef struct PriceSum {
    PriceKey key;
    int64_t streams;
    int64_t monetised;
    Decimal amount;
} PriceSum;

/** What a cell adds to a sum. */
typedef struct PriceCell {
    int64_t streams;
    int64_t monetised;
    const Decimal *amount; // NULL: no money is reported
} PriceCell;

/** {0} is empty. */
typedef struct PriceSums {
    PriceSum *sums;
    size_t count;
    size_t capacity;
    uint32_t *places; // by term; only good where a sum of it stands there
    size_t place_capacity;
    bool is_unordered; // a key may have several sums
} PriceSums;

/** Begins a sum of this key; borrowed until the next. */
PriceSum *price_sums_begin(PriceSums *sums, const PriceKey *key);

/** Sets the error of a sum that has become too large. */
Status price_sum_refuse(const PriceSum *sum, Error *error);

static inline bool price_keys_are_equal(const PriceKey *key, const PriceKey *other)
{
    return key->release == other->release && key->recording == other->recording &&
           key->term == other->term && key->lot == other->lot;
}

/** Adds a cell to the sum of its key. STATUS_BUG: the sum has more than 2^63 streams. */
static inline Status price_sums_add(PriceSums *sums, const PriceKey *key, const PriceCell *cell,
                                    Error *error)
{
    size_t place = key->term < sums->place_capacity ? sums->places[key->term] : sums->count;
    PriceSum *sum = NULL;

    if (place < sums->count && price_keys_are_equal(&sums->sums[place].key, key))
        sum = &sums->sums[place];
    else
        sum = price_sums_begin(sums, key);
    if (__builtin_add_overflow(sum->streams, cell->streams, &sum->streams) ||
        __builtin_add_overflow(sum->monetised, cell->monetised, &sum->monetised))
        return price_sum_refuse(sum, error);
    if (cell->amount != NULL)
        decimal_add(&sum->amount, cell->amount);
    return STATUS_OK;
}

/** Ends adding: each key has one sum, and sums stand by lot, release, recording. STATUS_BUG as before. */
Status price_sums_settle(PriceSums *sums, Error *error);
/** How many sums, from one of them on, are of its lot; settled, they stand together. */
size_t price_sums_of_lot(const PriceSums *sums, size_t first);
/** Empty again, with the memory at hand. */
void price_sums_clear(PriceSums *sums);
void price_sums_free(PriceSums *sums);

/** Whether nothing was monetised and no money was reported, in sum. */
static inline bool price_sum_is_nothing(const PriceSum *sum)
{
    return sum->monetised == 0 && decimal_is_zero(&sum->amount);
}

#endif
