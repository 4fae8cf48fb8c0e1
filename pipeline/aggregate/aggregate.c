#include "aggregate/aggregate.h"

#include "aggregate/buckets.h"
#include "base/jobs.h"
#include "base/memory.h"
#include "report/code.h"
#include "sql.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    // Of one transaction: bounds what it holds (some 100 bytes each, and only of chunks that are
    // opened), and what a crash costs. Fewer cost a look at the whole catalogue each.
    UNIT_CELLS_MAX = 2000000,
    JOB_CELLS_MIN = 100000, // fewer are done before a further connection has begun
};

/** Buckets to do, which the workers share. */
typedef struct Work {
    const Accrual *accrual;
    const int64_t *buckets;
    size_t bucket_count;
    size_t unit_buckets;    // taken at a time
    bool is_trial;          // in the caller's transaction
    atomic_size_t next;     // index of the first that nobody has taken
    atomic_bool is_stopped; // one of them failed
} Work;

typedef struct Worker {
    pthread_t thread;
    Work *work;
    const Store *origin; // whose settings a connection of its own has
    Store *store;        // the first worker's is the caller's
    Status status;
    Error error;
} Worker;

static Status accrue_unit(Worker *worker, const int64_t buckets[], size_t bucket_count)
{
    Status status = STATUS_OK;
    Error *error = &worker->error;

    if (worker->work->is_trial)
        return accrue_buckets(worker->store, worker->work->accrual, buckets, bucket_count, error);
    TRY(store_begin(worker->store, error));
    TRY(accrue_buckets(worker->store, worker->work->accrual, buckets, bucket_count, error));
    TRY(store_commit(worker->store, error));

cleanup:
    store_rollback(worker->store);
    return status;
}

static void *work_through(void *of_worker)
{
    Worker *worker = of_worker;
    Work *work = worker->work;

    if (worker->store == NULL)
        worker->status = store_open_another(worker->origin, &worker->store, &worker->error);
    if (worker->status != STATUS_OK)
        atomic_store(&work->is_stopped, true);
    while (worker->status == STATUS_OK && !atomic_load(&work->is_stopped)) {
        size_t first = atomic_fetch_add(&work->next, work->unit_buckets);

        if (first >= work->bucket_count)
            break;

        size_t left = work->bucket_count - first;

        worker->status = accrue_unit(worker, work->buckets + first,
                                     left < work->unit_buckets ? left : work->unit_buckets);
        if (worker->status != STATUS_OK)
            atomic_store(&work->is_stopped, true);
    }
    return NULL;
}

/** Starts the workers but the first, which is ours. */
static Status start_workers(Worker workers[], size_t wanted, size_t *out_started, Error *error)
{
    Status status = STATUS_OK;

    *out_started = 1;
    for (size_t i = 1; i < wanted; i++) {
        workers[i].origin = workers[0].store;
        if (pthread_create(&workers[i].thread, NULL, work_through, &workers[i]) != 0)
            TRY(error_set(error, STATUS_MEMORY, "could not start job %zu of %zu", i + 1, wanted));
        *out_started = i + 1;
    }

cleanup:
    return status;
}

static Status do_buckets(Store *store, Work *work, size_t jobs, Error *error)
{
    Status status = STATUS_OK;
    Worker *workers = MEMORY_NEW(Worker, jobs);
    size_t started = 0;

    for (size_t i = 0; i < jobs; i++)
        workers[i].work = work;
    workers[0].store = store;
    status = start_workers(workers, jobs, &started, error);
    if (status != STATUS_OK)
        atomic_store(&work->is_stopped, true);
    (void)work_through(&workers[0]);
    for (size_t i = 1; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        store_close(workers[i].store);
    }
    for (size_t i = 0; i < started; i++) {
        if (status_worse(status, workers[i].status) != status) {
            status = workers[i].status;
            *error = workers[i].error;
        }
    }
    free(workers);
    return status;
}

/** The accrual to work on, opened if need be; its number is 0 where there is nothing to do. */
static Status choose_accrual(Store *store, Accrual *out_accrual, bool *out_is_new, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    bool is_new = false;

    TRY(store_execute(store, &sql_lock_accrual_log, NO_PARAMS, NULL, error));
    TRY(store_query(store, &sql_find_open_accrual, NO_PARAMS, &rows, error));
    if (rows_count(rows) == 0) {
        TRY(store_execute(store, &sql_open_accrual, NO_PARAMS, NULL, error));
        rows_free(rows);
        rows = NULL;
        TRY(store_query(store, &sql_find_open_accrual, NO_PARAMS, &rows, error));
        is_new = true;
    }
    *out_accrual = (Accrual){0};
    if (rows_count(rows) > 0)
        *out_accrual = (Accrual){.number = rows_int64(rows, 0, "number"),
                                 .catalogue_version = rows_int64(rows, 0, "catalogue_version"),
                                 .previous_version = rows_int64(rows, 0, "previous_version")};
    *out_is_new = is_new;

cleanup:
    rows_free(rows);
    return status;
}

