#include "pricing/touched.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

static uint32_t hash_of(int64_t release, int64_t recording)
{
    return index_hash((uint64_t)release, (uint64_t)recording);
}

static TouchedTerm term_of(const Rows *rows, size_t row)
{
    return (TouchedTerm){.provider = rows_int64(rows, row, "provider"),
                         .release = rows_int64(rows, row, "release"),
                         .recording = rows_int64(rows, row, "recording"),
                         .first_day = rows_day(rows, row, "first_day"),
                         .last_day = rows_day(rows, row, "last_day")};
}

/** Those that name nothing touch whole lots, which SQL says. */
static void add_terms(PriceTouched *touched, const Rows *rows)
{
    touched->terms = MEMORY_NEW(TouchedTerm, rows_count(rows));
    for (size_t i = 0; i < rows_count(rows); i++) {
        TouchedTerm term = term_of(rows, i);

        if (term.release == 0 && term.recording == 0)
            continue;
        index_add(&touched->index, hash_of(term.release, term.recording), touched->term_count);
        touched->terms[touched->term_count++] = term;
    }
}

static int compare_lots(const void *left, const void *right)
{
    const TouchedLot *a = left;
    const TouchedLot *b = right;

    if (a->bucket != b->bucket)
        return price_compare(a->bucket, b->bucket);
    if (a->feed != b->feed)
        return price_compare(a->feed, b->feed);
    if (a->period_from != b->period_from)
        return price_compare(a->period_from, b->period_from);
    return price_compare(a->period_to, b->period_to);
}

/** What has usage of a lot, unless it is known from one before. */
static void add_used(PriceTouched *touched, const TouchedLot *lot, const char *currency)
{
    Slice name = {currency, strlen(currency) + 1}; // with its end, to be used as a text
    uint32_t number = names_number(&touched->currencies, name, slice_of(""));
    PriceUsed used = {.feed = lot->feed,
                      .period_to = lot->period_to,
                      .currency = touched->currencies.names[number].first.bytes};
    uint32_t hash = index_hash((uint64_t)used.feed << 32 | number, (uint64_t)used.period_to);
    uint32_t place = 0;

    for (IndexProbe probe = index_probe(&touched->used_index, hash);
         index_next(&touched->used_index, &probe, &place);) {
        const PriceUsed *other = &touched->used[place];

        if (other->feed == used.feed && other->period_to == used.period_to &&
            other->currency == used.currency)
            return;
    }
    MEMORY_GROW(touched->used, touched->used_count, touched->used_capacity);
    index_add(&touched->used_index, hash, touched->used_count);
    touched->used[touched->used_count++] = used;
}

/** There is a row for each currency of a lot. */
static Status add_lot(void *context, const Rows *rows, size_t row, Error *error)
{
    (void)error;
    PriceTouched *touched = context;
    TouchedLot lot = {.bucket = (int16_t)rows_int64(rows, row, "bucket"),
                      .feed = (int32_t)rows_int64(rows, row, "feed"),
                      .provider = (int32_t)rows_int64(rows, row, "provider"),
                      .period_from = rows_day(rows, row, "period_from"),
                      .period_to = rows_day(rows, row, "period_to"),
                      .cells = rows_int64(rows, row, "cells"),
                      .is_whole = rows_bool(rows, row, "is_whole")};

    add_used(touched, &lot, rows_text(rows, row, "currency"));
    if (touched->lot_count > 0 && compare_lots(&touched->lots[touched->lot_count - 1], &lot) == 0) {
        touched->lots[touched->lot_count - 1].cells += lot.cells;
    } else {
        MEMORY_GROW(touched->lots, touched->lot_count, touched->lot_capacity);
        touched->lots[touched->lot_count++] = lot;
    }
    return STATUS_OK;
}

