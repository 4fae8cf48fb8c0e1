#include "pricing/terms.h"

#include "base/memory.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool codes_have(const PriceCodes *codes, int64_t code)
{
    uint32_t number = 0;

    for (IndexProbe probe = index_probe(&codes->index, index_hash((uint64_t)code, 0));
         index_next(&codes->index, &probe, &number);)
        if (codes->codes[number] == code)
            return true;
    return false;
}

/** 0 is no code. */
static void codes_add(PriceCodes *codes, int64_t code)
{
    if (code == 0 || codes_have(codes, code))
        return;
    MEMORY_GROW(codes->codes, codes->count, codes->capacity);
    index_add(&codes->index, index_hash((uint64_t)code, 0), codes->count);
    codes->codes[codes->count++] = code;
}

static void codes_free(PriceCodes *codes)
{
    free(codes->codes);
    index_clear(&codes->index);
}

static Status read_price(const Rows *rows, size_t row, Exact *out_price, Error *error)
{
    if (exact_parse(slice_of(rows_text(rows, row, "price")), out_price))
        return STATUS_OK;
    return error_set(error, STATUS_DATA, "rate %s is %s", rows_text(rows, row, "id"),
                     rows_text(rows, row, "price"));
}

static Status read_rates(PriceTerms *terms, Store *store, int64_t version, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_price_rates, PARAMS(param_int64(version)), &rows, error));
    terms->rate_rows = rows;
    terms->rate_count = rows_count(rows);
    terms->rates = MEMORY_NEW(PriceRate, terms->rate_count);
    for (size_t i = 0; i < terms->rate_count; i++) {
        terms->rates[i] = (PriceRate){.id = rows_int64(rows, i, "id"),
                                      .is_by_amount = rows_bool(rows, i, "is_by_amount"),
                                      .currency = rows_text(rows, i, "currency")};
        TRY(read_price(rows, i, &terms->rates[i].price, error));
        if (!rows_bool(rows, i, "is_in_force"))
            continue;
        codes_add(&terms->releases, rows_int64(rows, i, "release"));
        codes_add(&terms->recordings, rows_int64(rows, i, "recording"));
    }

cleanup:
    return status;
}

static int compare_rates(const void *left, const void *right)
{
    const PriceRate *a = left;
    const PriceRate *b = right;

    return a->id < b->id ? -1 : a->id > b->id;
}

static uint32_t number_tariff(PriceTerms *terms, const PriceTariff *tariff)
{
    uint32_t number = 0;
    uint64_t currency = 0;

    memcpy(&currency, tariff->currency,
           strnlen(tariff->currency, sizeof currency)); // codes have three letters

    uint32_t hash = index_hash((uint64_t)tariff->rate, currency);

    for (IndexProbe probe = index_probe(&terms->tariff_index, hash);
         index_next(&terms->tariff_index, &probe, &number);)
        if (terms->tariffs[number].rate == tariff->rate &&
            text_equal(terms->tariffs[number].currency, tariff->currency))
            return number;
    MEMORY_GROW(terms->tariffs, terms->tariff_count, terms->tariff_capacity);
    index_add(&terms->tariff_index, hash, terms->tariff_count);
    terms->tariffs[terms->tariff_count] = *tariff;
    terms->tariffs[terms->tariff_count].currency = memory_copy_text(tariff->currency);
    return (uint32_t)terms->tariff_count++;
}

Status price_terms_find_tariff(PriceTerms *terms, int64_t rate, const char *currency,
                               uint32_t *out_tariff, Error *error)
{
    PriceRate key = {.id = rate};

    if (rate == 0) {
        *out_tariff = PRICE_NONE;
        return STATUS_OK;
    }

    const PriceRate *found =
        terms->rate_count == 0
            ? NULL
            : bsearch(&key, terms->rates, terms->rate_count, sizeof terms->rates[0], compare_rates);

    if (found == NULL)
        return error_set(error, STATUS_BUG, "there is no rate %" PRId64, rate);

    PriceTariff tariff = {.rate = rate,
                          .is_by_amount = found->is_by_amount,
                          .currency = found->is_by_amount ? currency : found->currency,
                          .price = &found->price};

    *out_tariff = number_tariff(terms, &tariff);
    return STATUS_OK;
}

