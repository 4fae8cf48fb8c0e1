#include "ingest/takeout.h"

#include "ingest/stored_parts.h"
#include "sql.h"

#include <inttypes.h>

Status takeout_load(Store *store, const LedgerFile *file, Identity identity, const char *reason,
                    Takeout *out_takeout, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    Takeout takeout = {.file = file, .reason = reason};

    // A tide has no sets where lines are the identity.
    if (identity == IDENTITY_COLUMN) {
        TRY(store_query(store, &sql_load_file_parts, PARAMS(param_int64(file->id)), &rows, error));
        TRY(stored_set(rows, 0, rows_count(rows), "ids", &takeout.ids, error));
        TRY(stored_fingerprints(rows, 0, rows_count(rows), "sums", &takeout.fingerprints, error));
    } else {
        takeout.ids = id_set_new();
        takeout.fingerprints = fingerprints_new();
    }
    *out_takeout = takeout;
    takeout = (Takeout){0}; // the caller's from here on

cleanup:
    rows_free(rows);
    takeout_clear(&takeout);
    return status;
}

void takeout_clear(Takeout *takeout)
{
    id_set_free(takeout->ids);
    fingerprints_free(takeout->fingerprints);
    *takeout = (Takeout){0};
}

Status takeout_copy_cells(Store *store, Takeout *takeout, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_new_numbers, NO_PARAMS, &rows, error));
    takeout->batch_id = rows_int64(rows, 0, "batch");
    TRY(store_execute(store, &sql_negate_usage,
                      PARAMS(param_int64(takeout->batch_id), param_int64(takeout->file->batch_id)),
                      NULL, error));

cleanup:
    rows_free(rows);
    return status;
}

Status takeout_apply(Store *store, const Takeout *takeout, int64_t superseded_by, FeedTide *tide,
                     Error *error)
{
    Status status = STATUS_OK;
    const LedgerFile *file = takeout->file;
    int64_t changed = 0;

    TRY(store_execute(store, &sql_take_file_out,
                      PARAMS(param_int64(file->id),
                             superseded_by == 0 ? param_null() : param_int64(superseded_by),
                             param_text(takeout->reason)),
                      &changed, error));
    if (changed != 1) {
        status = error_set(error, STATUS_BUSY,
                           "file \"%s\" (SHA-256 %.12s…) was taken out by somebody else meanwhile",
                           file->name, file->sha256);
        goto cleanup;
    }
    tide_revoke(tide->tide, takeout->ids);
    tide->counted -= file->counted;
    tide->last_batch++;
    TRY(store_execute(store, &sql_add_revoked_batch,
                      PARAMS(param_int64(tide->feed), param_int64(tide->last_batch),
                             param_int64(takeout->batch_id), param_int64(file->id)),
                      NULL, error));

cleanup:
    return status;
}

Status takeout_revoke(Store *store, const Feed *feed, Takeout *takeout, bool is_dry_run,
                      Rows **out_effect, int64_t *out_batch, Error *error)
{
    Status status = STATUS_OK;
    FeedTide tide = {0};
    Rows *effect = NULL;
    bool changed = false;
    TideChange change = {0};

    if (feed->layout.identity == IDENTITY_COLUMN)
        change = (TideChange){.out = takeout->ids, .out_sums = takeout->fingerprints};
    TRY(feed_tide_load(store, feed, &tide, error));
    TRY(store_begin(store, error));
    TRY(takeout_copy_cells(store, takeout, error));
    if (out_effect != NULL) // which may take long, so before the lock
        TRY(store_query(store, &sql_effect_of_batches,
                        PARAMS(param_int64_array(&takeout->batch_id, 1)), &effect, error));
    TRY(feed_tide_lock(store, feed, &tide, &changed, error));
    TRY(takeout_apply(store, takeout, 0, &tide, error));
    TRY(feed_tide_save(store, &tide, &change, error));
    if (!is_dry_run)
        TRY(store_commit(store, error));
    if (out_effect != NULL) {
        *out_effect = effect;
        effect = NULL; // the caller's from here on
    }
    *out_batch = tide.last_batch;

cleanup:
    rows_free(effect);
    store_rollback(store);
    feed_tide_clear(&tide);
    return status;
}
