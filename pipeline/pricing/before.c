#include "pricing/before.h"

#include "aggregate/usage_chunk.h"
#include "base/memory.h"
#include "pricing/earning_chunk.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct BeforeReader {
    const PricedAgain *again;
    PriceDifferences *differences;
    PriceWorth *worth;
    const TouchedLot *touched; // of the chunk
    EarningChunk earning;
    UsageChunk usage;
    Slice *values; // of each cell; borrowed from the row
    size_t value_capacity;
} BeforeReader;

static PriceLot lot_of(const Rows *rows, size_t row)
{
    return (PriceLot){.bucket = rows_int64(rows, row, "bucket"),
                      .feed = rows_int64(rows, row, "feed"),
                      .period_from = rows_day(rows, row, "period_from"),
                      .period_to = rows_day(rows, row, "period_to")};
}

/** With the place of the lot, which is one with usage. */
static Status begin_chunk(BeforeReader *reader, const PriceLot *lot, uint32_t place, Error *error)
{
    reader->touched = price_touched_lot(reader->again->range->touched, lot->bucket, lot->feed,
                                        lot->period_from, lot->period_to);
    if (place != PRICE_NONE && reader->touched != NULL)
        return STATUS_OK;
    return error_set(error, STATUS_BUG, "it was priced, but there is no usage of it");
}

/** The number with its sign turned. */
static Status turn(int64_t number, int64_t *out_turned, Error *error)
{
    if (__builtin_sub_overflow(0, number, out_turned))
        return error_set(error, STATUS_DATA, "it has more than 2^63 streams");
    return STATUS_OK;
}

static bool is_touched(const BeforeReader *reader, int64_t release, int64_t recording)
{
    return price_touched_has(reader->again->range->touched, reader->touched, release, recording);
}

/** A part of the chunk of earnings, whose tariff is known, with the sign turned. */
static Status take_part(BeforeReader *reader, uint32_t lot, uint32_t tariff, size_t part,
                        Error *error)
{
    Status status = STATUS_OK;
    const EarningChunk *chunk = &reader->earning;
    size_t pair = (size_t)chunk->pairs[part];
    Decimal reported;
    PriceCell cell = {0};
    PriceKey key = {.lot = lot,
                    .release = chunk->releases[pair],
                    .recording = chunk->recordings[pair],
                    .tariff = tariff,
                    .split = price_splits_place(reader->again->splits, chunk->split_ids[pair])};
    PriceKey of_bucket = {.lot = (uint32_t)chunk->bucket, .term = tariff, .tariff = tariff};

    if (!is_touched(reader, key.release, key.recording))
        return STATUS_OK;
    if (key.split == PRICE_NONE)
        return error_set(error, STATUS_BUG, "there is no split %" PRId64, chunk->split_ids[pair]);
    TRY(turn(chunk->monetised[part], &cell.monetised, error));
    if (chunk->has_reported) {
        TRY(earning_chunk_reported(chunk, part, &reported, error));
        decimal_negate(&reported);
        cell.amount = &reported;
    }
    TRY(price_differences_earn(reader->differences, &key, &cell, error));
    TRY(price_sums_add(&reader->worth->rated, &of_bucket, &cell, error));

cleanup:
    return status;
}

static Status take_parts(BeforeReader *reader, uint32_t lot, Error *error)
{
    Status status = STATUS_OK;
    const EarningChunk *chunk = &reader->earning;
    uint32_t tariff = PRICE_NONE;
    size_t part = 0;

    for (size_t i = 0; i < chunk->rate_count; i++) {
        TRY(price_terms_find_tariff(reader->again->terms, chunk->rates[i], chunk->currency, &tariff,
                                    error));
        for (; part < (size_t)chunk->rate_ends[i]; part++)
            TRY(take_part(reader, lot, tariff, part, error));
    }

cleanup:
    return status;
}

