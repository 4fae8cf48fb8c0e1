#include "pricing/record.h"

#include "base/memory.h"
#include "sql.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 32 };

/** Parameters of a statement, of which most are columns: arrays, one element a row. */
typedef struct Columns {
    Param params[COLUMNS_MAX];
    size_t count;
    void *memory[2 * COLUMNS_MAX];
    size_t memory_count;
} Columns;

static void *keep(Columns *columns, void *taken_memory)
{
    assert(columns->memory_count < COUNT_OF(columns->memory));
    columns->memory[columns->memory_count++] = taken_memory;
    return taken_memory;
}

static void add_param(Columns *columns, Param param)
{
    assert(columns->count < COLUMNS_MAX);
    columns->params[columns->count++] = param;
}

static int64_t *add_numbers(Columns *columns, size_t count)
{
    int64_t *numbers = keep(columns, MEMORY_NEW(int64_t, count));

    add_param(columns, param_int64_array(numbers, count));
    return numbers;
}

static const char **add_texts(Columns *columns, size_t count)
{
    const char **texts = keep(columns, MEMORY_NEW(const char *, count));

    add_param(columns, param_text_array(texts, count));
    return texts;
}

typedef struct Amounts {
    const char **texts;
    char (*printed)[DECIMAL_TEXT_BYTES];
} Amounts;

static Amounts add_amounts(Columns *columns, size_t count)
{
    Amounts amounts = {.texts = add_texts(columns, count)};

    amounts.printed = keep(columns, memory_new(count, sizeof amounts.printed[0]));
    return amounts;
}

static void set_amount(Amounts *amounts, size_t row, const Decimal *amount)
{
    amounts->texts[row] =
        decimal_is_zero(amount) ? "0" : decimal_print(amount, amounts->printed[row]);
}

static Params columns_params(const Columns *columns)
{
    return (Params){.values = columns->params, .count = columns->count};
}

static void columns_free(Columns *columns)
{
    for (size_t i = 0; i < columns->memory_count; i++)
        free(columns->memory[i]);
}

static void add_read(Columns *columns, const PriceLots *lots)
{
    int64_t *buckets = add_numbers(columns, lots->read_count);
    int64_t *streams = add_numbers(columns, lots->read_count);
    int64_t *monetised = add_numbers(columns, lots->read_count);
    Amounts amounts = add_amounts(columns, lots->read_count);

    for (size_t i = 0; i < lots->read_count; i++) {
        buckets[i] = lots->read[i].bucket;
        streams[i] = lots->read[i].streams;
        monetised[i] = lots->read[i].monetised;
        set_amount(&amounts, i, &lots->read[i].amount);
    }
}

static void add_rated(Columns *columns, const PriceSums *rated, const PriceTerms *terms)
{
    int64_t *buckets = add_numbers(columns, rated->count);
    int64_t *rates = add_numbers(columns, rated->count);
    const char **currencies = add_texts(columns, rated->count);
    int64_t *monetised = add_numbers(columns, rated->count);
    Amounts amounts = add_amounts(columns, rated->count);

    for (size_t i = 0; i < rated->count; i++) {
        const PriceSum *sum = &rated->sums[i];

        buckets[i] = sum->key.lot;
        rates[i] = terms->tariffs[sum->key.tariff].rate;
        currencies[i] = terms->tariffs[sum->key.tariff].currency;
        monetised[i] = sum->monetised;
        set_amount(&amounts, i, &sum->amount);
    }
}

/** Who gets what share by one of some deals. */
static const Name *name_of(const PriceDeals *deals, const PriceSplits *splits, size_t row)
{
    return &splits->deals.names[deals->deals[row].deal];
}

/** The name's end in `room`, which begins there with its text. */
static char *put_text(char *room, Slice text, const char **out_text)
{
    memcpy(room, text.bytes, text.size_bytes);
    room[text.size_bytes] = '\0';
    *out_text = room;
    return room + text.size_bytes + 1;
}

static void add_parties(Columns *columns, const PriceDeals *deals, const PriceSplits *splits)
{
    const char **payees = add_texts(columns, deals->count);
    const char **shares = add_texts(columns, deals->count);
    size_t size_bytes = 0;

    for (size_t i = 0; i < deals->count; i++) {
        const Name *name = name_of(deals, splits, i);

        size_bytes += name->first.size_bytes + name->second.size_bytes + 2;
    }

    char *room = keep(columns, MEMORY_NEW(char, size_bytes));

    for (size_t i = 0; i < deals->count; i++) {
        room = put_text(room, name_of(deals, splits, i)->first, &payees[i]);
        room = put_text(room, name_of(deals, splits, i)->second, &shares[i]);
    }
}

static void add_deals(Columns *columns, const PriceDeals *deals, const PriceTerms *terms,
                      const PriceSplits *splits)
{
    size_t count = deals->count;

    add_parties(columns, deals, splits);

    int64_t *rates = add_numbers(columns, count);
    const char **currencies = add_texts(columns, count);
    int64_t *monetised = add_numbers(columns, count);
    Amounts amounts = add_amounts(columns, count);
    int64_t *first_days = add_numbers(columns, count);
    int64_t *last_days = add_numbers(columns, count);

    for (size_t i = 0; i < count; i++) {
        const PriceDeal *deal = &deals->deals[i];
        const PriceTariff *tariff = &terms->tariffs[deal->tariff];

        rates[i] = tariff->rate;
        currencies[i] = tariff->currency;
        monetised[i] = deal->monetised;
        set_amount(&amounts, i, &deal->amount);
        first_days[i] = deal->first_day;
        last_days[i] = deal->last_day;
    }
}

/** What waited, and what it was worth. */
static void add_waited(Columns *columns, const PriceWorth *worth, const Names *currencies)
{
    size_t count = worth->waited_count;
    int64_t *buckets = add_numbers(columns, count);
    const char **texts = add_texts(columns, count);
    const char **values = add_texts(columns, count);
    char(*printed)[EXACT_TEXT_BYTES] = keep(columns, memory_new(count, sizeof printed[0]));

    for (size_t i = 0; i < count; i++) {
        (void)exact_print(&worth->waited[i].value, printed[i]);
        buckets[i] = worth->waited[i].bucket;
        texts[i] = currencies->names[worth->waited[i].currency].first.bytes;
        values[i] = printed[i];
    }
}

Status price_record(Store *store, const Priced *priced, Rows **out_earned, Error *error)
{
    Status status = STATUS_OK;
    Columns columns = {0};

    add_param(&columns, param_int64(priced->accrual));
    add_read(&columns, priced->lots);
    add_rated(&columns, &priced->lots->rated, priced->terms);
    add_deals(&columns, priced->deals, priced->terms, priced->splits);
    TRY(store_query(store, &sql_record_prices, columns_params(&columns), out_earned, error));

cleanup:
    columns_free(&columns);
    return status;
}

Status price_record_differences(Store *store, const PricedDifferences *priced, Rows **out_earned,
                                Error *error)
{
    Status status = STATUS_OK;
    Columns columns = {0};

    add_param(&columns, param_int64(priced->accrual));
    add_rated(&columns, &priced->worth->rated, priced->terms);
    add_waited(&columns, priced->worth, priced->currencies);
    add_deals(&columns, priced->earned, priced->terms, priced->splits);
    add_deals(&columns, priced->reversed, priced->terms, priced->splits);
    TRY(store_query(store, &sql_record_differences, columns_params(&columns), out_earned, error));

cleanup:
    columns_free(&columns);
    return status;
}
