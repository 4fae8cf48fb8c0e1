#include "pricing/differences.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void price_differences_clear(PriceDifferences *differences)
{
    price_sums_clear(&differences->earning);
    price_sums_clear(&differences->earned);
    price_sums_clear(&differences->reversed);
    differences->fate_count = 0;
    index_clear(&differences->fate_index);
    differences->wait_count = 0;
    differences->are_waits_unordered = false;
    differences->value_count = 0;
}

void price_differences_free(PriceDifferences *differences)
{
    price_sums_free(&differences->earning);
    price_sums_free(&differences->earned);
    price_sums_free(&differences->reversed);
    free(differences->fates);
    index_clear(&differences->fate_index);
    free(differences->waits);
    free(differences->values);
    names_clear(&differences->currencies);
    *differences = (PriceDifferences){0};
}

static uint32_t number_fate(PriceDifferences *differences, uint32_t tariff, uint32_t split)
{
    uint64_t fate = (uint64_t)tariff << 32 | split;
    uint32_t hash = index_hash(fate, 0);
    uint32_t number = 0;

    for (IndexProbe probe = index_probe(&differences->fate_index, hash);
         index_next(&differences->fate_index, &probe, &number);)
        if (differences->fates[number] == fate)
            return number;
    MEMORY_GROW(differences->fates, differences->fate_count, differences->fate_capacity);
    index_add(&differences->fate_index, hash, differences->fate_count);
    differences->fates[differences->fate_count] = fate;
    return (uint32_t)differences->fate_count++;
}

Status price_differences_earn(PriceDifferences *differences, const PriceKey *key,
                              const PriceCell *cell, Error *error)
{
    PriceKey by_fate = *key;

    by_fate.term = number_fate(differences, key->tariff, key->split);
    return price_sums_add(&differences->earning, &by_fate, cell, error);
}

/** As chunks have them: those of a lot and currency together, by release and recording. */
static int compare_waits(const void *left, const void *right)
{
    const WaitDifference *a = left;
    const WaitDifference *b = right;

    if (a->lot != b->lot)
        return a->lot < b->lot ? -1 : 1;
    if (a->currency != b->currency)
        return a->currency < b->currency ? -1 : 1;
    if (a->release != b->release)
        return price_compare(a->release, b->release);
    if (a->recording != b->recording)
        return price_compare(a->recording, b->recording);
    return price_compare(a->market, b->market);
}

void price_differences_wait(PriceDifferences *differences, const WaitDifference *wait,
                            const char *currency, const Exact *value)
{
    WaitDifference added = *wait;

    if (currency != NULL) {
        Slice name = {currency, strlen(currency) + 1}; // with its end, to be used as a text

        added.currency = names_number(&differences->currencies, name, slice_of("")) + 1;
        MEMORY_GROW(differences->values, differences->value_count, differences->value_capacity);
        differences->values[differences->value_count++] = *value;
        added.value = differences->value_count;
    }
    if (differences->wait_count > 0 &&
        compare_waits(&differences->waits[differences->wait_count - 1], &added) >= 0)
        differences->are_waits_unordered = true;
    MEMORY_GROW(differences->waits, differences->wait_count, differences->wait_capacity);
    differences->waits[differences->wait_count++] = added;
}

static Status merge_wait(PriceDifferences *differences, WaitDifference *wait,
                         const WaitDifference *more, Error *error)
{
    if (__builtin_add_overflow(wait->streams, more->streams, &wait->streams) ||
        __builtin_add_overflow(wait->monetised, more->monetised, &wait->monetised) ||
        (wait->value > 0 &&
         !exact_add(&differences->values[wait->value - 1], &differences->values[more->value - 1])))
        return error_set(error, STATUS_BUG,
                         "release %" PRId64 ", recording %" PRId64
                         ": more waits than there is room for",
                         wait->release, wait->recording);
    decimal_add(&wait->amount, &more->amount);
    return STATUS_OK;
}

static Status settle_waits(PriceDifferences *differences, Error *error)
{
    Status status = STATUS_OK;
    WaitDifference *waits = differences->waits;
    size_t last = 0;

    if (!differences->are_waits_unordered)
        return STATUS_OK;
    qsort(waits, differences->wait_count, sizeof waits[0], compare_waits);
    for (size_t i = 1; i < differences->wait_count; i++)
        if (compare_waits(&waits[last], &waits[i]) == 0)
            TRY(merge_wait(differences, &waits[last], &waits[i], error));
        else
            waits[++last] = waits[i];
    differences->wait_count = last + 1;

cleanup:
    return status;
}

/** Whether what is left takes back; what is worth nothing goes by its streams. */
static bool is_reversed(const PriceSum *sum, const PriceTerms *terms)
{
    const PriceTariff *tariff = &terms->tariffs[sum->key.tariff];
    bool has_worth =
        tariff->is_by_amount && tariff->price->limb_count > 0 && !decimal_is_zero(&sum->amount);

    return has_worth ? decimal_is_negative(&sum->amount) : sum->monetised < 0;
}

Status price_differences_settle(PriceDifferences *differences, const PriceTerms *terms,
                                Error *error)
{
    Status status = STATUS_OK;

    TRY(settle_waits(differences, error));
    TRY(price_sums_settle(&differences->earning, error));
    for (size_t i = 0; i < differences->earning.count; i++) {
        const PriceSum *sum = &differences->earning.sums[i];
        PriceSums *sums = is_reversed(sum, terms) ? &differences->reversed : &differences->earned;

        if (!price_sum_is_nothing(sum))
            *price_sums_begin(sums, &sum->key) = *sum;
    }

cleanup:
    return status;
}

const char *wait_currency(const PriceDifferences *differences, const WaitDifference *wait)
{
    return wait->currency == 0 ? NULL
                               : differences->currencies.names[wait->currency - 1].first.bytes;
}

const Exact *wait_value(const PriceDifferences *differences, const WaitDifference *wait)
{
    return wait->value == 0 ? NULL : &differences->values[wait->value - 1];
}

bool wait_is_nothing(const PriceDifferences *differences, const WaitDifference *wait)
{
    const Exact *value = wait_value(differences, wait);

    return wait->streams == 0 && wait->monetised == 0 && decimal_is_zero(&wait->amount) &&
           (value == NULL || value->limb_count == 0);
}