static Status take_earnings(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    BeforeReader *reader = context;
    PriceLot lot = lot_of(rows, row);
    uint32_t place = price_lots_find(reader->again->lots, &lot);

    TRY(begin_chunk(reader, &lot, place, error));
    TRY(earning_chunk_read(&reader->earning, rows, row, error));
    TRY(take_parts(reader, place, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "bucket %" PRId64 ", earnings of %s to %s", lot.bucket,
                      rows_text(rows, row, "period_from"), rows_text(rows, row, "period_to"));
    return status;
}

/** The worth of what waited in the bucket in a currency. */
static PriceWaited *waited_of(PriceWorth *worth, int64_t bucket, uint32_t currency)
{
    for (size_t i = worth->waited_count; i-- > 0 && worth->waited[i].bucket == bucket;)
        if (worth->waited[i].currency == currency)
            return &worth->waited[i];
    MEMORY_GROW(worth->waited, worth->waited_count, worth->waited_capacity);
    worth->waited[worth->waited_count] = (PriceWaited){.bucket = bucket, .currency = currency};
    return &worth->waited[worth->waited_count++];
}

static Status read_value(const BeforeReader *reader, size_t cell, Exact *out_value, Error *error)
{
    Slice text = reader->values[cell];

    if (!exact_parse(text, out_value))
        return error_set(error, STATUS_DATA, "%.*s is no value", SLICE_ARGUMENTS(text));
    return STATUS_OK;
}

/** A cell of the chunk that waits, with the sign turned. No currency: it had no rate. */
static Status take_cell(BeforeReader *reader, uint32_t lot, const char *currency, size_t cell,
                        Error *error)
{
    Status status = STATUS_OK;
    const UsageChunk *usage = &reader->usage;
    size_t pair = (size_t)usage->pairs[cell];
    Exact value = {0};
    WaitDifference wait = {.lot = lot,
                           .release = usage->releases[pair],
                           .recording = usage->recordings[pair],
                           .market = usage->markets[cell]};

    if (!is_touched(reader, wait.release, wait.recording))
        return STATUS_OK;
    TRY(turn(usage->streams[cell], &wait.streams, error));
    TRY(turn(usage->monetised[cell], &wait.monetised, error));
    if (usage->has_amounts)
        TRY(usage_chunk_amount(usage, cell, &wait.amount, error));
    decimal_negate(&wait.amount);
    if (currency != NULL)
        TRY(read_value(reader, cell, &value, error));
    value.is_negative = value.limb_count > 0 && !value.is_negative;
    price_differences_wait(reader->differences, &wait, currency, &value);
    if (currency != NULL &&
        !exact_add(
            &waited_of(reader->worth, usage->bucket, reader->differences->currencies.last)->value,
            &value))
        TRY(error_set(error, STATUS_BUG, "what waits is worth more digits than there is room for"));

cleanup:
    return status;
}

static void read_values(BeforeReader *reader, const Rows *rows, size_t row)
{
    size_t count = reader->usage.count;

    if (rows_is_null(rows, row, "cell_values"))
        return;
    if (count > reader->value_capacity) {
        reader->value_capacity = count;
        reader->values = memory_resize(reader->values, count, sizeof reader->values[0]);
    }
    rows_number_array(rows, row, "cell_values", reader->values, count);
}

static Status take_waiting(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    BeforeReader *reader = context;
    PriceLot lot = lot_of(rows, row);
    uint32_t place =
        price_lots_find_reported(reader->again->lots, &lot, rows_text(rows, row, "currency"));
    const char *currency = rows_text(rows, row, "value_currency");

    TRY(begin_chunk(reader, &lot, place, error));
    TRY(usage_chunk_read(&reader->usage, rows, row, error));
    read_values(reader, rows, row);
    for (size_t i = 0; i < reader->usage.count; i++)
        TRY(take_cell(reader, place, currency, i, error));

cleanup:
    if (status != STATUS_OK)
        usage_chunk_error(rows, row, error);
    return status;
}

Status price_before_read(Store *store, const PricedAgain *again, PriceDifferences *differences,
                         PriceWorth *worth, Error *error)
{
    Status status = STATUS_OK;
    BeforeReader reader = {.again = again, .differences = differences, .worth = worth};

    TRY(touched_range_each(again->range, store, &sql_again_earnings, take_earnings, &reader,
                           error));
    TRY(touched_range_each(again->range, store, &sql_again_waiting, take_waiting, &reader, error));

cleanup:
    earning_chunk_free(&reader.earning);
    usage_chunk_free(&reader.usage);
    free(reader.values);
    return status;
}

void price_worth_free(PriceWorth *worth)
{
    price_sums_free(&worth->rated);
    free(worth->waited);
    *worth = (PriceWorth){0};
}
