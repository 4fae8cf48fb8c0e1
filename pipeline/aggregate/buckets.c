#include "aggregate/buckets.h"

#include "sql.h"

#include <inttypes.h>

static Status run(Store *store, const Statement *statement, Params params, Error *error)
{
    return store_execute(store, statement, params, NULL, error);
}

/** Names of which the catalogue learned since the accrual before; nothing is held before the first. */
static bool has_learned(const Accrual *accrual)
{
    return accrual->number > 1 && accrual->catalogue_version > accrual->previous_version;
}

/** Invariant 3: what is read is whole. */
static Status check_new_cells(Store *store, const Accrual *accrual, Param buckets, Error *error)
{
    Status status = STATUS_OK;
    Rows *missing = NULL;

    TRY(store_query(store, &sql_find_missing_cells, PARAMS(param_int64(accrual->number), buckets),
                    &missing, error));
    if (rows_count(missing) > 0)
        status = error_set(error, STATUS_BUSY,
                           "feed \"%s\", batch %" PRId64 ", bucket %" PRId64 ": %" PRId64
                           " cells were read, which are not the %" PRId64
                           " that were committed; they may not all be visible yet: run "
                           "`tidemark aggregate` again",
                           rows_text(missing, 0, "feed"), rows_int64(missing, 0, "batch"),
                           rows_int64(missing, 0, "bucket"), rows_int64(missing, 0, "cells_read"),
                           rows_int64(missing, 0, "cells_expected"));

cleanup:
    rows_free(missing);
    return status;
}

static Status read_cells(Store *store, const Accrual *accrual, Param buckets, Error *error)
{
    Status status = STATUS_OK;
    Params accrual_and_buckets = PARAMS(param_int64(accrual->number), buckets);
    Params versions =
        PARAMS(param_int64(accrual->previous_version), param_int64(accrual->catalogue_version));

    TRY(run(store, &sql_number_spans,
            PARAMS(param_int64(accrual->number), buckets, param_bool(has_learned(accrual))),
            error));
    TRY(run(store, &sql_read_new_cells, accrual_and_buckets, error));
    TRY(check_new_cells(store, accrual, buckets, error));
    TRY(run(store, &sql_compare_whole_tables, NO_PARAMS, error));
    if (has_learned(accrual)) {
        TRY(run(store, &sql_find_touched_recordings, versions, error));
        TRY(run(store, &sql_find_touched_releases, versions, error));
        TRY(run(store, &sql_find_touched_markets, versions, error));
        TRY(run(store, &sql_read_held_suspense, accrual_and_buckets, error));
        TRY(run(store, &sql_read_held_usage, accrual_and_buckets, error));
    }
    TRY(run(store, &sql_analyze_cells, NO_PARAMS, error));

cleanup:
    return status;
}

static Status resolve_cells(Store *store, const Accrual *accrual, Error *error)
{
    Status status = STATUS_OK;
    Params version = PARAMS(param_int64(accrual->catalogue_version));

    TRY(run(store, &sql_resolve_names, version, error));
    TRY(run(store, &sql_analyze_resolution, NO_PARAMS, error));
    TRY(run(store, &sql_make_flow, version, error));

cleanup:
    return status;
}

/** The three totals of a written side, as parameters of record_buckets. */
static Param total(const Rows *written, const char *column)
{
    return param_text(rows_text(written, 0, column));
}

static Status write_flow(Store *store, const Accrual *accrual, Param buckets, size_t bucket_count,
                         Error *error)
{
    Status status = STATUS_OK;
    Params number = PARAMS(param_int64(accrual->number));
    Rows *usage = NULL;
    Rows *suspense = NULL;
    Rows *recorded = NULL;

    TRY(store_query_row(store, &sql_write_release_usage, number, &usage, error));
    TRY(store_query_row(store, &sql_write_suspense, number, &suspense, error));
    TRY(store_query_row(store, &sql_record_buckets,
                        PARAMS(param_int64(accrual->number), buckets, total(usage, "streams"),
                               total(usage, "monetised"), total(usage, "amount"),
                               total(suspense, "streams"), total(suspense, "monetised"),
                               total(suspense, "amount")),
                        &recorded, error));
    if (rows_int64(recorded, 0, "buckets") != (int64_t)bucket_count)
        status = error_set(error, STATUS_BUSY,
                           "another run has recorded some of the same buckets meanwhile");
    else if (!rows_bool(recorded, 0, "is_conserved"))
        status = error_set(error, STATUS_BUG,
                           "what was written is not what was counted: %s streams to release usage, "
                           "%s to suspense",
                           rows_text(usage, 0, "streams"), rows_text(suspense, 0, "streams"));

cleanup:
    rows_free(usage);
    rows_free(suspense);
    rows_free(recorded);
    return status;
}

Status accrue_buckets(Store *store, const Accrual *accrual, const int64_t buckets[],
                      size_t bucket_count, Error *error)
{
    Status status = STATUS_OK;
    Param numbers = param_int64_array(buckets, bucket_count);

    TRY(run(store, &sql_tune_accrual, NO_PARAMS, error));
    TRY(run(store, &sql_create_accrual_tables, NO_PARAMS, error));
    TRY(read_cells(store, accrual, numbers, error));
    TRY(resolve_cells(store, accrual, error));
    TRY(write_flow(store, accrual, numbers, bucket_count, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "accrual %" PRId64, accrual->number);
    return status;
}
