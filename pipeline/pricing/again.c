#include "pricing/again.h"

#include "base/memory.h"
#include "pricing/before.h"
#include "pricing/record.h"
#include "pricing/waiting.h"

#include <stdlib.h>
#include <string.h>

// A cell may become a sum of each kind, of now and of before. So many keep the program at 70 MB where a
// rate of 10 million rows is corrected, whatever the history.
// All splits of a range's buckets are in memory too: of so many buckets it is a sixteenth of them.
enum { CELLS_AT_ONCE = 1 << 17, BUCKETS_AT_ONCE = 16 };

/** What it works with, from some lots to the next. */
typedef struct AgainPricer {
    Store *store;
    PriceTouched touched;
    PriceTerms terms;
    PriceSplits splits;
    int64_t *buckets; // whose splits were read
    size_t bucket_count;
    PriceLots lots;
    PriceDifferences differences;
    PriceWorth worth;
    PriceDeals earned;
    PriceDeals reversed;
} AgainPricer;

static void pricer_free(AgainPricer *pricer)
{
    price_touched_free(&pricer->touched);
    price_terms_free(&pricer->terms);
    price_splits_free(&pricer->splits);
    free(pricer->buckets);
    price_lots_free(&pricer->lots);
    price_differences_free(&pricer->differences);
    price_worth_free(&pricer->worth);
    price_deals_free(&pricer->earned);
    price_deals_free(&pricer->reversed);
}

/** The next lots from `first` on, of so few cells together, and of so few buckets, that their sums and
 * splits fit into memory. */
static TouchedRange next_range(const AgainPricer *pricer, const PriceAgain *again, size_t first)
{
    const PriceTouched *touched = &pricer->touched;
    int64_t cells = 0;
    int buckets = 0;
    TouchedRange range = {
        .touched = touched, .accrual = again->accrual, .version = again->version, .first = first};

    for (; first + range.count < touched->lot_count; range.count++) {
        const TouchedLot *lot = &touched->lots[first + range.count];

        cells += lot->cells;
        buckets += range.count == 0 || lot->bucket != lot[-1].bucket;
        if (range.count > 0 && (cells > CELLS_AT_ONCE || buckets > BUCKETS_AT_ONCE))
            break;
    }
    return range;
}

/** The splits of the range's buckets, if they are not those of the range before. */
static Status read_splits(AgainPricer *pricer, const TouchedRange *range, Error *error)
{
    int64_t *buckets = MEMORY_NEW(int64_t, range->count);
    size_t count = 0;
    bool are_read = false;

    for (size_t i = 0; i < range->count; i++) {
        int64_t bucket = pricer->touched.lots[range->first + i].bucket;

        if (count == 0 || buckets[count - 1] != bucket)
            buckets[count++] = bucket;
    }
    are_read = count == pricer->bucket_count &&
               memcmp(buckets, pricer->buckets, count * sizeof buckets[0]) == 0;
    free(pricer->buckets);
    pricer->buckets = buckets;
    pricer->bucket_count = count;
    return are_read ? STATUS_OK
                    : price_splits_read_all(&pricer->splits, pricer->store, range->version, buckets,
                                            count, error);
}

/** What usage earns now; of what pays by the stream, no matter what was reported. */
static Status add_earning(AgainPricer *pricer, Error *error)
{
    Status status = STATUS_OK;
    const PriceLots *lots = &pricer->lots;

    for (size_t i = 0; i < lots->earning.count; i++) {
        const PriceSum *sum = &lots->earning.sums[i];
        bool is_by_amount = pricer->terms.tariffs[sum->key.tariff].is_by_amount;
        PriceCell cell = {.monetised = sum->monetised,
                          .amount = is_by_amount ? &sum->amount : NULL};
        PriceKey key = sum->key;

        key.lot = price_lots_find(lots, &lots->lots[key.lot]);
        TRY(price_differences_earn(&pricer->differences, &key, &cell, error));
    }

cleanup:
    return status;
}

static Status add_waiting(AgainPricer *pricer, Error *error)
{
    Status status = STATUS_OK;
    const PriceSums *sums = &pricer->lots.waiting;

    for (size_t i = 0; i < sums->count; i++) {
        const PriceSum *sum = &sums->sums[i];
        Exact value = {0};
        const char *currency = price_sum_currency(sum, &pricer->terms);
        WaitDifference wait = {.lot = sum->key.lot,
                               .release = sum->key.release,
                               .recording = sum->key.recording,
                               .market = sum->key.term,
                               .streams = sum->streams,
                               .monetised = sum->monetised,
                               .amount = sum->amount};

        if (currency != NULL)
            TRY(price_sum_value(sum, &pricer->terms, &value, error));
        price_differences_wait(&pricer->differences, &wait, currency, &value);
    }

cleanup:
    return status;
}

