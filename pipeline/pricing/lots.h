#ifndef TIDEMARK_PRICING_LOTS_H
#define TIDEMARK_PRICING_LOTS_H

#include "pricing/splits.h"
#include "pricing/sums.h"
#include "pricing/terms.h"
#include "pricing/touched.h"

/**
 * Some usage, priced: what earns and what waits, added up lot by lot. A
 * lot is what is written together: bucket, feed, period and the currency in which money was reported.
 */
typedef struct PriceLot {
    int64_t bucket;
    int64_t feed;
    Day period_from;
    Day period_to;
    const PriceSource *source;
} PriceLot;

/** What was read of a bucket. */
typedef struct PriceRead {
    int64_t bucket;
    int64_t streams;
    int64_t monetised;
    Decimal amount;
} PriceRead;

/** {0} is empty. */
typedef struct PriceLots {
    PriceLot *lots; // by bucket, feed, period, currency
    size_t lot_count;
    size_t lot_capacity;
    PriceRead *read; // of each bucket of the range
    size_t read_count;
    size_t read_capacity;
    PriceSums rated;   // all that has a tariff, by bucket (as its lot) and tariff
    PriceSums earning; // has a split too; by tariff
    PriceSums waiting; // for a rate or a split, by market
} PriceLots;

/**
 * Reads them in place of those before. Each chunk is held against the totals that it was stored with.
 *
 * STATUS_BUSY: a chunk is not what was stored, or was not visible when the terms were read; later.
 * STATUS_DATA: a chunk has no cells that can be read. Bucket and period are named.
 */
Status price_lots_read(PriceLots *lots, Store *store, PriceTerms *terms, const PriceSplits *splits,
                       const PriceRange *range, Error *error);
/**
 * The same of what is touched of some lots, of the accruals before one. Nothing is said of what was
 * read of their buckets.
 */
Status price_lots_read_touched(PriceLots *lots, Store *store, PriceTerms *terms,
                               const PriceSplits *splits, const TouchedRange *range, Error *error);
/** The place of the first lot of a bucket, feed and period, whatever its currency; PRICE_NONE:
 * there is none. */
uint32_t price_lots_find(const PriceLots *lots, const PriceLot *key);
/** The same of the lot in which money is reported in a currency. */
uint32_t price_lots_find_reported(const PriceLots *lots, const PriceLot *key, const char *currency);
void price_lots_free(PriceLots *lots);

#endif
