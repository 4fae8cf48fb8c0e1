#include "pricing/lots.h"

#include "base/memory.h"
#include "pricing/chunk.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct LotReader {
    PriceLots *lots;
    PriceTerms *terms;
    const PriceSplits *splits;
    int64_t accrual;
    int64_t version;
    const PriceTouched *touched;   // NULL: all is wanted
    const TouchedLot *touched_lot; // of the chunk
    PriceChunk chunk;
    PriceSum *named; // cells whose rates have still to be asked for; the term is the market
    size_t named_count;
    size_t named_capacity;
} LotReader;

static bool is_same_lot(const PriceLot *lot, const PriceLot *other)
{
    return lot->bucket == other->bucket && lot->period_from == other->period_from &&
           lot->period_to == other->period_to && lot->source == other->source;
}

/** The lot of a chunk, whose chunks stand together. */
static Status find_lot(LotReader *reader, const Rows *rows, size_t row, Error *error)
{
    PriceLots *lots = reader->lots;
    PriceLot lot = {.bucket = rows_int64(rows, row, "bucket"),
                    .feed = rows_int64(rows, row, "feed"),
                    .period_from = rows_day(rows, row, "period_from"),
                    .period_to = rows_day(rows, row, "period_to")};

    lot.source = price_terms_find_source(reader->terms, lot.feed, lot.period_to,
                                         rows_text(rows, row, "currency"));
    if (reader->touched != NULL)
        reader->touched_lot = price_touched_lot(reader->touched, lot.bucket, lot.feed,
                                                lot.period_from, lot.period_to);
    if (lot.source == NULL || (reader->touched != NULL && reader->touched_lot == NULL))
        return error_set(error, STATUS_BUSY,
                         "it was not visible before; run `tidemark request` again");
    if (lots->lot_count > 0 && is_same_lot(&lots->lots[lots->lot_count - 1], &lot))
        return STATUS_OK;
    MEMORY_GROW(lots->lots, lots->lot_count, lots->lot_capacity);
    lots->lots[lots->lot_count++] = lot;
    return STATUS_OK;
}

static bool is_nothing(const PriceCell *cell)
{
    return cell->monetised == 0 && (cell->amount == NULL || decimal_is_zero(cell->amount));
}

/** What a cell comes to, whose tariff is known; its term is its market. */
static Status add_cell(PriceLots *lots, const PriceKey *key, const PriceCell *cell, Error *error)
{
    Status status = STATUS_OK;
    PriceKey by_tariff = *key;
    PriceKey of_bucket = {.term = key->tariff, .tariff = key->tariff};

    if (key->tariff != PRICE_NONE) {
        of_bucket.lot = (uint32_t)lots->lots[key->lot].bucket;
        TRY(price_sums_add(&lots->rated, &of_bucket, cell, error));
    }
    if (key->tariff != PRICE_NONE && key->split != PRICE_NONE) {
        by_tariff.term = key->tariff;
        TRY(price_sums_add(&lots->earning, &by_tariff, cell, error));
    } else if (!is_nothing(cell)) {
        TRY(price_sums_add(&lots->waiting, key, cell, error));
    }

cleanup:
    return status;
}

static void put_aside(LotReader *reader, const PriceKey *key, const PriceCell *cell)
{
    PriceSum sum = {.key = *key, .streams = cell->streams, .monetised = cell->monetised};

    if (cell->amount != NULL)
        sum.amount = *cell->amount;
    MEMORY_GROW(reader->named, reader->named_count, reader->named_capacity);
    reader->named[reader->named_count++] = sum;
}

/** What all cells of a pair have. */
static PriceKey begin_pair(const LotReader *reader, size_t pair)
{
    PriceKey key = {.lot = (uint32_t)reader->lots->lot_count - 1,
                    .release = reader->chunk.usage.releases[pair],
                    .recording = reader->chunk.usage.recordings[pair]};

    key.split = price_splits_find(reader->splits, key.release, key.recording,
                                  reader->lots->lots[key.lot].period_to);
    return key;
}

static bool is_wanted(const LotReader *reader, const PriceKey *key)
{
    return reader->touched == NULL ||
           price_touched_has(reader->touched, reader->touched_lot, key->release, key->recording);
}

static Status check_market(const LotReader *reader, int64_t market, Error *error)
{
    if (market >= 1 && market <= (int64_t)reader->terms->market_count)
        return STATUS_OK;
    return error_set(error, STATUS_BUSY,
                     "market %" PRId64 " was not visible before; run `tidemark request` again",
                     market);
}

