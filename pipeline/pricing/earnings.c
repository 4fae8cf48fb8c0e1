#include "pricing/earnings.h"

#include "base/memory.h"
#include "sql.h"
#include "store/copy.h"

#include <stdlib.h>

enum { EARNING_FIELDS = 14 };

typedef struct EarningWriter {
    const PriceLots *lots;
    const PriceTerms *terms;
    const PriceSplits *splits;
    int64_t accrual;
    Copy *copy;
    const PriceTariff **heads; // of the lot: a tariff of each basis and currency
    size_t head_count;
    size_t head_capacity;
    size_t count; // of a row's elements
    size_t capacity;
    int64_t *releases;
    int64_t *recordings;
    int64_t *rates;
    int64_t *split_ids;
    int64_t *monetised;
    Decimal *reported;
} EarningWriter;

static void make_room(EarningWriter *writer, size_t count)
{
    if (count <= writer->capacity)
        return;
    writer->capacity = count;
    writer->releases = memory_resize(writer->releases, count, sizeof writer->releases[0]);
    writer->recordings = memory_resize(writer->recordings, count, sizeof writer->recordings[0]);
    writer->rates = memory_resize(writer->rates, count, sizeof writer->rates[0]);
    writer->split_ids = memory_resize(writer->split_ids, count, sizeof writer->split_ids[0]);
    writer->monetised = memory_resize(writer->monetised, count, sizeof writer->monetised[0]);
    writer->reported = memory_resize(writer->reported, count, sizeof writer->reported[0]);
}

static void free_writer(EarningWriter *writer)
{
    copy_free(writer->copy);
    free(writer->heads);
    free(writer->releases);
    free(writer->recordings);
    free(writer->rates);
    free(writer->split_ids);
    free(writer->monetised);
    free(writer->reported);
}

static bool are_alike(const PriceTariff *tariff, const PriceTariff *other)
{
    return tariff == other || (tariff->is_by_amount == other->is_by_amount &&
                               text_equal(tariff->currency, other->currency));
}

static void note_head(EarningWriter *writer, const PriceTariff *tariff)
{
    for (size_t i = 0; i < writer->head_count; i++)
        if (are_alike(writer->heads[i], tariff))
            return;
    MEMORY_GROW(writer->heads, writer->head_count, writer->head_capacity);
    writer->heads[writer->head_count++] = tariff;
}

static void gather(EarningWriter *writer, const PriceSum sums[], size_t count,
                   const PriceTariff *head)
{
    writer->count = 0;
    for (size_t i = 0; i < count; i++) {
        const PriceSum *sum = &sums[i];
        const PriceTariff *tariff = &writer->terms->tariffs[sum->key.tariff];
        size_t to = writer->count;

        if (price_sum_is_nothing(sum) || !are_alike(tariff, head))
            continue;
        writer->releases[to] = sum->key.release;
        writer->recordings[to] = sum->key.recording;
        writer->rates[to] = tariff->rate;
        writer->split_ids[to] = writer->splits->splits[sum->key.split].id;
        writer->monetised[to] = sum->monetised;
        writer->reported[to] = sum->amount;
        writer->count++;
    }
}

static Status write_row(EarningWriter *writer, const PriceLot *lot, const PriceTariff *head,
                        Error *error)
{
    Copy *copy = writer->copy;
    Status status = copy_row(copy, EARNING_FIELDS, error);

    if (status != STATUS_OK)
        return status;
    copy_int16(copy, (int16_t)lot->bucket);
    copy_int64(copy, writer->accrual);
    copy_text(copy, slice_of("earned"));
    copy_int32(copy, (int32_t)lot->feed);
    copy_day(copy, lot->period_from);
    copy_day(copy, lot->period_to);
    copy_text(copy, slice_of(head->is_by_amount ? "amount" : "monetised"));
    copy_text(copy, slice_of(head->currency));
    copy_int64_array(copy, writer->releases, writer->count);
    copy_int64_array(copy, writer->recordings, writer->count);
    copy_int64_array(copy, writer->rates, writer->count);
    copy_int64_array(copy, writer->split_ids, writer->count);
    copy_int64_array(copy, writer->monetised, writer->count);
    if (head->is_by_amount)
        copy_numeric_array(copy, writer->reported, writer->count);
    else
        copy_null(copy);
    return STATUS_OK;
}

static Status write_lot(EarningWriter *writer, const PriceSum sums[], size_t count, Error *error)
{
    Status status = STATUS_OK;

    make_room(writer, count);
    writer->head_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!price_sum_is_nothing(&sums[i]))
            note_head(writer, &writer->terms->tariffs[sums[i].key.tariff]);
    for (size_t i = 0; i < writer->head_count; i++) {
        gather(writer, sums, count, writer->heads[i]);
        TRY(write_row(writer, &writer->lots->lots[sums[0].key.lot], writer->heads[i], error));
    }

cleanup:
    return status;
}

/** How many sums from here on are of the lot of the first. */
static size_t count_of_lot(const PriceSums *sums, size_t first)
{
    size_t end = first;

    while (end < sums->count && sums->sums[end].key.lot == sums->sums[first].key.lot)
        end++;
    return end - first;
}

Status price_earnings_write(Store *store, int64_t accrual, const PriceLots *lots,
                            const PriceTerms *terms, const PriceSplits *splits, Error *error)
{
    Status status = STATUS_OK;
    EarningWriter writer = {.lots = lots, .terms = terms, .splits = splits, .accrual = accrual};
    const PriceSums *sums = &lots->earning;

    if (sums->count == 0)
        return STATUS_OK;
    TRY(copy_begin(store, &sql_copy_earning, &writer.copy, error));
    for (size_t first = 0, count = 0; first < sums->count; first += count) {
        count = count_of_lot(sums, first);
        TRY(write_lot(&writer, &sums->sums[first], count, error));
    }
    TRY(copy_end(writer.copy, NULL, error));

cleanup:
    free_writer(&writer);
    return status;
}
