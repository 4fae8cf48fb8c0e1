#include "pricing/waiting.h"

#include "aggregate/usage_columns.h"
#include "base/memory.h"
#include "sql.h"
#include "store/copy.h"

#include <inttypes.h>
#include <stdlib.h>

enum { WAITING_FIELDS = USAGE_COLUMNS_FIELDS + 10 };

struct Waiting {
    int64_t accrual;
    Copy *copy;
    const PriceLot *lot; // of the chunk
    const char *currency;
    UsageColumns columns;
    Exact values[CHUNK_CELLS_MAX];
    Exact total_value;
};

Status waiting_open(Store *store, int64_t accrual, Waiting **out_waiting, Error *error)
{
    Status status = STATUS_OK;
    Waiting *waiting = MEMORY_NEW(Waiting, 1);

    waiting->accrual = accrual;
    TRY(copy_begin(store, &sql_copy_unpriced_usage, &waiting->copy, error));
    *out_waiting = waiting;
    waiting = NULL;

cleanup:
    waiting_free(waiting);
    return status;
}

static bool are_alike(const char *currency, const char *other)
{
    return currency == other || (currency != NULL && other != NULL && text_equal(currency, other));
}

static void copy_values(Waiting *waiting)
{
    if (waiting->currency == NULL) {
        copy_null(waiting->copy);
        copy_null(waiting->copy);
        copy_null(waiting->copy);
    } else {
        copy_text(waiting->copy, slice_of(waiting->currency));
        copy_exact(waiting->copy, &waiting->total_value);
        copy_exact_array(waiting->copy, waiting->values, waiting->columns.count);
    }
}

static Status write_chunk(Waiting *waiting, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = waiting->copy;
    const PriceLot *lot = waiting->lot;

    if (waiting->columns.count == 0)
        return STATUS_OK;
    TRY(copy_row(copy, WAITING_FIELDS, error));
    copy_int16(copy, (int16_t)lot->bucket);
    copy_int64(copy, waiting->accrual);
    copy_text(copy, slice_of(waiting->currency == NULL ? "no_rate" : "no_split"));
    copy_int32(copy, (int32_t)lot->feed);
    copy_day(copy, lot->period_from);
    copy_day(copy, lot->period_to);
    copy_text(copy, slice_of(lot->source->currency));
    usage_columns_copy(&waiting->columns, copy, *lot->source->currency != '\0');
    copy_values(waiting);
    usage_columns_clear(&waiting->columns);
    waiting->total_value = (Exact){0};

cleanup:
    return status;
}

static bool is_of_chunk(const Waiting *waiting, const PriceWait *wait)
{
    return waiting->columns.count > 0 && waiting->columns.count < CHUNK_CELLS_MAX &&
           waiting->lot == wait->lot && are_alike(waiting->currency, wait->currency);
}

static bool is_of_last_pair(const UsageColumns *columns, const PriceWait *wait)
{
    size_t count = columns->pair_count;

    return count > 0 && columns->releases[count - 1] == wait->release &&
           columns->recordings[count - 1] == wait->recording;
}

static Status refuse_value(int64_t release, int64_t recording, Error *error)
{
    return error_set(error, STATUS_BUG,
                     "release %" PRId64 ", recording %" PRId64
                     ": what waits is worth more digits than there is room for",
                     release, recording);
}

Status waiting_add(Waiting *waiting, const PriceWait *wait, Error *error)
{
    Status status = STATUS_OK;
    UsageColumns *columns = &waiting->columns;
    UsageCell cell = {.market = wait->market,
                      .streams = wait->streams,
                      .monetised = wait->monetised,
                      .amount = *wait->lot->source->currency == '\0' ? NULL : &wait->amount};

    if (!is_of_chunk(waiting, wait))
        TRY(write_chunk(waiting, error));
    waiting->lot = wait->lot;
    waiting->currency = wait->currency;
    if (wait->currency != NULL) {
        waiting->values[columns->count] = *wait->value;
        if (!exact_add(&waiting->total_value, wait->value))
            TRY(refuse_value(wait->release, wait->recording, error));
    }
    if (!is_of_last_pair(columns, wait))
        usage_columns_begin_pair(columns, wait->release, wait->recording);
    usage_columns_add(columns, &cell);

cleanup:
    return status;
}

