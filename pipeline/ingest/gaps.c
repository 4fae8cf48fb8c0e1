#include "ingest/gaps.h"

#include "base/memory.h"
#include "ingest/feed_tide.h"
#include "sql.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct GapList {
    int64_t *firsts;
    int64_t *lasts;
    size_t count;
} GapList;

static GapList find_gaps(const Tide *tide, size_t limit)
{
    GapList gaps = {.firsts = MEMORY_NEW(int64_t, limit), .lasts = MEMORY_NEW(int64_t, limit)};
    int64_t from = tide_first_id(tide);

    while (gaps.count < limit &&
           tide_next_gap(tide, from, &gaps.firsts[gaps.count], &gaps.lasts[gaps.count])) {
        from = gaps.lasts[gaps.count] + 1; // below the highest, so that it is an ID
        gaps.count++;
    }
    return gaps;
}

Status gaps_list(Store *store, const Feed *feed, size_t limit, json_t **out_gaps,
                 int64_t *out_missing, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    FeedTide tide = {0};
    GapList gaps = {0};

    TRY(feed_tide_load(store, feed, &tide, error));
    gaps = find_gaps(tide.tide, limit);
    TRY(store_query(store, &sql_explain_gaps,
                    PARAMS(param_text(feed->name), param_int64_array(gaps.firsts, gaps.count),
                           param_int64_array(gaps.lasts, gaps.count)),
                    &rows, error));
    *out_gaps = json_of_rows(rows);
    *out_missing = tide_missing(tide.tide);

cleanup:
    free(gaps.firsts);
    free(gaps.lasts);
    rows_free(rows);
    feed_tide_clear(&tide);
    return status;
}

static Status check_range(const Feed *feed, int64_t first, int64_t last, Error *error)
{
    if (feed->layout.identity == IDENTITY_LINE)
        return error_set(error, STATUS_USAGE,
                         "feed \"%s\" has no sequence IDs of its own, so that none can be missing",
                         feed->name);
    if (first < feed->layout.first_id || last < first)
        return error_set(error, STATUS_USAGE,
                         "IDs %" PRId64 " to %" PRId64 "; expected a range from %" PRId64 " on",
                         first, last, feed->layout.first_id);
    if (last - first >= TIDE_WAIVE_IDS_MAX)
        return error_set(error, STATUS_USAGE,
                         "IDs %" PRId64 " to %" PRId64 " are more than %" PRId64
                         " at once. Where one row with a wrong ID made such a gap, revoke its file",
                         first, last, TIDE_WAIVE_IDS_MAX);
    return STATUS_OK;
}

// What happens under the lock.
static Status waive(Store *store, FeedTide *tide, int64_t first, int64_t last, const char *reason,
                    int64_t *out_waived, Error *error)
{
    Status status = STATUS_OK;
    IdSet *range = id_set_new();
    TideChange change = {.in = range};

    *out_waived = tide_waive(tide->tide, first, last);
    if (*out_waived == 0)
        goto cleanup;
    id_set_add_range(range, first, last);
    TRY(feed_tide_save(store, tide, &change, error));
    TRY(store_execute(store, &sql_add_waiver,
                      PARAMS(param_int64(tide->feed), param_int64(first), param_int64(last),
                             param_int64(*out_waived), param_text(reason)),
                      NULL, error));

cleanup:
    id_set_free(range);
    return status;
}

Status gaps_waive(Store *store, const Feed *feed, int64_t first, int64_t last, const char *reason,
                  bool is_dry_run, int64_t *out_waived, Error *error)
{
    Status status = STATUS_OK;
    FeedTide tide = {0};
    bool changed = false;

    TRY(check_range(feed, first, last, error));
    TRY(feed_tide_load(store, feed, &tide, error));
    if (tide.feed == 0) {
        status = error_set(error, STATUS_USAGE,
                           "nothing of feed \"%s\" was ever counted, so that nothing is missing",
                           feed->name);
        goto cleanup;
    }
    TRY(store_begin(store, error));
    TRY(feed_tide_lock(store, feed, &tide, &changed, error));
    TRY(waive(store, &tide, first, last, reason, out_waived, error));
    if (!is_dry_run)
        TRY(store_commit(store, error));

cleanup:
    store_rollback(store);
    feed_tide_clear(&tide);
    return status;
}
