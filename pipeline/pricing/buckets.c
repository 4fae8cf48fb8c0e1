#include "pricing/buckets.h"

#include "base/memory.h"
#include "pricing/deals.h"
#include "pricing/earnings.h"
#include "pricing/lots.h"
#include "pricing/record.h"
#include "pricing/waiting.h"
#include "report/code.h"
#include "sql.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define UNIQUE_VIOLATION "23505" // SQLSTATE

enum {
    CELLS_AT_ONCE = 1 << 17
}; // where all of them wait, each takes 400 bytes until it is written

/** The buckets that one connection prices. */
typedef struct Part {
    pthread_t thread;
    const Store *origin; // whose settings a connection of its own has
    Store *store;        // the first part's is the caller's
    int64_t accrual;
    int64_t version;
    int64_t buckets[BUCKETS];
    int64_t cells[BUCKETS]; // of each of them
    size_t bucket_count;
    PayeeSums earned;
    Rows *was_read; // read_of_buckets.sql
    Status status;
    Error error;
} Part;

/** What a part works with, from some buckets to the next. */
typedef struct Pricer {
    PriceTerms terms;
    PriceSplits splits;
    PriceLots lots;
} Pricer;

static void pricer_free(Pricer *pricer)
{
    price_lots_free(&pricer->lots);
    price_splits_free(&pricer->splits);
    price_terms_free(&pricer->terms);
}

/** The next buckets from `first` on, of so many cells together that their sums fit into memory. */
static PriceRange next_range(const Part *part, size_t first)
{
    PriceRange range = {
        .accrual = part->accrual, .version = part->version, .buckets = &part->buckets[first]};

    do
        range.cells += part->cells[first + range.bucket_count++];
    while (first + range.bucket_count < part->bucket_count &&
           range.cells + part->cells[first + range.bucket_count] <= CELLS_AT_ONCE);
    return range;
}

static Status price_range(Part *part, Pricer *pricer, const PriceRange *range, Error *error)
{
    Status status = STATUS_OK;
    PriceDeals deals = {0};
    Rows *earned = NULL;
    Priced priced = {.accrual = part->accrual,
                     .lots = &pricer->lots,
                     .terms = &pricer->terms,
                     .splits = &pricer->splits,
                     .deals = &deals};
    PriceEarnings earnings = {.accrual = part->accrual,
                              .kind = "earned",
                              .sums = &pricer->lots.earning,
                              .terms = &pricer->terms,
                              .splits = &pricer->splits};

    TRY(price_splits_read(&pricer->splits, part->store, range, error));
    TRY(price_lots_read(&pricer->lots, part->store, &pricer->terms, &pricer->splits, range, error));
    earnings.lots = pricer->lots.lots; // which may have moved
    TRY(price_earnings_write(part->store, &earnings, error));
    TRY(price_waiting_write(part->store, part->accrual, &pricer->lots, &pricer->terms, error));
    TRY(price_deals_add(&deals, &earnings, error));
    TRY(price_record(part->store, &priced, &earned, error));
    payee_sums_add(&part->earned, earned);

cleanup:
    price_deals_free(&deals);
    return status;
}

static Status price_ranges(Part *part, Error *error)
{
    Status status = STATUS_OK;
    Pricer pricer = {0};
    PriceRange range = {0};

    TRY(price_terms_read(&pricer.terms, part->store, part->accrual, part->version, error));
    for (size_t first = 0; first < part->bucket_count; first += range.bucket_count) {
        range = next_range(part, first);
        TRY(price_range(part, &pricer, &range, error));
    }

cleanup:
    pricer_free(&pricer);
    return status;
}

static Status price_part(Part *part, Error *error)
{
    Status status = STATUS_OK;
    Rows *ignored = NULL;

    if (part->store == NULL)
        TRY(store_open_another(part->origin, &part->store, error));
    if (!store_in_transaction(part->store))
        TRY(store_begin(part->store, error));
    TRY(store_query_row(part->store, &sql_set_pricing_plans, NO_PARAMS, &ignored, error));
    status = price_ranges(part, error);
    if (status == STATUS_BUG && text_equal(store_sqlstate(part->store), UNIQUE_VIOLATION))
        status = error_set(error, STATUS_BUSY,
                           "accrual %" PRId64 ": a commit of a run that has ended came between; "
                           "run `tidemark request` again",
                           part->accrual);
    TRY(status);
    TRY(store_query_row(
        part->store, &sql_read_of_buckets,
        PARAMS(param_int64(part->accrual), param_int64_array(part->buckets, part->bucket_count)),
        &part->was_read, error));

cleanup:
    rows_free(ignored);
    return status;
}

