#include "pricing/earnings.h"

#include "base/memory.h"
#include "cells/packed.h"
#include "sql.h"
#include "store/copy.h"

#include <stdlib.h>

enum { EARNING_FIELDS = 16 };

/** A tariff under which some of a lot earns. */
typedef struct LotTariff {
    uint32_t tariff;
    uint32_t head; // the place of the first one with its basis and currency: they share a row
    size_t parts;
    size_t next; // the place in the row of its next part
} LotTariff;

typedef struct EarningWriter {
    const PriceEarnings *of;
    Copy *copy;
    LotTariff *tariffs; // of the lot
    size_t tariff_count;
    size_t tariff_capacity;
    uint32_t *places; // by tariff, of the last lot that has it
    // A row. Its parts stand by tariff, and its pairs as they come.
    size_t pair_count;
    size_t rate_count;
    size_t part_count;
    size_t capacity; // of all that follow, a part each
    int64_t *releases;
    int64_t *recordings;
    int64_t *split_ids;
    int64_t *rates;
    int64_t *rate_ends;
    int64_t *pairs;
    uint8_t *packed_pairs;
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
    writer->split_ids = memory_resize(writer->split_ids, count, sizeof writer->split_ids[0]);
    writer->rates = memory_resize(writer->rates, count, sizeof writer->rates[0]);
    writer->rate_ends = memory_resize(writer->rate_ends, count, sizeof writer->rate_ends[0]);
    writer->pairs = memory_resize(writer->pairs, count, sizeof writer->pairs[0]);
    writer->packed_pairs = memory_resize(writer->packed_pairs, packed_bytes_max(count), 1);
    writer->monetised = memory_resize(writer->monetised, count, sizeof writer->monetised[0]);
    writer->reported = memory_resize(writer->reported, count, sizeof writer->reported[0]);
}

static void free_writer(EarningWriter *writer)
{
    copy_free(writer->copy);
    free(writer->tariffs);
    free(writer->places);
    free(writer->releases);
    free(writer->recordings);
    free(writer->split_ids);
    free(writer->rates);
    free(writer->rate_ends);
    free(writer->pairs);
    free(writer->packed_pairs);
    free(writer->monetised);
    free(writer->reported);
}

static bool are_alike(const PriceTariff *tariff, const PriceTariff *other)
{
    return tariff->is_by_amount == other->is_by_amount &&
           text_equal(tariff->currency, other->currency);
}

/** The place of the first of the lot's tariffs that has the basis and currency of the last. */
static uint32_t find_head(const EarningWriter *writer)
{
    const PriceTariff *tariffs = writer->of->terms->tariffs;
    const LotTariff *last = &writer->tariffs[writer->tariff_count - 1];
    uint32_t head = 0;

    while (!are_alike(&tariffs[writer->tariffs[head].tariff], &tariffs[last->tariff]))
        head++;
    return head;
}

static LotTariff *lot_tariff(EarningWriter *writer, uint32_t tariff)
{
    uint32_t place = writer->places[tariff];

    if (place < writer->tariff_count && writer->tariffs[place].tariff == tariff)
        return &writer->tariffs[place];
    MEMORY_GROW(writer->tariffs, writer->tariff_count, writer->tariff_capacity);
    writer->places[tariff] = (uint32_t)writer->tariff_count;

    LotTariff *added = &writer->tariffs[writer->tariff_count++];

    *added = (LotTariff){.tariff = tariff};
    added->head = find_head(writer);
    return added;
}

static void count_parts(EarningWriter *writer, const PriceSum sums[], size_t count)
{
    writer->tariff_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!price_sum_is_nothing(&sums[i]))
            lot_tariff(writer, sums[i].key.tariff)->parts++;
}

/** Gives the tariffs of a row their rooms in it, one behind the other. */
static void begin_row(EarningWriter *writer, uint32_t head)
{
    writer->pair_count = 0;
    writer->rate_count = 0;
    writer->part_count = 0;
    for (size_t i = head; i < writer->tariff_count; i++) {
        LotTariff *tariff = &writer->tariffs[i];

        if (tariff->head != head)
            continue;
        tariff->next = writer->part_count;
        writer->part_count += tariff->parts;
        writer->rates[writer->rate_count] = writer->of->terms->tariffs[tariff->tariff].rate;
        writer->rate_ends[writer->rate_count++] = (int64_t)writer->part_count;
    }
}

