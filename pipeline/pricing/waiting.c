#include "pricing/waiting.h"

#include "aggregate/usage_columns.h"
#include "base/memory.h"
#include "sql.h"
#include "store/copy.h"

#include <inttypes.h>
#include <stdlib.h>

enum { WAITING_FIELDS = USAGE_COLUMNS_FIELDS + 10 };

typedef struct WaitingWriter {
    const PriceTerms *terms;
    int64_t accrual;
    Copy *copy;
    const char **currencies; // in which some of the lot would earn; NULL: it has no rate
    size_t currency_count;
    size_t currency_capacity;
    UsageColumns columns;
    Exact values[CHUNK_CELLS_MAX]; // of what waits for a split
    Exact total_value;
} WaitingWriter;

/** In which currency a sum would earn; NULL: it has no rate. */
static const char *currency_of(const PriceTerms *terms, const PriceSum *sum)
{
    return sum->key.tariff == PRICE_NONE ? NULL : terms->tariffs[sum->key.tariff].currency;
}

static bool are_alike(const char *currency, const char *other)
{
    return currency == other || (currency != NULL && other != NULL && text_equal(currency, other));
}

static void find_currencies(WaitingWriter *writer, const PriceSum sums[], size_t count)
{
    writer->currency_count = 0;
    for (size_t i = 0; i < count; i++) {
        const char *currency = currency_of(writer->terms, &sums[i]);
        size_t place = 0;

        while (place < writer->currency_count && !are_alike(writer->currencies[place], currency))
            place++;
        if (place < writer->currency_count)
            continue;
        MEMORY_GROW(writer->currencies, writer->currency_count, writer->currency_capacity);
        writer->currencies[writer->currency_count++] = currency;
    }
}

static Status write_chunk(WaitingWriter *writer, const PriceLot *lot, const char *currency,
                          Error *error)
{
    Copy *copy = writer->copy;
    size_t count = writer->columns.count;
    Status status = count == 0 ? STATUS_OK : copy_row(copy, WAITING_FIELDS, error);

    if (status != STATUS_OK || count == 0)
        return status;
    copy_int16(copy, (int16_t)lot->bucket);
    copy_int64(copy, writer->accrual);
    copy_text(copy, slice_of(currency == NULL ? "no_rate" : "no_split"));
    copy_int32(copy, (int32_t)lot->feed);
    copy_day(copy, lot->period_from);
    copy_day(copy, lot->period_to);
    copy_text(copy, slice_of(lot->source->currency));
    usage_columns_copy(&writer->columns, copy, *lot->source->currency != '\0');
    if (currency == NULL) {
        copy_null(copy);
        copy_null(copy);
        copy_null(copy);
    } else {
        copy_text(copy, slice_of(currency));
        copy_exact(copy, &writer->total_value);
        copy_exact_array(copy, writer->values, count);
    }
    usage_columns_clear(&writer->columns);
    writer->total_value = (Exact){0};
    return STATUS_OK;
}

/** What a sum would earn. */
static bool find_value(const PriceTariff *tariff, const PriceSum *sum, Exact *out_value)
{
    Exact units =
        tariff->is_by_amount ? exact_from_decimal(&sum->amount) : exact_from_int64(sum->monetised);

    return exact_multiply(&units, tariff->price, out_value);
}

static Status add_value(WaitingWriter *writer, const PriceSum *sum, Error *error)
{
    Exact *value = &writer->values[writer->columns.count];

    if (find_value(&writer->terms->tariffs[sum->key.tariff], sum, value) &&
        exact_add(&writer->total_value, value))
        return STATUS_OK;
    return error_set(error, STATUS_BUG,
                     "release %" PRId64 ", recording %" PRId64
                     ": what waits is worth more digits than there is room for",
                     sum->key.release, sum->key.recording);
}

static bool is_of_last_pair(const UsageColumns *columns, const PriceKey *key)
{
    size_t count = columns->pair_count;

    return count > 0 && columns->releases[count - 1] == key->release &&
           columns->recordings[count - 1] == key->recording;
}

static Status add_sum(WaitingWriter *writer, const PriceLot *lot, const PriceSum *sum, Error *error)
{
    UsageCell cell = {.market = sum->key.term,
                      .streams = sum->streams,
                      .monetised = sum->monetised,
                      .amount = *lot->source->currency == '\0' ? NULL : &sum->amount};
    Status status = STATUS_OK;

    if (sum->key.tariff != PRICE_NONE)
        TRY(add_value(writer, sum, error));
    if (!is_of_last_pair(&writer->columns, &sum->key))
        usage_columns_begin_pair(&writer->columns, sum->key.release, sum->key.recording);
    usage_columns_add(&writer->columns, &cell);

cleanup:
    return status;
}

static Status write_lot(WaitingWriter *writer, const PriceLot *lot, const PriceSum sums[],
                        size_t count, Error *error)
{
    Status status = STATUS_OK;

    find_currencies(writer, sums, count);
    for (size_t kind = 0; kind < writer->currency_count; kind++) {
        const char *currency = writer->currencies[kind];

        for (size_t i = 0; i < count; i++) {
            if (!are_alike(currency_of(writer->terms, &sums[i]), currency))
                continue;
            if (writer->columns.count == CHUNK_CELLS_MAX)
                TRY(write_chunk(writer, lot, currency, error));
            TRY(add_sum(writer, lot, &sums[i], error));
        }
        TRY(write_chunk(writer, lot, currency, error));
    }

cleanup:
    return status;
}

Status price_waiting_write(Store *store, int64_t accrual, const PriceLots *lots,
                           const PriceTerms *terms, Error *error)
{
    Status status = STATUS_OK;
    const PriceSums *sums = &lots->waiting;
    WaitingWriter *writer = NULL;

    if (sums->count == 0)
        return STATUS_OK;
    writer = MEMORY_NEW(WaitingWriter, 1);
    writer->terms = terms;
    writer->accrual = accrual;
    TRY(copy_begin(store, &sql_copy_unpriced_usage, &writer->copy, error));
    for (size_t first = 0, count = 0; first < sums->count; first += count) {
        count = price_sums_of_lot(sums, first);
        TRY(write_lot(writer, &lots->lots[sums->sums[first].key.lot], &sums->sums[first], count,
                      error));
    }
    TRY(copy_end(writer->copy, NULL, error));

cleanup:
    copy_free(writer->copy);
    free(writer->currencies);
    free(writer);
    return status;
}