static Status read_source(PriceTerms *terms, size_t row, int64_t rates[], Error *error)
{
    Status status = STATUS_OK;
    const Rows *rows = terms->source_rows;
    PriceSource *source = &terms->sources[row];

    *source = (PriceSource){.feed = rows_int64(rows, row, "feed"),
                            .provider = rows_int64(rows, row, "provider"),
                            .period_to = rows_day(rows, row, "period_to"),
                            .currency = rows_text(rows, row, "currency"),
                            .has_amount = rows_bool(rows, row, "has_amount"),
                            .tariffs = MEMORY_NEW(uint32_t, terms->market_count)};
    rows_int64_array(rows, row, "rates", rates, terms->market_count);
    for (size_t i = 0; i < terms->market_count; i++)
        TRY(price_terms_find_tariff(terms, rates[i], source->currency, &source->tariffs[i], error));

cleanup:
    return status;
}

/** Of what is used: the sources, as price_sources.sql gives them. */
static Status ask_for_sources(Store *store, const PriceUsed used[], size_t count, int64_t version,
                              Rows **out_rows, Error *error)
{
    int64_t *feeds = MEMORY_NEW(int64_t, count);
    int64_t *days = MEMORY_NEW(int64_t, count);
    const char **currencies = MEMORY_NEW(const char *, count);

    for (size_t i = 0; i < count; i++) {
        feeds[i] = used[i].feed;
        days[i] = used[i].period_to;
        currencies[i] = used[i].currency;
    }

    Status status =
        store_query(store, &sql_price_sources,
                    PARAMS(param_int64(version), param_int64_array(feeds, count),
                           param_int64_array(days, count), param_text_array(currencies, count)),
                    out_rows, error);

    free(feeds);
    free(days);
    free(currencies);
    return status;
}

static Status read_sources(PriceTerms *terms, Error *error)
{
    Status status = STATUS_OK;
    const Rows *rows = terms->source_rows;
    int64_t *rates = NULL;

    if (rows_count(rows) == 0)
        return STATUS_OK;
    terms->market_count = (size_t)rows_int64(rows, 0, "markets");
    terms->sources = MEMORY_NEW(PriceSource, rows_count(rows));
    rates = MEMORY_NEW(int64_t, terms->market_count);
    for (; terms->source_count < rows_count(rows); terms->source_count++)
        TRY(read_source(terms, terms->source_count, rates, error));

cleanup:
    free(rates);
    return status;
}

Status price_terms_read_for(PriceTerms *terms, Store *store, const PriceUsed used[], size_t count,
                            int64_t version, Error *error)
{
    Status status = STATUS_OK;

    TRY(read_rates(terms, store, version, error));
    TRY(ask_for_sources(store, used, count, version, &terms->source_rows, error));
    TRY(read_sources(terms, error));

cleanup:
    return status;
}

Status price_terms_read(PriceTerms *terms, Store *store, int64_t accrual, int64_t version,
                        Error *error)
{
    Status status = STATUS_OK;
    PriceUsed *used = NULL;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_used_sources, PARAMS(param_int64(accrual)), &rows, error));
    used = MEMORY_NEW(PriceUsed, rows_count(rows));
    for (size_t i = 0; i < rows_count(rows); i++)
        used[i] = (PriceUsed){rows_int64(rows, i, "feed"), rows_day(rows, i, "period_to"),
                              rows_text(rows, i, "currency")};
    TRY(price_terms_read_for(terms, store, used, rows_count(rows), version, error));

cleanup:
    free(used);
    rows_free(rows);
    return status;
}

void price_terms_free(PriceTerms *terms)
{
    for (size_t i = 0; i < terms->source_count; i++)
        free(terms->sources[i].tariffs);
    free(terms->sources);
    free(terms->rates);
    for (size_t i = 0; i < terms->tariff_count; i++)
        free((char *)terms->tariffs[i].currency);
    free(terms->tariffs);
    index_clear(&terms->tariff_index);
    codes_free(&terms->releases);
    codes_free(&terms->recordings);
    rows_free(terms->rate_rows);
    rows_free(terms->source_rows);
}

static int compare_source(const PriceSource *source, int64_t feed, Day period_to,
                          const char *currency)
{
    if (source->feed != feed)
        return source->feed < feed ? -1 : 1;
    if (source->period_to != period_to)
        return source->period_to < period_to ? -1 : 1;
    return strcmp(source->currency, currency);
}

const PriceSource *price_terms_find_source(const PriceTerms *terms, int64_t feed, Day period_to,
                                           const char *currency)
{
    size_t first = 0;
    size_t end = terms->source_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = compare_source(&terms->sources[middle], feed, period_to, currency);

        if (order == 0)
            return &terms->sources[middle];
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

static int64_t if_named(const PriceCodes *codes, int64_t code)
{
    return codes->count > 0 && codes_have(codes, code) ? code : 0;
}

int64_t price_terms_named_release(const PriceTerms *terms, int64_t release)
{
    return if_named(&terms->releases, release);
}

int64_t price_terms_named_recording(const PriceTerms *terms, int64_t recording)
{
    return if_named(&terms->recordings, recording);
}