static Status read_lots(PriceTouched *touched, Store *store, int64_t accrual,
                        int64_t version_before, int64_t version, const Rows *terms, Error *error)
{
    enum { PROVIDER, RELEASE, RECORDING, FIRST_DAY, LAST_DAY, COLUMNS };
    size_t count = rows_count(terms);
    int64_t *numbers[COLUMNS];
    Param columns[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++) {
        numbers[i] = MEMORY_NEW(int64_t, count);
        columns[i] = param_int64_array(numbers[i], count);
    }
    for (size_t i = 0; i < count; i++) {
        TouchedTerm term = term_of(terms, i);

        numbers[PROVIDER][i] = term.provider;
        numbers[RELEASE][i] = term.release;
        numbers[RECORDING][i] = term.recording;
        numbers[FIRST_DAY][i] = term.first_day;
        numbers[LAST_DAY][i] = term.last_day;
    }

    Status status =
        store_query_each(store, &sql_touched_lots,
                         PARAMS(param_int64(version_before), param_int64(version),
                                param_int64(accrual), columns[PROVIDER], columns[RELEASE],
                                columns[RECORDING], columns[FIRST_DAY], columns[LAST_DAY]),
                         add_lot, touched, error);

    for (size_t i = 0; i < COLUMNS; i++)
        free(numbers[i]);
    return status;
}

Status price_touched_read(PriceTouched *touched, Store *store, int64_t accrual,
                          int64_t version_before, int64_t version, Error *error)
{
    Status status = STATUS_OK;
    Rows *terms = NULL;

    TRY(store_query(store, &sql_touched_terms,
                    PARAMS(param_int64(version_before), param_int64(version)), &terms, error));
    add_terms(touched, terms);
    TRY(read_lots(touched, store, accrual, version_before, version, terms, error));

cleanup:
    rows_free(terms);
    return status;
}

void price_touched_free(PriceTouched *touched)
{
    free(touched->terms);
    index_clear(&touched->index);
    free(touched->lots);
    free(touched->used);
    index_clear(&touched->used_index);
    names_clear(&touched->currencies);
    *touched = (PriceTouched){0};
}

Status touched_range_each(const TouchedRange *range, Store *store, const Statement *statement,
                          StoreRowFunction *function, void *context, Error *error)
{
    enum { BUCKET, FEED, PERIOD_FROM, PERIOD_TO, COLUMNS };
    int64_t *numbers[COLUMNS];
    Param columns[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++) {
        numbers[i] = MEMORY_NEW(int64_t, range->count);
        columns[i] = param_int64_array(numbers[i], range->count);
    }
    for (size_t i = 0; i < range->count; i++) {
        const TouchedLot *lot = &range->touched->lots[range->first + i];

        numbers[BUCKET][i] = lot->bucket;
        numbers[FEED][i] = lot->feed;
        numbers[PERIOD_FROM][i] = lot->period_from;
        numbers[PERIOD_TO][i] = lot->period_to;
    }

    Status status =
        store_query_each(store, statement,
                         PARAMS(param_int64(range->accrual), columns[BUCKET], columns[FEED],
                                columns[PERIOD_FROM], columns[PERIOD_TO]),
                         function, context, error);

    for (size_t i = 0; i < COLUMNS; i++)
        free(numbers[i]);
    return status;
}

const TouchedLot *price_touched_lot(const PriceTouched *touched, int64_t bucket, int64_t feed,
                                    Day period_from, Day period_to)
{
    TouchedLot key = {.bucket = (int16_t)bucket,
                      .feed = (int32_t)feed,
                      .period_from = period_from,
                      .period_to = period_to};

    return bsearch(&key, touched->lots, touched->lot_count, sizeof touched->lots[0], compare_lots);
}

/** Whether a term names just these, and is of the lot's provider and days. */
static bool has_term(const PriceTouched *touched, const TouchedLot *lot, int64_t release,
                     int64_t recording)
{
    uint32_t place = 0;

    for (IndexProbe probe = index_probe(&touched->index, hash_of(release, recording));
         index_next(&touched->index, &probe, &place);) {
        const TouchedTerm *term = &touched->terms[place];

        if (term->release == release && term->recording == recording &&
            (term->provider == 0 || term->provider == lot->provider) &&
            term->first_day <= lot->period_to && lot->period_to <= term->last_day)
            return true;
    }
    return false;
}

bool price_touched_has(const PriceTouched *touched, const TouchedLot *lot, int64_t release,
                       int64_t recording)
{
    return lot->is_whole || has_term(touched, lot, release, 0) ||
           has_term(touched, lot, release, recording) || has_term(touched, lot, 0, recording);
}