Status waiting_end(Waiting *waiting, Error *error)
{
    Status status = STATUS_OK;

    TRY(write_chunk(waiting, error));
    TRY(copy_end(waiting->copy, NULL, error));

cleanup:
    return status;
}

void waiting_free(Waiting *waiting)
{
    if (waiting == NULL)
        return;
    copy_free(waiting->copy);
    free(waiting);
}

Status price_sum_value(const PriceSum *sum, const PriceTerms *terms, Exact *out_value, Error *error)
{
    const PriceTariff *tariff = &terms->tariffs[sum->key.tariff];
    Exact units =
        tariff->is_by_amount ? exact_from_decimal(&sum->amount) : exact_from_int64(sum->monetised);

    return exact_multiply(&units, tariff->price, out_value)
               ? STATUS_OK
               : refuse_value(sum->key.release, sum->key.recording, error);
}

const char *price_sum_currency(const PriceSum *sum, const PriceTerms *terms)
{
    return sum->key.tariff == PRICE_NONE ? NULL : terms->tariffs[sum->key.tariff].currency;
}

/** Currencies in which some of a lot would earn. */
typedef struct Currencies {
    const char **currencies;
    size_t count;
    size_t capacity;
} Currencies;

static void find_currencies(Currencies *found, const PriceTerms *terms, const PriceSum sums[],
                            size_t count)
{
    found->count = 0;
    for (size_t i = 0; i < count; i++) {
        const char *currency = price_sum_currency(&sums[i], terms);
        size_t place = 0;

        while (place < found->count && !are_alike(found->currencies[place], currency))
            place++;
        if (place < found->count)
            continue;
        MEMORY_GROW(found->currencies, found->count, found->capacity);
        found->currencies[found->count++] = currency;
    }
}

static Status add_sum(Waiting *waiting, const PriceLot *lot, const PriceTerms *terms,
                      const PriceSum *sum, Error *error)
{
    Status status = STATUS_OK;
    Exact value;
    PriceWait wait = {.lot = lot,
                      .currency = price_sum_currency(sum, terms),
                      .release = sum->key.release,
                      .recording = sum->key.recording,
                      .market = sum->key.term,
                      .streams = sum->streams,
                      .monetised = sum->monetised,
                      .amount = sum->amount,
                      .value = &value};

    if (wait.currency != NULL)
        TRY(price_sum_value(sum, terms, &value, error));
    TRY(waiting_add(waiting, &wait, error));

cleanup:
    return status;
}

static Status write_lot(Waiting *waiting, Currencies *currencies, const PriceLots *lots,
                        const PriceTerms *terms, size_t first, size_t count, Error *error)
{
    Status status = STATUS_OK;
    const PriceSum *sums = &lots->waiting.sums[first];

    find_currencies(currencies, terms, sums, count);
    for (size_t kind = 0; kind < currencies->count; kind++)
        for (size_t i = 0; i < count; i++)
            if (are_alike(price_sum_currency(&sums[i], terms), currencies->currencies[kind]))
                TRY(add_sum(waiting, &lots->lots[sums[i].key.lot], terms, &sums[i], error));

cleanup:
    return status;
}

Status price_waiting_write(Store *store, int64_t accrual, const PriceLots *lots,
                           const PriceTerms *terms, Error *error)
{
    Status status = STATUS_OK;
    Currencies currencies = {0};
    Waiting *waiting = NULL;

    if (lots->waiting.count == 0)
        return STATUS_OK;
    TRY(waiting_open(store, accrual, &waiting, error));
    for (size_t first = 0, count = 0; first < lots->waiting.count; first += count) {
        count = price_sums_of_lot(&lots->waiting, first);
        TRY(write_lot(waiting, &currencies, lots, terms, first, count, error));
    }
    TRY(waiting_end(waiting, error));

cleanup:
    waiting_free(waiting);
    free(currencies.currencies);
    return status;
}