static Status add_cells(LotReader *reader, Error *error)
{
    Status status = STATUS_OK;
    const UsageChunk *usage = &reader->chunk.usage;
    const uint32_t *tariffs = reader->lots->lots[reader->lots->lot_count - 1].source->tariffs;
    PriceKey key = {0};
    bool is_named = false;
    bool is_skipped = false;

    for (size_t i = 0; i < usage->count; i++) {
        PriceCell cell = {.streams = usage->streams[i],
                          .monetised = usage->monetised[i],
                          .amount = usage->has_amounts ? &reader->chunk.amounts[i] : NULL};

        if (i == 0 || usage->pairs[i] != usage->pairs[i - 1]) {
            key = begin_pair(reader, (size_t)usage->pairs[i]);
            is_skipped = !is_wanted(reader, &key);
            is_named = price_terms_named_release(reader->terms, key.release) != 0 ||
                       price_terms_named_recording(reader->terms, key.recording) != 0;
        }
        if (is_skipped)
            continue;
        TRY(check_market(reader, usage->markets[i], error));
        key.term = (uint32_t)usage->markets[i];
        key.tariff = tariffs[key.term - 1];
        if (is_named)
            put_aside(reader, &key, &cell);
        else
            TRY(add_cell(reader->lots, &key, &cell, error));
    }

cleanup:
    return status;
}

/** Adds a chunk's totals to what was read of its bucket. */
static Status add_read(LotReader *reader, int64_t bucket, Error *error)
{
    PriceLots *lots = reader->lots;
    const PriceChunk *chunk = &reader->chunk;
    size_t place = 0;

    if (reader->touched != NULL)
        return STATUS_OK;
    while (place < lots->read_count && lots->read[place].bucket != bucket)
        place++;
    if (place == lots->read_count)
        return error_set(error, STATUS_BUG, "its bucket was not asked for");

    PriceRead *read = &lots->read[place];

    if (__builtin_add_overflow(read->streams, chunk->total_streams, &read->streams) ||
        __builtin_add_overflow(read->monetised, chunk->total_monetised, &read->monetised))
        return error_set(error, STATUS_BUG, "its bucket has more than 2^63 streams");
    decimal_add(&read->amount, &chunk->total_amount);
    return STATUS_OK;
}

