#ifndef TIDEMARK_PRICING_DIFFERENCES_H
#define TIDEMARK_PRICING_DIFFERENCES_H

#include "cells/names.h"
#include "pricing/lots.h"

/**
 * What some lots come to by the terms of now, less what they came to before: put in with either
 * sign, and what is left is to be appended.
 *
 *     now      A, 3 streams at 0.004, payees X        waits: B, DE, 7 streams
 *     before   A, 3 streams at 0.003, payees X        waits: B, DE, 7 streams
 *     ──►      earned   A, 3 streams at 0.004, payees X
 *              reversed A, 3 streams at 0.003, payees X
 *
 * What earns is told by release, recording, rate and split, whatever the currency of the report;
 * what waits by the market and that currency too. Pure.
 */
typedef struct WaitDifference {
    uint32_t lot;
    uint32_t currency; // in which it would earn, by its number from 1; 0: it has no rate
    int64_t release;
    int64_t recording;
    int64_t market;
    int64_t streams;
    int64_t monetised;
    Decimal amount;
    size_t value; // its place, from 1; 0: it has no rate
} WaitDifference;

/** {0} is empty. */
typedef struct PriceDifferences {
    PriceSums earning; // until they are settled; the term is the number of the sum's fate
    PriceSums earned;  // what is left of it
    PriceSums reversed;
    uint64_t *fates; // a tariff and a split, by their number
    size_t fate_count;
    size_t fate_capacity;
    Index fate_index;
    WaitDifference *waits; // settled: by lot and currency, each once
    size_t wait_count;
    size_t wait_capacity;
    bool are_waits_unordered;
    Exact *values;
    size_t value_count;
    size_t value_capacity;
    Names currencies; // by their numbers from 0; kept when all else is cleared
} PriceDifferences;

/** Empty again, with the memory at hand. */
void price_differences_clear(PriceDifferences *differences);
/** What earns has lot, release, recording, tariff and split. STATUS_BUG: there are more than 2^63
 * streams. */
Status price_differences_earn(PriceDifferences *differences, const PriceKey *key,
                              const PriceCell *cell, Error *error);
/** What waits, worth so much in a currency; both NULL where it has no rate. */
void price_differences_wait(PriceDifferences *differences, const WaitDifference *wait,
                            const char *currency, const Exact *value);
/** Ends adding. STATUS_BUG: a sum does not fit. */
Status price_differences_settle(PriceDifferences *differences, const PriceTerms *terms,
                                Error *error);
void price_differences_free(PriceDifferences *differences);

/** In which currency what is left would earn, and what; NULL: it has no rate. */
const char *wait_currency(const PriceDifferences *differences, const WaitDifference *wait);
const Exact *wait_value(const PriceDifferences *differences, const WaitDifference *wait);
/** Whether nothing is left. */
bool wait_is_nothing(const PriceDifferences *differences, const WaitDifference *wait);

#endif
