#include "ingest/feed_tide.h"

#include "ingest/stored_parts.h"
#include "sql.h"
#include "store/copy.h"

#include <stdlib.h>

enum { TIDE_PART_FIELDS = 4, TIDE_FINGERPRINT_FIELDS = 3 };

// The first row from `row` on that is of another set.
static size_t set_end(const Rows *rows, size_t row, const char *set)
{
    while (row < rows_count(rows) && text_equal(rows_text(rows, row, "set"), set))
        row++;
    return row;
}

static Status decode_tide(const Rows *rows, int64_t first_id, Tide **out_tide, Error *error)
{
    Status status = STATUS_OK;
    IdSet *counted = NULL;
    IdSet *waived = NULL;
    size_t counted_end = set_end(rows, 0, "counted");
    size_t waived_end = set_end(rows, counted_end, "waived");

    TRY(stored_set(rows, 0, counted_end, "ids", &counted, error));
    TRY(stored_set(rows, counted_end, waived_end, "ids", &waived, error));
    status =
        tide_restore(first_id, rows_int64(rows, 0, "watermark"), counted, waived, out_tide, error);
    counted = NULL; // taken, whatever came of it
    waived = NULL;
    if (status != STATUS_OK) {
        error_context(error, "the tide as the database has it");
        error->status = STATUS_BUG; // no input of anyone's, but a breach of ours
        status = STATUS_BUG;
    }

cleanup:
    id_set_free(counted);
    id_set_free(waived);
    return status;
}

Status feed_tide_load(Store *store, const Feed *feed, FeedTide *out_tide, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    int64_t first_id = feed->layout.first_id;
    FeedTide tide = {.stored_watermark = first_id - 1};

    TRY(store_query(store, &sql_load_tide, PARAMS(param_text(feed->name)), &rows, error));
    if (rows_count(rows) == 0) {
        tide.tide = tide_new(first_id);
    } else {
        TRY(decode_tide(rows, first_id, &tide.tide, error));
        tide.feed = (int32_t)rows_int64(rows, 0, "feed");
        tide.stored_watermark = rows_int64(rows, 0, "watermark");
        tide.counted = rows_int64(rows, 0, "counted");
        tide.waived = rows_int64(rows, 0, "waived");
        tide.last_batch = rows_int64(rows, 0, "last_batch");
        tide.last_ordinal = rows_int64(rows, 0, "last_ordinal");
    }
    *out_tide = tide;

cleanup:
    rows_free(rows);
    return status;
}

void feed_tide_clear(FeedTide *tide)
{
    tide_free(tide->tide);
    *tide = (FeedTide){0};
}

Status feed_tide_lock(Store *store, const Feed *feed, FeedTide *tide, bool *out_changed,
                      Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    FeedTide now = {0};

    TRY(store_query_row(store, &sql_lock_tide, PARAMS(param_int64(tide->feed)), &rows, error));
    // A batch moves last_batch, a waiver the number of waived IDs; nothing else changes a tide.
    *out_changed = rows_int64(rows, 0, "last_batch") != tide->last_batch ||
                   rows_int64(rows, 0, "waived") != tide->waived;
    if (*out_changed) {
        TRY(feed_tide_load(store, feed, &now, error));
        feed_tide_clear(tide);
        *tide = now;
    }

cleanup:
    rows_free(rows);
    return status;
}

static bool is_among(const int64_t numbers[], size_t count, int64_t number)
{
    size_t first = 0;
    size_t end = count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (numbers[middle] == number)
            return true;
        if (numbers[middle] < number)
            first = middle + 1;
        else
            end = middle;
    }
    return false;
}

// Which parts of a tide are stored anew: those from the lower to the higher of two watermarks, and
// those that some IDs lie in.
typedef struct ChangedParts {
    int64_t first;
    int64_t last;
    int64_t *numbers; // rising
    size_t count;
} ChangedParts;

static Status copy_set(Copy *copy, int32_t feed, const char *name, const IdSet *set,
                       const ChangedParts *changed, Error *error)
{
    for (size_t i = 0; i < id_set_part_count(set); i++) {
        int64_t number = id_set_part_number(set, i);
        char *bytes = NULL;
        size_t size_bytes = 0;

        if ((number < changed->first || number > changed->last) &&
            !is_among(changed->numbers, changed->count, number))
            continue;

        Status status = copy_row(copy, TIDE_PART_FIELDS, error);

        if (status != STATUS_OK)
            return status;
        id_set_encode_part(set, i, &number, &bytes, &size_bytes);
        copy_int32(copy, feed);
        copy_text(copy, slice_of(name));
        copy_int64(copy, number);
        copy_bytes(copy, (Slice){.bytes = bytes, .size_bytes = size_bytes});
        free(bytes);
    }
    return STATUS_OK;
}

