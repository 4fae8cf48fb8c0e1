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

/** Invariant 3: what is read is whole. Nothing of what follows is looked at before. */
static Status check_new_chunks(Store *store, Params accrual_and_buckets, Error *error)
{
    Status status = STATUS_OK;
    Rows *missing = NULL;

    TRY(store_query(store, &sql_find_missing_cells, accrual_and_buckets, &missing, error));
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

static Status read_held(Store *store, const Accrual *accrual, Params accrual_and_buckets,
                        Error *error)
{
    Status status = STATUS_OK;
    Params versions =
        PARAMS(param_int64(accrual->previous_version), param_int64(accrual->catalogue_version));

    TRY(run(store, &sql_find_touched_recordings, versions, error));
    TRY(run(store, &sql_find_touched_releases, versions, error));
    TRY(run(store, &sql_find_touched_markets, versions, error));
    TRY(run(store, &sql_read_held_suspense, accrual_and_buckets, error));
    TRY(run(store, &sql_read_held_usage, accrual_and_buckets, error));

cleanup:
    return status;
}

/** Finds the cells that do not stay under the names of their rows, and where each of them goes. */
static Status find_flow(Store *store, const Accrual *accrual, Param buckets, Error *error)
{
    Status status = STATUS_OK;
    Param number = param_int64(accrual->number);
    Param version = param_int64(accrual->catalogue_version);

    TRY(run(store, &sql_number_spans, NO_PARAMS, error));
    TRY(run(store, &sql_find_unknown_markets, PARAMS(version), error));
    TRY(run(store, &sql_resolve_names, PARAMS(number, buckets, version), error));
    TRY(run(store, &sql_analyze_exceptions, NO_PARAMS, error));
    TRY(run(store, &sql_make_flow, PARAMS(number, buckets), error));

cleanup:
    return status;
}

static Status write_chunks(Store *store, const Accrual *accrual, Error *error)
{
    Status status = STATUS_OK;
    Params number = PARAMS(param_int64(accrual->number));

    TRY(run(store, &sql_find_whole_chunks, NO_PARAMS, error));
    TRY(run(store, &sql_carry_whole_chunks, number, error));
    TRY(run(store, &sql_carve_chunks, number, error));
    TRY(run(store, &sql_gather_arrivals, number, error));
    TRY(run(store, &sql_write_suspense, number, error));

cleanup:
    return status;
}

/** What was written is not what was counted: either what was read is not, or we made a mistake. */
static Status explain_difference(Store *store, Params accrual_and_buckets, Error *error)
{
    Status status = STATUS_OK;
    Rows *changed = NULL;

    TRY(store_query(store, &sql_find_changed_cells, accrual_and_buckets, &changed, error));
    if (rows_count(changed) > 0)
        status = error_set(error, STATUS_BUSY,
                           "feed \"%s\", batch %" PRId64 ", bucket %" PRId64
                           ": its cells, of %s streams, are not those that were committed, of %s; "
                           "run `tidemark aggregate` again, and `tidemark verify` if they stay so",
                           rows_text(changed, 0, "feed"), rows_int64(changed, 0, "batch"),
                           rows_int64(changed, 0, "bucket"), rows_text(changed, 0, "streams_read"),
                           rows_text(changed, 0, "streams_expected"));
    else
        status =
            error_set(error, STATUS_BUG,
                      "what was written to release usage and suspense is not what was counted");

cleanup:
    rows_free(changed);
    return status;
}

static Status record(Store *store, Params accrual_and_buckets, size_t bucket_count, Error *error)
{
    Status status = STATUS_OK;
    Rows *recorded = NULL;

    TRY(store_query_row(store, &sql_record_buckets, accrual_and_buckets, &recorded, error));
    if (!rows_bool(recorded, 0, "is_conserved"))
        status = explain_difference(store, accrual_and_buckets, error);
    else if (rows_int64(recorded, 0, "buckets") != (int64_t)bucket_count)
        status = error_set(error, STATUS_BUSY,
                           "another run has recorded some of the same buckets meanwhile");

cleanup:
    rows_free(recorded);
    return status;
}

Status accrue_buckets(Store *store, const Accrual *accrual, const int64_t buckets[],
                      size_t bucket_count, Error *error)
{
    Status status = STATUS_OK;
    Param numbers = param_int64_array(buckets, bucket_count);
    Params accrual_and_buckets = PARAMS(param_int64(accrual->number), numbers);

    TRY(run(store, &sql_tune_accrual, NO_PARAMS, error));
    TRY(run(store, &sql_create_accrual_tables, NO_PARAMS, error));
    TRY(run(store, &sql_read_new_chunks, accrual_and_buckets, error));
    TRY(check_new_chunks(store, accrual_and_buckets, error));
    if (has_learned(accrual))
        TRY(read_held(store, accrual, accrual_and_buckets, error));
    TRY(find_flow(store, accrual, numbers, error));
    TRY(write_chunks(store, accrual, error));
    TRY(record(store, accrual_and_buckets, bucket_count, error));

cleanup:
    if (status != STATUS_OK)
        error_context(error, "accrual %" PRId64, accrual->number);
    return status;
}
