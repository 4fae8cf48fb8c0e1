#ifndef TIDEMARK_AGGREGATE_BUCKETS_H
#define TIDEMARK_AGGREGATE_BUCKETS_H

#include "store/store.h"

#include <stddef.h>
#include <stdint.h>

/** An accrual that is open. */
typedef struct Accrual {
    int64_t number;
    int64_t catalogue_version;
    int64_t previous_version; // of the accrual before it
} Accrual;

/**
 * Does some buckets of an accrual, in the transaction that is open: new cells, and what is held
 * under names that the catalogue has learned about, go where they belong, and the buckets are
 * recorded.
 * STATUS_BUSY: what was read is not all that ingest committed, or another run recorded one of them.
 */
Status accrue_buckets(Store *store, const Accrual *accrual, const int64_t buckets[],
                      size_t bucket_count, Error *error);

#endif
