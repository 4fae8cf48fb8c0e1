#include "base/memory.h"
#include "sql.h"
#include "tide/tide.h"
#include "verify/checks.h"

#include <inttypes.h>
#include <stdlib.h>

/** A feed's tide as it is stored; its row is borrowed. */
typedef struct StoredTide {
    const Rows *feeds;
    size_t row;
    IdSet *counted_above;
    IdSet *waived;
} StoredTide;

static const char *feed_name(const StoredTide *stored)
{
    return rows_text(stored->feeds, stored->row, "name");
}

/** Decodes rows `from` to `to` that are of `set`; all of them for NULL. */
static Status decode_rows(const Rows *rows, size_t from, size_t to, const char *set,
                          IdSet **out_set, Error *error)
{
    IdPart *parts = MEMORY_NEW(IdPart, to - from);
    size_t count = 0;

    for (size_t i = from; i < to; i++) {
        Slice ids = rows_bytes(rows, i, "ids");

        if (set == NULL || text_equal(rows_text(rows, i, "set"), set))
            parts[count++] = (IdPart){.number = rows_int64(rows, i, "number"),
                                      .bytes = ids.bytes,
                                      .size_bytes = ids.size_bytes};
    }

    Status status = id_set_decode(parts, count, out_set, error);

    free(parts);
    return status;
}

static Status load_stored(Store *store, StoredTide *stored, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_tide_parts,
                    PARAMS(param_int64(rows_int64(stored->feeds, stored->row, "id"))), &rows,
                    error));
    TRY(decode_rows(rows, 0, rows_count(rows), "counted", &stored->counted_above, error));
    TRY(decode_rows(rows, 0, rows_count(rows), "waived", &stored->waived, error));

cleanup:
    rows_free(rows);
    return status;
}

/** Adds what a file brought, its rows from `from` to `to`, to what the files before it brought. */
static Status add_file(const StoredTide *stored, const Rows *rows, size_t from, size_t to,
                       IdSet *brought, VerifyReport *report, Error *error)
{
    Status status = STATUS_OK;
    IdSet *ids = NULL;

    TRY(decode_rows(rows, from, to, NULL, &ids, error));
    if (id_set_intersects(brought, ids)) {
        IdSet *twice = id_set_intersection(brought, ids);

        verify_breach(report,
                      "feed %s: file %s brings %" PRId64
                      " IDs that other live files brought, %" PRId64 " the first",
                      feed_name(stored), rows_text(rows, from, "sha256"), id_set_count(twice),
                      id_set_lowest(twice));
        id_set_free(twice);
    }
    id_set_add_all(brought, ids);
    report->compared++;

cleanup:
    id_set_free(ids);
    return status;
}

static Status load_brought(Store *store, const StoredTide *stored, VerifyReport *report,
                           IdSet **out_ids, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    IdSet *brought = id_set_new();

    TRY(store_query(store, &sql_live_file_parts,
                    PARAMS(param_int64(rows_int64(stored->feeds, stored->row, "id"))), &rows,
                    error));
    for (size_t from = 0, to = 0; from < rows_count(rows); from = to) {
        const char *file = rows_text(rows, from, "sha256");

        for (to = from + 1;
             to < rows_count(rows) && text_equal(rows_text(rows, to, "sha256"), file);)
            to++;
        TRY(add_file(stored, rows, from, to, brought, report, error));
    }
    *out_ids = brought;
    brought = NULL;

cleanup:
    id_set_free(brought);
    rows_free(rows);
    return status;
}

static void compare_figure(const StoredTide *stored, const char *column, int64_t found,
                           VerifyReport *report)
{
    int64_t kept = rows_int64(stored->feeds, stored->row, column);

    if (kept != found)
        verify_breach(report,
                      "feed %s: its tide says %s %" PRId64 ", its live files make it %" PRId64,
                      feed_name(stored), column, kept, found);
}

/** Says the first ID that one of the sets has and the other has not. */
static void compare_sets(const StoredTide *stored, const IdSet *kept, const IdSet *found,
                         VerifyReport *report)
{
    IdSet *more = id_set_copy(kept);
    IdSet *less = id_set_copy(found);

    id_set_remove_all(more, found);
    id_set_remove_all(less, kept);
    if (id_set_count(more) > 0)
        verify_breach(report,
                      "feed %s: its tide has ID %" PRId64 ", which no live file brought (%" PRId64
                      " such)",
                      feed_name(stored), id_set_lowest(more), id_set_count(more));
    if (id_set_count(less) > 0)
        verify_breach(report,
                      "feed %s: its tide lacks ID %" PRId64 ", which a live file brought (%" PRId64
                      " such)",
                      feed_name(stored), id_set_lowest(less), id_set_count(less));
    id_set_free(more);
    id_set_free(less);
}

/** Makes the tide anew of what the files brought and what is waived, and compares. */
static void compare_tide(const StoredTide *stored, const IdSet *brought, VerifyReport *report)
{
    Tide *tide = tide_new(rows_int64(stored->feeds, stored->row, "first_id"));
    int64_t first = 0;
    int64_t last = 0;

    tide_merge(tide, brought);
    for (int64_t from = 1; id_set_next_run(stored->waived, from, &first, &last); from = last + 1) {
        if (last - first >= TIDE_WAIVE_IDS_MAX) // waived one after the other
            last = first + TIDE_WAIVE_IDS_MAX - 1;
        (void)tide_waive(tide, first, last);
        if (last == INT64_MAX)
            break;
    }
    compare_figure(stored, "counted", tide_count(tide), report);
    compare_figure(stored, "watermark", tide_watermark(tide), report);
    compare_figure(stored, "highest", tide_highest(tide), report);
    compare_figure(stored, "missing", tide_missing(tide), report);
    compare_sets(stored, stored->counted_above, tide_counted_above(tide), report);
    tide_free(tide);
}

static Status verify_tide(Store *store, const Rows *feeds, size_t row, VerifyReport *report,
                          Error *error)
{
    Status status = STATUS_OK;
    StoredTide stored = {.feeds = feeds, .row = row};
    IdSet *brought = NULL;

    TRY(load_stored(store, &stored, error));
    TRY(load_brought(store, &stored, report, &brought, error));
    compare_tide(&stored, brought, report);

cleanup:
    if (status == STATUS_DATA) { // what is stored is no set of IDs
        verify_breach(report, "feed %s: %s", feed_name(&stored), error->message);
        error_clear(error);
        status = STATUS_OK;
    }
    id_set_free(stored.counted_above);
    id_set_free(stored.waived);
    id_set_free(brought);
    return status;
}

Status verify_tides(const VerifyContext *context, VerifyReport *report, Error *error)
{
    Status status = STATUS_OK;
    Rows *feeds = NULL;

    TRY(store_query(context->store, &sql_tide_feeds, NO_PARAMS, &feeds, error));
    for (size_t i = 0; i < rows_count(feeds); i++)
        TRY(verify_tide(context->store, feeds, i, report, error));

cleanup:
    rows_free(feeds);
    return status;
}
