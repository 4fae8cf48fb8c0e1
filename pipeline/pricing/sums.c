#include "pricing/sums.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_MIN = 64 };

static int compare_pairs(const PriceKey *left, const PriceKey *right)
{
    if (left->lot != right->lot)
        return left->lot < right->lot ? -1 : 1;
    if (left->release != right->release)
        return price_compare(left->release, right->release);
    return price_compare(left->recording, right->recording);
}

static int compare_sums(const void *left, const void *right)
{
    const PriceKey *a = &((const PriceSum *)left)->key;
    const PriceKey *b = &((const PriceSum *)right)->key;
    int order = compare_pairs(a, b);

    return order != 0 ? order : price_compare(a->term, b->term);
}

static void reserve_term(PriceSums *sums, uint32_t term)
{
    size_t capacity = sums->place_capacity == 0 ? PLACES_MIN : sums->place_capacity;

    while (capacity <= term)
        capacity *= 2;
    sums->places = memory_resize(sums->places, capacity, sizeof sums->places[0]);
    memset(&sums->places[sums->place_capacity], 0,
           (capacity - sums->place_capacity) * sizeof sums->places[0]);
    sums->place_capacity = capacity;
}

PriceSum *price_sums_begin(PriceSums *sums, const PriceKey *key)
{
    if (key->term >= sums->place_capacity)
        reserve_term(sums, key->term);
    if (sums->count > 0 && compare_pairs(&sums->sums[sums->count - 1].key, key) > 0)
        sums->is_unordered = true;
    MEMORY_GROW(sums->sums, sums->count, sums->capacity);
    sums->places[key->term] = (uint32_t)sums->count;
    sums->sums[sums->count] = (PriceSum){.key = *key};
    return &sums->sums[sums->count++];
}

Status price_sum_refuse(const PriceSum *sum, Error *error)
{
    return error_set(error, STATUS_BUG,
                     "release %" PRId64 ", recording %" PRId64 ": more than 2^63 streams",
                     sum->key.release, sum->key.recording);
}

static Status merge(PriceSum *sum, const PriceSum *more, Error *error)
{
    if (__builtin_add_overflow(sum->streams, more->streams, &sum->streams) ||
        __builtin_add_overflow(sum->monetised, more->monetised, &sum->monetised))
        return price_sum_refuse(sum, error);
    decimal_add(&sum->amount, &more->amount);
    return STATUS_OK;
}

Status price_sums_settle(PriceSums *sums, Error *error)
{
    Status status = STATUS_OK;
    size_t last = 0;

    if (!sums->is_unordered)
        return STATUS_OK;
    qsort(sums->sums, sums->count, sizeof sums->sums[0], compare_sums);
    for (size_t i = 1; i < sums->count; i++)
        if (price_keys_are_equal(&sums->sums[last].key, &sums->sums[i].key))
            TRY(merge(&sums->sums[last], &sums->sums[i], error));
        else
            sums->sums[++last] = sums->sums[i];
    sums->count = last + 1;
    sums->is_unordered = false;

cleanup:
    return status;
}

size_t price_sums_of_lot(const PriceSums *sums, size_t first)
{
    size_t end = first;

    while (end < sums->count && sums->sums[end].key.lot == sums->sums[first].key.lot)
        end++;
    return end - first;
}

void price_sums_clear(PriceSums *sums)
{
    sums->count = 0;
    sums->is_unordered = false;
}

void price_sums_free(PriceSums *sums)
{
    free(sums->sums);
    free(sums->places);
    *sums = (PriceSums){0};
}
