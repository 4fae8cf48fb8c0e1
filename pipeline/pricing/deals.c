#include "pricing/deals.h"

#include "base/memory.h"

#include <stdlib.h>

static PriceDeal *find_deal(PriceDeals *deals, uint32_t tariff, uint32_t number)
{
    uint32_t hash = index_hash(tariff, number);
    uint32_t place = 0;

    for (IndexProbe probe = index_probe(&deals->index, hash);
         index_next(&deals->index, &probe, &place);)
        if (deals->deals[place].tariff == tariff && deals->deals[place].deal == number)
            return &deals->deals[place];
    MEMORY_GROW(deals->deals, deals->count, deals->capacity);
    index_add(&deals->index, hash, deals->count);
    deals->deals[deals->count] =
        (PriceDeal){.tariff = tariff, .deal = number, .first_day = DAY_MAX, .last_day = DAY_MIN};
    return &deals->deals[deals->count++];
}

static Status add_sum(PriceDeal *deal, const PriceSum *sum, const PriceLot *lot, Error *error)
{
    if (__builtin_add_overflow(deal->monetised, sum->monetised, &deal->monetised))
        return error_set(error, STATUS_BUG, "the payees of a split have more than 2^63 streams");
    decimal_add(&deal->amount, &sum->amount);
    if (lot->period_from < deal->first_day)
        deal->first_day = lot->period_from;
    if (lot->period_to > deal->last_day)
        deal->last_day = lot->period_to;
    return STATUS_OK;
}

Status price_deals_add(PriceDeals *deals, const PriceEarnings *earnings, Error *error)
{
    Status status = STATUS_OK;
    PriceDeal *deal = NULL;

    for (size_t i = 0; i < earnings->sums->count; i++) {
        const PriceSum *sum = &earnings->sums->sums[i];

        if (price_sum_is_nothing(sum))
            continue;
        deal = find_deal(deals, sum->key.tariff, earnings->splits->splits[sum->key.split].deal);
        TRY(add_sum(deal, sum, &earnings->lots[sum->key.lot], error));
    }

cleanup:
    return status;
}

void price_deals_free(PriceDeals *deals)
{
    free(deals->deals);
    index_clear(&deals->index);
    *deals = (PriceDeals){0};
}
