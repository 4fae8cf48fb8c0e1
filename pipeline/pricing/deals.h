#ifndef TIDEMARK_PRICING_DEALS_H
#define TIDEMARK_PRICING_DEALS_H

#include "pricing/earnings.h"

/** What is shared by one deal (splits.h) under one tariff. */
typedef struct PriceDeal {
    uint32_t tariff;
    uint32_t deal;
    int64_t monetised;
    Decimal amount;
    Day first_day; // of the service periods
    Day last_day;
} PriceDeal;

/** {0} is empty. Pure. */
typedef struct PriceDeals {
    PriceDeal *deals;
    size_t count;
    size_t capacity;
    Index index; // by tariff and deal
} PriceDeals;

/** Adds up what earns, or is taken back. STATUS_BUG: a sum has more than 2^63 streams. */
Status price_deals_add(PriceDeals *deals, const PriceEarnings *earnings, Error *error);
void price_deals_free(PriceDeals *deals);

#endif