static Status save_sets(Store *store, const FeedTide *tide, const ChangedParts *changed,
                        Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;

    TRY(store_execute(store, &sql_delete_tide_parts,
                      PARAMS(param_int64(tide->feed), param_int64(changed->first),
                             param_int64(changed->last),
                             param_int64_array(changed->numbers, changed->count)),
                      NULL, error));
    TRY(copy_begin(store, &sql_copy_tide_part, &copy, error));
    TRY(copy_set(copy, tide->feed, "counted", tide_counted_above(tide->tide), changed, error));
    TRY(copy_set(copy, tide->feed, "waived", tide_waived(tide->tide), changed, error));
    TRY(copy_end(copy, NULL, error));

cleanup:
    copy_free(copy);
    return status;
}

static Status save_fingerprints(Store *store, int32_t feed, const ChangedParts *changed,
                                const TideChange *change, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;
    Fingerprints *fingerprints = NULL;

    TRY(feed_fingerprints_load(store, feed, changed->numbers, changed->count, &fingerprints,
                               error));
    if (change->out_sums != NULL)
        fingerprints_remove_all(fingerprints, change->out_sums);
    if (change->in_sums != NULL)
        fingerprints_add_all(fingerprints, change->in_sums);
    TRY(store_execute(
        store, &sql_delete_tide_fingerprints,
        PARAMS(param_int64(feed), param_int64_array(changed->numbers, changed->count)), NULL,
        error));
    TRY(copy_begin(store, &sql_copy_tide_fingerprint, &copy, error));
    for (size_t i = 0; i < fingerprints_part_count(fingerprints); i++) {
        int64_t number = 0;
        char *bytes = NULL;
        size_t size_bytes = 0;

        TRY(copy_row(copy, TIDE_FINGERPRINT_FIELDS, error));
        fingerprints_encode_part(fingerprints, i, &number, &bytes, &size_bytes);
        copy_int32(copy, feed);
        copy_int64(copy, number);
        copy_bytes(copy, (Slice){.bytes = bytes, .size_bytes = size_bytes});
        free(bytes);
    }
    TRY(copy_end(copy, NULL, error));

cleanup:
    copy_free(copy);
    fingerprints_free(fingerprints);
    return status;
}

static Status save_row(Store *store, const FeedTide *tide, Error *error)
{
    return store_execute(store, &sql_save_tide,
                         PARAMS(param_int64(tide->feed), param_int64(tide_watermark(tide->tide)),
                                param_int64(tide_highest(tide->tide)), param_int64(tide->counted),
                                param_int64(id_set_count(tide_waived(tide->tide))),
                                param_int64(tide_missing(tide->tide)),
                                param_int64(tide->last_batch), param_int64(tide->last_ordinal)),
                         NULL, error);
}

static IdSet *touched_ids(const TideChange *change)
{
    IdSet *touched = id_set_new();

    if (change->in != NULL)
        id_set_add_all(touched, change->in);
    if (change->out != NULL)
        id_set_add_all(touched, change->out);
    return touched;
}

Status feed_tide_save(Store *store, const FeedTide *tide, const TideChange *change, Error *error)
{
    Status status = STATUS_OK;
    IdSet *touched = touched_ids(change);
    int64_t watermark = tide_watermark(tide->tide);
    int64_t lower = watermark < tide->stored_watermark ? watermark : tide->stored_watermark;
    int64_t higher = watermark > tide->stored_watermark ? watermark : tide->stored_watermark;
    ChangedParts changed = {
        .first = lower >> ID_PART_BITS,
        .last = higher >> ID_PART_BITS,
        .numbers = id_set_part_numbers(touched),
        .count = id_set_part_count(touched),
    };

    if (changed.count > 0 || lower != higher)
        TRY(save_sets(store, tide, &changed, error));
    if (change->in_sums != NULL || change->out_sums != NULL)
        TRY(save_fingerprints(store, tide->feed, &changed, change, error));
    TRY(save_row(store, tide, error));

cleanup:
    free(changed.numbers);
    id_set_free(touched);
    return status;
}

Status feed_fingerprints_load(Store *store, int32_t feed, const int64_t numbers[], size_t count,
                              Fingerprints **out_fingerprints, Error *error)
{
    Rows *rows = NULL;
    Status status =
        store_query(store, &sql_load_tide_fingerprints,
                    PARAMS(param_int64(feed), param_int64_array(numbers, count)), &rows, error);

    if (status != STATUS_OK)
        return status;
    status = stored_fingerprints(rows, 0, rows_count(rows), "sums", out_fingerprints, error);
    rows_free(rows);
    return status;
}
