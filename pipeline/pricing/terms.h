#ifndef TIDEMARK_PRICING_TERMS_H
#define TIDEMARK_PRICING_TERMS_H

#include "base/exact.h"
#include "cells/index.h"
#include "pricing/sums.h"
#include "store/store.h"

/**
 * By which rates usage is priced: tidemark.best_rate() says it of each market of each
 * source (feed, last day, currency) once, and then a cell's rate is looked up by its market. Of what
 * names a release or recording that some rate names, it is asked cell by cell.
 *
 * A tariff is a rate and the currency in which it pays: for a share of what the provider reported,
 * that of the report. Those that are no longer in force are known too, since what earned by them
 * may have to be taken back.
 */
typedef struct PriceRate { // in force, or no more
    int64_t id;
    bool is_by_amount;
    const char *currency; // NULL where it is by amount
    Exact price;          // of a stream, or as a share of the amount
} PriceRate;

typedef struct PriceTariff {
    int64_t rate;
    bool is_by_amount;
    const char *currency; // its own
    const Exact *price;   // the rate's
} PriceTariff;

/** What has usage: a feed, on a last day of periods, where money is reported in a currency or (the
 * empty text) not at all. */
typedef struct PriceUsed {
    int64_t feed;
    Day period_to;
    const char *currency;
} PriceUsed;

typedef struct PriceSource {
    int64_t feed;
    int64_t provider;
    Day period_to;
    const char *currency;
    bool has_amount;   // in a currency in which it can be paid
    uint32_t *tariffs; // by market, for the release and recording that no rate names; or PRICE_NONE
} PriceSource;

typedef struct PriceCodes { // a set
    int64_t *codes;
    size_t count;
    size_t capacity;
    Index index;
} PriceCodes;

/** Texts are borrowed from the rows that came from the database. {0} is empty. */
typedef struct PriceTerms {
    PriceRate *rates; // by id
    size_t rate_count;
    PriceCodes releases; // that some rate in force names
    PriceCodes recordings;
    PriceSource *sources; // by feed, last day, currency
    size_t source_count;
    size_t market_count; // the highest number of a market
    PriceTariff *tariffs;
    size_t tariff_count;
    size_t tariff_capacity;
    Index tariff_index;
    Rows *rate_rows;
    Rows *source_rows;
} PriceTerms;

/** {0}, then this, then price_terms_free(), in either case: the terms of a version for the usage of
 * an accrual. */
Status price_terms_read(PriceTerms *terms, Store *store, int64_t accrual, int64_t version,
                        Error *error);
/** The same for usage of some sources; one may be there several times. */
Status price_terms_read_for(PriceTerms *terms, Store *store, const PriceUsed used[], size_t count,
                            int64_t version, Error *error);
void price_terms_free(PriceTerms *terms);

/** NULL: there was not seen to be any usage of it. */
const PriceSource *price_terms_find_source(const PriceTerms *terms, int64_t feed, Day period_to,
                                           const char *currency);
/** The release, or the recording, if some rate names it; else 0. */
int64_t price_terms_named_release(const PriceTerms *terms, int64_t release);
int64_t price_terms_named_recording(const PriceTerms *terms, int64_t recording);
/** The tariff of a rate for what comes from a source; 0 is no rate: PRICE_NONE. STATUS_BUG: no rate
 * has that number. */
Status price_terms_find_tariff(PriceTerms *terms, int64_t rate, const char *currency,
                               uint32_t *out_tariff, Error *error);

#endif