/** The place of a sum's pair: sums of one release and recording come one behind the other. */
static int64_t pair_of(EarningWriter *writer, const PriceKey *key)
{
    int64_t split = writer->of->splits->splits[key->split].id;
    size_t last = writer->pair_count - 1;

    if (writer->pair_count == 0 || writer->releases[last] != key->release ||
        writer->recordings[last] != key->recording || writer->split_ids[last] != split) {
        last = writer->pair_count++;
        writer->releases[last] = key->release;
        writer->recordings[last] = key->recording;
        writer->split_ids[last] = split;
    }
    return (int64_t)last;
}

static void gather(EarningWriter *writer, const PriceSum sums[], size_t count, uint32_t head)
{
    begin_row(writer, head);
    for (size_t i = 0; i < count; i++) {
        if (price_sum_is_nothing(&sums[i]))
            continue;

        LotTariff *tariff = lot_tariff(writer, sums[i].key.tariff);

        if (tariff->head != head)
            continue;

        size_t to = tariff->next++;

        writer->pairs[to] = pair_of(writer, &sums[i].key);
        writer->monetised[to] = sums[i].monetised;
        writer->reported[to] = sums[i].amount;
    }
}

static Status write_row(EarningWriter *writer, const PriceLot *lot, const PriceTariff *head,
                        Error *error)
{
    Copy *copy = writer->copy;
    size_t packed_bytes = packed_write(writer->pairs, writer->part_count, writer->packed_pairs);
    Status status = copy_row(copy, EARNING_FIELDS, error);

    if (status != STATUS_OK)
        return status;
    copy_int16(copy, (int16_t)lot->bucket);
    copy_int64(copy, writer->of->accrual);
    copy_text(copy, slice_of(writer->of->kind));
    copy_int32(copy, (int32_t)lot->feed);
    copy_day(copy, lot->period_from);
    copy_day(copy, lot->period_to);
    copy_text(copy, slice_of(head->is_by_amount ? "amount" : "monetised"));
    copy_text(copy, slice_of(head->currency));
    copy_int64_array(copy, writer->releases, writer->pair_count);
    copy_int64_array(copy, writer->recordings, writer->pair_count);
    copy_int64_array(copy, writer->split_ids, writer->pair_count);
    copy_int64_array(copy, writer->rates, writer->rate_count);
    copy_int64_array(copy, writer->rate_ends, writer->rate_count);
    copy_bytes(copy, (Slice){(const char *)writer->packed_pairs, packed_bytes});
    copy_int64_array(copy, writer->monetised, writer->part_count);
    if (head->is_by_amount)
        copy_numeric_array(copy, writer->reported, writer->part_count);
    else
        copy_null(copy);
    return STATUS_OK;
}

static Status write_lot(EarningWriter *writer, const PriceSum sums[], size_t count, Error *error)
{
    Status status = STATUS_OK;

    make_room(writer, count);
    count_parts(writer, sums, count);
    for (uint32_t i = 0; i < writer->tariff_count; i++) {
        if (writer->tariffs[i].head != i)
            continue;
        gather(writer, sums, count, i);
        TRY(write_row(writer, &writer->of->lots[sums[0].key.lot],
                      &writer->of->terms->tariffs[writer->tariffs[i].tariff], error));
    }

cleanup:
    return status;
}

Status price_earnings_write(Store *store, const PriceEarnings *earnings, Error *error)
{
    Status status = STATUS_OK;
    EarningWriter writer = {.of = earnings};
    const PriceSums *sums = earnings->sums;

    if (sums->count == 0)
        return STATUS_OK;
    writer.places = MEMORY_NEW(uint32_t, earnings->terms->tariff_count);
    TRY(copy_begin(store, &sql_copy_earning, &writer.copy, error));
    for (size_t first = 0, count = 0; first < sums->count; first += count) {
        count = price_sums_of_lot(sums, first);
        TRY(write_lot(&writer, &sums->sums[first], count, error));
    }
    TRY(copy_end(writer.copy, NULL, error));

cleanup:
    free_writer(&writer);
    return status;
}