static void *price_in_thread(void *of_part)
{
    Part *part = of_part;

    part->status = price_part(part, &part->error);
    return NULL;
}

/** What an earlier run priced and did not enter, being killed in between. */
static Status add_earned_before(Store *store, int64_t accrual, PayeeSums *sums, Error *error)
{
    Rows *rows = NULL;
    Status status =
        store_query(store, &sql_earned_before, PARAMS(param_int64(accrual)), &rows, error);

    if (status == STATUS_OK)
        payee_sums_add(sums, rows);
    return status;
}

/** Deals the buckets that are left, in turn: big ones lie anywhere. */
static Status deal_buckets(Store *store, int64_t accrual, int64_t version, Part parts[],
                           size_t part_count, PayeeSums *sums, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    for (size_t i = 0; i < part_count; i++) {
        parts[i].accrual = accrual;
        parts[i].version = version;
    }
    assert(part_count > 0);
    TRY(store_query(store, &sql_unpriced_buckets, PARAMS(param_int64(accrual)), &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++) {
        Part *part = &parts[i % part_count];

        part->cells[part->bucket_count] = rows_int64(rows, i, "cells");
        part->buckets[part->bucket_count++] = rows_int64(rows, i, "bucket");
    }
    if (rows_count(rows) < BUCKETS)
        TRY(add_earned_before(store, accrual, sums, error));

cleanup:
    rows_free(rows);
    return status;
}

/** The first part is priced by this thread, the others by threads of their own. */
static Status price_parts(Store *store, Part parts[], size_t part_count, Error *error)
{
    Status status = STATUS_OK;
    size_t started = 1;

    parts[0].store = store;
    for (; started < part_count; started++) {
        Part *part = &parts[started];

        part->origin = store;
        if (pthread_create(&part->thread, NULL, price_in_thread, part) != 0) {
            status = error_set(error, STATUS_MEMORY, "could not start job %zu of %zu", started + 1,
                               part_count);
            break;
        }
    }
    if (status == STATUS_OK)
        status = price_part(&parts[0], error);
    for (size_t i = 1; i < started; i++) {
        (void)pthread_join(parts[i].thread, NULL);
        if (status_worse(status, parts[i].status) != status) {
            status = parts[i].status;
            *error = parts[i].error;
        }
    }
    return status;
}

/** Holds what all parts read against what aggregate recorded. */
static Status check_parts(Store *store, int64_t accrual, const Part parts[], size_t part_count,
                          Error *error)
{
    int64_t buckets[PRICE_JOBS_MAX];
    const char *streams[PRICE_JOBS_MAX];
    const char *monetised[PRICE_JOBS_MAX];
    const char *amounts[PRICE_JOBS_MAX];
    size_t others = 0;

    for (size_t i = 1; i < part_count; i++, others++) {
        buckets[others] = (int64_t)parts[i].bucket_count;
        streams[others] = rows_text(parts[i].was_read, 0, "streams");
        monetised[others] = rows_text(parts[i].was_read, 0, "monetised");
        amounts[others] = rows_text(parts[i].was_read, 0, "amount");
    }
    return store_execute(store, &sql_check_pricing,
                         PARAMS(param_int64(accrual), param_int64_array(buckets, others),
                                param_text_array(streams, others),
                                param_text_array(monetised, others),
                                param_text_array(amounts, others)),
                         NULL, error);
}

Status price_buckets(Store *store, int64_t accrual, int64_t version, size_t jobs, PayeeSums *sums,
                     Error *error)
{
    Status status = STATUS_OK;
    size_t part_count = jobs;
    Part *parts = MEMORY_NEW(Part, part_count);

    TRY(deal_buckets(store, accrual, version, parts, part_count, sums, error));
    TRY(price_parts(store, parts, part_count, error));
    TRY(check_parts(store, accrual, parts, part_count, error));
    for (size_t i = 1; i < part_count; i++)
        TRY(store_commit(parts[i].store, error));
    for (size_t i = 0; i < part_count; i++)
        payee_sums_move(sums, &parts[i].earned);

cleanup:
    for (size_t i = 0; i < part_count; i++) {
        payee_sums_clear(&parts[i].earned);
        rows_free(parts[i].was_read);
        if (i > 0)
            store_close(parts[i].store);
    }
    free(parts);
    return status;
}