static Status find_buckets(Store *store, const Accrual *accrual, const AggregateOptions *options,
                           int64_t buckets[BUCKETS], size_t *out_count, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    int first = (options->share - 1) * BUCKETS / options->share_count;
    int end = options->share * BUCKETS / options->share_count;

    TRY(store_query(store, &sql_missing_buckets,
                    PARAMS(param_int64(accrual->number), param_int64(first), param_int64(end - 1)),
                    &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++)
        buckets[i] = rows_int64(rows, i, "bucket");
    *out_count = rows_count(rows);

cleanup:
    rows_free(rows);
    return status;
}

static Status count_new_cells(Store *store, const Accrual *accrual, int64_t *out_cells,
                              Error *error)
{
    Rows *rows = NULL;
    Status status = store_query_row(store, &sql_count_new_cells,
                                    PARAMS(param_int64(accrual->number)), &rows, error);

    if (status == STATUS_OK)
        *out_cells = rows_int64(rows, 0, "cells");
    rows_free(rows);
    return status;
}

/**
 * How many buckets a transaction does: an even part for each job, or of that an even part with few
 * enough cells. A trial takes all at once, since the tables of a unit live as long as its
 * transaction.
 */
static size_t unit_size(size_t bucket_count, int64_t cells, size_t jobs, bool is_trial)
{
    int64_t cells_of_unit_max = is_trial ? INT64_MAX : UNIT_CELLS_MAX;
    int64_t cells_of_job = cells / BUCKETS * (int64_t)bucket_count / (int64_t)jobs;
    int64_t units = (int64_t)jobs * (1 + cells_of_job / cells_of_unit_max);

    return bucket_count / (size_t)units + (bucket_count % (size_t)units == 0 ? 0 : 1);
}

/** Does this run's buckets of an accrual; it is complete if they were the last. */
static Status do_accrual(Store *store, const Accrual *accrual, const AggregateOptions *options,
                         bool *out_is_complete, Error *error)
{
    Status status = STATUS_OK;
    int64_t buckets[BUCKETS];
    int64_t completed = 0;
    int64_t cells = 0;
    Work work = {.accrual = accrual, .buckets = buckets, .is_trial = options->is_trial};

    TRY(find_buckets(store, accrual, options, buckets, &work.bucket_count, error));
    if (work.bucket_count > 0) {
        TRY(count_new_cells(store, accrual, &cells, error));

        size_t jobs = options->is_trial
                          ? 1
                          : jobs_count(options->jobs, cells, JOB_CELLS_MIN, AGGREGATE_JOBS_MAX);

        work.unit_buckets = unit_size(work.bucket_count, cells, jobs, options->is_trial);
        TRY(do_buckets(store, &work, jobs, error));
    }
    TRY(store_execute(store, &sql_complete_accrual, PARAMS(param_int64(accrual->number)),
                      &completed, error));
    *out_is_complete = completed > 0;

cleanup:
    return status;
}

static Status open_accrual(Store *store, bool is_trial, Accrual *out_accrual, bool *out_is_new,
                           Error *error)
{
    Status status = STATUS_OK;

    if (is_trial) // opened by the caller's transaction
        return choose_accrual(store, out_accrual, out_is_new, error);
    TRY(store_begin(store, error));
    TRY(choose_accrual(store, out_accrual, out_is_new, error));
    TRY(store_commit(store, error));

cleanup:
    store_rollback(store);
    return status;
}

Status aggregate(Store *store, const AggregateOptions *options, AggregateSummary *out_summary,
                 Error *error)
{
    Status status = STATUS_OK;
    AggregateSummary summary = {0};
    bool is_partial = options->share_count > 1 || options->is_trial;
    bool may_go_on = true;

    while (may_go_on) {
        Accrual accrual = {0};
        bool is_new = false;
        bool is_complete = false;

        TRY(open_accrual(store, options->is_trial, &accrual, &is_new, error));
        if (accrual.number == 0)
            break;
        TRY(do_accrual(store, &accrual, options, &is_complete, error));
        if (summary.first_accrual == 0)
            summary.first_accrual = accrual.number;
        summary.last_accrual = accrual.number;
        // What an earlier run left is finished; now for what has come since.
        may_go_on = is_complete && !is_new && !is_partial;
    }
    *out_summary = summary;

cleanup:
    return status;
}

Status accruals_describe(Store *store, const AggregateSummary *summary, Rows **out_rows,
                         Error *error)
{
    return store_query(
        store, &sql_describe_accruals,
        PARAMS(param_int64(summary->first_accrual), param_int64(summary->last_accrual)), out_rows,
        error);
}