static Status add_chunk(void *context, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    LotReader *reader = context;

    TRY(price_chunk_read(&reader->chunk, rows, row, error));
    TRY(find_lot(reader, rows, row, error));
    TRY(add_read(reader, rows_int64(rows, row, "bucket"), error));
    TRY(add_cells(reader, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "accrual %" PRId64 ", bucket %s, usage of %s to %s", reader->accrual,
                      rows_text(rows, row, "bucket"), rows_text(rows, row, "period_from"),
                      rows_text(rows, row, "period_to"));
    return status;
}

/** Asks for the rates of all cells that were put aside, in their order. */
static Status ask_for_rates(const LotReader *reader, Store *store, Rows **out_rates, Error *error)
{
    enum { PROVIDER, MARKET, RELEASE, RECORDING, DAY, HAS_AMOUNT, COLUMNS };
    size_t count = reader->named_count;
    int64_t *numbers[COLUMNS];
    Param columns[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++) {
        numbers[i] = MEMORY_NEW(int64_t, count);
        columns[i] = param_int64_array(numbers[i], count);
    }
    for (size_t i = 0; i < count; i++) {
        const PriceKey *key = &reader->named[i].key;
        const PriceSource *source = reader->lots->lots[key->lot].source;

        numbers[PROVIDER][i] = source->provider;
        numbers[MARKET][i] = key->term;
        numbers[RELEASE][i] = price_terms_named_release(reader->terms, key->release);
        numbers[RECORDING][i] = price_terms_named_recording(reader->terms, key->recording);
        numbers[DAY][i] = source->period_to;
        numbers[HAS_AMOUNT][i] = source->has_amount;
    }

    Status status =
        store_query(store, &sql_price_named,
                    PARAMS(param_int64(reader->version), columns[PROVIDER], columns[MARKET],
                           columns[RELEASE], columns[RECORDING], columns[DAY], columns[HAS_AMOUNT]),
                    out_rates, error);

    for (size_t i = 0; i < COLUMNS; i++)
        free(numbers[i]);
    return status;
}

static Status add_named(LotReader *reader, Store *store, Error *error)
{
    Status status = STATUS_OK;
    Rows *rates = NULL;

    if (reader->named_count == 0)
        return STATUS_OK;
    TRY(ask_for_rates(reader, store, &rates, error));
    if (rows_count(rates) != reader->named_count)
        TRY(error_set(error, STATUS_BUG, "accrual %" PRId64 ": %zu cells have %zu rates",
                      reader->accrual, reader->named_count, rows_count(rates)));
    for (size_t i = 0; i < reader->named_count; i++) {
        PriceSum *named = &reader->named[i];
        PriceCell cell = {named->streams, named->monetised, &named->amount};

        TRY(price_terms_find_tariff(reader->terms, rows_int64(rates, i, "rate"),
                                    reader->lots->lots[named->key.lot].source->currency,
                                    &named->key.tariff, error));
        TRY(add_cell(reader->lots, &named->key, &cell, error));
    }

cleanup:
    rows_free(rates);
    return status;
}

static void begin(PriceLots *lots)
{
    lots->lot_count = 0;
    lots->read_count = 0;
    price_sums_clear(&lots->rated);
    price_sums_clear(&lots->earning);
    price_sums_clear(&lots->waiting);
}

/** Once all chunks are read, with the status of that. */
static Status finish(LotReader *reader, Store *store, Status status, Error *error)
{
    TRY(status);
    TRY(add_named(reader, store, error));
    TRY(price_sums_settle(&reader->lots->rated, error));
    TRY(price_sums_settle(&reader->lots->earning, error));
    TRY(price_sums_settle(&reader->lots->waiting, error));

cleanup:
    price_chunk_free(&reader->chunk);
    free(reader->named);
    return status;
}

Status price_lots_read(PriceLots *lots, Store *store, PriceTerms *terms, const PriceSplits *splits,
                       const PriceRange *range, Error *error)
{
    LotReader reader = {.lots = lots,
                        .terms = terms,
                        .splits = splits,
                        .accrual = range->accrual,
                        .version = range->version};

    begin(lots);
    for (size_t i = 0; i < range->bucket_count; i++) {
        MEMORY_GROW(lots->read, lots->read_count, lots->read_capacity);
        lots->read[lots->read_count++] = (PriceRead){.bucket = range->buckets[i]};
    }

    Status status = store_query_each(
        store, &sql_price_chunks,
        PARAMS(param_int64(range->accrual), param_int64_array(range->buckets, range->bucket_count)),
        add_chunk, &reader, error);

    return finish(&reader, store, status, error);
}

Status price_lots_read_touched(PriceLots *lots, Store *store, PriceTerms *terms,
                               const PriceSplits *splits, const TouchedRange *range, Error *error)
{
    LotReader reader = {.lots = lots,
                        .terms = terms,
                        .splits = splits,
                        .accrual = range->accrual,
                        .version = range->version,
                        .touched = range->touched};

    begin(lots);

    Status status = touched_range_each(range, store, &sql_again_usage, add_chunk, &reader, error);

    return finish(&reader, store, status, error);
}

/** Their currencies aside. */
static int compare_lots(const PriceLot *left, const PriceLot *right)
{
    if (left->bucket != right->bucket)
        return price_compare(left->bucket, right->bucket);
    if (left->feed != right->feed)
        return price_compare(left->feed, right->feed);
    if (left->period_from != right->period_from)
        return price_compare(left->period_from, right->period_from);
    return price_compare(left->period_to, right->period_to);
}

uint32_t price_lots_find(const PriceLots *lots, const PriceLot *key)
{
    size_t first = 0;
    size_t end = lots->lot_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (compare_lots(&lots->lots[middle], key) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return first < lots->lot_count && compare_lots(&lots->lots[first], key) == 0 ? (uint32_t)first
                                                                                 : PRICE_NONE;
}

uint32_t price_lots_find_reported(const PriceLots *lots, const PriceLot *key, const char *currency)
{
    uint32_t place = price_lots_find(lots, key);

    for (; place < lots->lot_count && compare_lots(&lots->lots[place], key) == 0; place++)
        if (text_equal(lots->lots[place].source->currency, currency))
            return place;
    return PRICE_NONE;
}

void price_lots_free(PriceLots *lots)
{
    free(lots->lots);
    free(lots->read);
    price_sums_free(&lots->rated);
    price_sums_free(&lots->earning);
    price_sums_free(&lots->waiting);
    *lots = (PriceLots){0};
}