static Status add_rated(AgainPricer *pricer, Error *error)
{
    Status status = STATUS_OK;
    const PriceSums *rated = &pricer->lots.rated;

    for (size_t i = 0; i < rated->count; i++) {
        const PriceSum *sum = &rated->sums[i];
        PriceCell cell = {sum->streams, sum->monetised, &sum->amount};

        TRY(price_sums_add(&pricer->worth.rated, &sum->key, &cell, error));
    }
    TRY(price_sums_settle(&pricer->worth.rated, error));

cleanup:
    return status;
}

static Status write_earnings(AgainPricer *pricer, int64_t accrual, const char *kind,
                             const PriceSums *sums, PriceDeals *deals, Error *error)
{
    Status status = STATUS_OK;
    PriceEarnings earnings = {.accrual = accrual,
                              .kind = kind,
                              .lots = pricer->lots.lots,
                              .sums = sums,
                              .terms = &pricer->terms,
                              .splits = &pricer->splits};

    TRY(price_earnings_write(pricer->store, &earnings, error));
    TRY(price_deals_add(deals, &earnings, error));

cleanup:
    return status;
}

static Status write_waiting(AgainPricer *pricer, int64_t accrual, Error *error)
{
    Status status = STATUS_OK;
    const PriceDifferences *differences = &pricer->differences;
    Waiting *waiting = NULL;

    if (differences->wait_count == 0)
        return STATUS_OK;
    TRY(waiting_open(pricer->store, accrual, &waiting, error));
    for (size_t i = 0; i < differences->wait_count; i++) {
        const WaitDifference *left = &differences->waits[i];
        PriceWait wait = {.lot = &pricer->lots.lots[left->lot],
                          .currency = wait_currency(differences, left),
                          .release = left->release,
                          .recording = left->recording,
                          .market = left->market,
                          .streams = left->streams,
                          .monetised = left->monetised,
                          .amount = left->amount,
                          .value = wait_value(differences, left)};

        if (!wait_is_nothing(differences, left))
            TRY(waiting_add(waiting, &wait, error));
    }
    TRY(waiting_end(waiting, error));

cleanup:
    waiting_free(waiting);
    return status;
}

static Status price_range(AgainPricer *pricer, const TouchedRange *range, Error *error)
{
    Status status = STATUS_OK;
    PriceDifferences *differences = &pricer->differences;
    PricedAgain again = {
        .range = range, .lots = &pricer->lots, .terms = &pricer->terms, .splits = &pricer->splits};

    TRY(read_splits(pricer, range, error));
    TRY(price_lots_read_touched(&pricer->lots, pricer->store, &pricer->terms, &pricer->splits,
                                range, error));
    price_differences_clear(differences);
    TRY(add_earning(pricer, error));
    TRY(add_waiting(pricer, error));
    TRY(add_rated(pricer, error));
    TRY(price_before_read(pricer->store, &again, differences, &pricer->worth, error));
    TRY(price_differences_settle(differences, &pricer->terms, error));
    TRY(write_earnings(pricer, range->accrual, "earned", &differences->earned, &pricer->earned,
                       error));
    TRY(write_earnings(pricer, range->accrual, "reversed", &differences->reversed,
                       &pricer->reversed, error));
    TRY(write_waiting(pricer, range->accrual, error));

cleanup:
    return status;
}

static Status record(AgainPricer *pricer, int64_t accrual, PayeeSums *sums, Error *error)
{
    Rows *earned = NULL;
    PricedDifferences priced = {.accrual = accrual,
                                .worth = &pricer->worth,
                                .currencies = &pricer->differences.currencies,
                                .terms = &pricer->terms,
                                .splits = &pricer->splits,
                                .earned = &pricer->earned,
                                .reversed = &pricer->reversed};
    Status status = price_sums_settle(&pricer->worth.rated, error);

    if (status == STATUS_OK)
        status = price_record_differences(pricer->store, &priced, &earned, error);
    if (status == STATUS_OK)
        payee_sums_add(sums, earned);
    return status;
}

Status price_again(Store *store, const PriceAgain *again, PayeeSums *sums, Error *error)
{
    Status status = STATUS_OK;
    AgainPricer pricer = {.store = store};
    TouchedRange range = {0};

    TRY(price_touched_read(&pricer.touched, store, again->accrual, again->version_before,
                           again->version, error));
    if (pricer.touched.lot_count == 0)
        goto cleanup;
    TRY(price_terms_read_for(&pricer.terms, store, pricer.touched.used, pricer.touched.used_count,
                             again->version, error));
    for (size_t first = 0; first < pricer.touched.lot_count; first += range.count) {
        range = next_range(&pricer, again, first);
        TRY(price_range(&pricer, &range, error));
    }
    TRY(record(&pricer, again->accrual, sums, error));

cleanup:
    pricer_free(&pricer);
    return status;
}
