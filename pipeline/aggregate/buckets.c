#include "aggregate/buckets.h"

#include "aggregate/flow_read.h"
#include "aggregate/flow_record.h"
#include "aggregate/flow_write.h"
#include "aggregate/held.h"
#include "aggregate/new_chunks.h"
#include "base/memory.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

/** So many cells are in hand at a time, or those of one bucket, some 100 bytes each. */
enum { RANGE_CELLS_MAX = 1000000 };

/** Buckets of an accrual that are done in one transaction. */
typedef struct Unit {
    Store *store;
    const Accrual *accrual;
    const int64_t *buckets;
    size_t bucket_count;
    Params accrual_and_buckets;
    bool has_held; // what is held is to be resolved again
    Places *places;
    NewChunks chunks;
    Held held;
    Flow *flow;
    FlowWritten written;
    Rows *carried; // carry_whole_chunks.sql
} Unit;

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

/** Finds out which names and markets there are, and what the catalogue says of them. */
static Status find_places(Unit *unit, Error *error)
{
    Status status = STATUS_OK;
    NewChunks *chunks = &unit->chunks;
    int64_t version = unit->accrual->catalogue_version;

    TRY(places_begin(unit->places, unit->store, version, error));
    TRY(new_chunks_read(chunks, unit->store, unit->accrual->number,
                        param_int64_array(unit->buckets, unit->bucket_count), unit->places, error));
    for (size_t i = 0; i < chunks->name_count; i++)
        places_seek(unit->places, &chunks->names[i]);
    if (unit->has_held)
        TRY(held_find(&unit->held, unit->store,
                      PARAMS(param_int64(unit->accrual->previous_version), param_int64(version)),
                      unit->accrual_and_buckets, unit->places, error));
    TRY(places_read_names(unit->places, unit->store, version, error));
    new_chunks_settle(chunks, unit->places);

cleanup:
    return status;
}

/** Batches' buckets, each once: either those to open, or those to carry as they are. */
typedef struct Selection {
    int64_t *buckets;
    int64_t *batches;
    int64_t *cells;
    size_t count;
} Selection;

static void selection_free(Selection *selection)
{
    free(selection->buckets);
    free(selection->batches);
    free(selection->cells);
}

/** Chunks are sorted: those of a batch's bucket stand together, and are opened if one of them must
 * be. */
static void select_chunks(const NewChunks *chunks, bool to_open, Selection *out_selection)
{
    Selection selected = {.buckets = MEMORY_NEW(int64_t, chunks->count),
                          .batches = MEMORY_NEW(int64_t, chunks->count),
                          .cells = MEMORY_NEW(int64_t, chunks->count)};

    for (size_t i = 0, end = 0; i < chunks->count; i = end) {
        const NewChunk *first = &chunks->chunks[i];
        bool must_be_opened = false;
        int64_t cells = 0;

        for (; end < chunks->count && chunks->chunks[end].bucket == first->bucket &&
               chunks->chunks[end].batch == first->batch;
             end++) {
            must_be_opened |= chunks->chunks[end].must_be_opened;
            cells += chunks->chunks[end].cells;
        }
        if (must_be_opened != to_open)
            continue;
        selected.buckets[selected.count] = first->bucket;
        selected.batches[selected.count] = first->batch;
        selected.cells[selected.count++] = cells;
    }
    *out_selection = selected;
}

/** Lets the cells of a range of buckets flow: of opened chunks from `first` to `end`, and what is
 * held. */
static Status move_range(Unit *unit, const Selection *opened, size_t first, size_t end,
                         int64_t first_bucket, int64_t last_bucket, Error *error)
{
    Status status = STATUS_OK;

    flow_clear(unit->flow);
    if (end > first)
        TRY(flow_read_chunks(unit->flow, unit->store, unit->places,
                             PARAMS(param_int64_array(opened->buckets + first, end - first),
                                    param_int64_array(opened->batches + first, end - first)),
                             error));
    TRY(held_flow(&unit->held, unit->store, unit->places, first_bucket, last_bucket, unit->flow,
                  error));
    TRY(flow_write(unit->flow, unit->store, unit->accrual->number, &unit->written, error));

cleanup:
    return status;
}

/** Range after range of buckets, so that not all cells are in hand at once. */
static Status move_cells(Unit *unit, const Selection *opened, Error *error)
{
    Status status = STATUS_OK;
    size_t place = 0;

    for (size_t first = 0, end = 0; first < unit->bucket_count; first = end) {
        size_t first_place = place;
        int64_t cells = 0;

        for (; end < unit->bucket_count && (end == first || cells < RANGE_CELLS_MAX); end++) {
            int64_t bucket = unit->buckets[end];

            for (; place < opened->count && opened->buckets[place] == bucket; place++)
                cells += opened->cells[place];
            cells += HELD_CELLS_IN_HAND * unit->held.cells[bucket];
        }
        if (cells > 0)
            TRY(move_range(unit, opened, first_place, place, unit->buckets[first],
                           unit->buckets[end - 1], error));
    }

cleanup:
    return status;
}

static Status write_usage(Unit *unit, Error *error)
{
    Status status = STATUS_OK;
    Selection opened = {0};
    Selection whole = {0};

    select_chunks(&unit->chunks, true, &opened);
    select_chunks(&unit->chunks, false, &whole);
    TRY(store_query(unit->store, &sql_carry_whole_chunks,
                    PARAMS(param_int64(unit->accrual->number),
                           param_int64_array(whole.buckets, whole.count),
                           param_int64_array(whole.batches, whole.count)),
                    &unit->carried, error));
    TRY(move_cells(unit, &opened, error));

cleanup:
    selection_free(&opened);
    selection_free(&whole);
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

static Status record(Unit *unit, Error *error)
{
    Status status = STATUS_OK;
    Rows *recorded = NULL;

    TRY(flow_record(unit->flow, unit->store, unit->accrual->number, unit->buckets,
                    unit->bucket_count, unit->carried, &recorded, error));
    if (!rows_bool(recorded, 0, "is_conserved"))
        status = explain_difference(unit->store, unit->accrual_and_buckets, error);
    else if (rows_int64(recorded, 0, "buckets") != (int64_t)unit->bucket_count)
        status = error_set(error, STATUS_BUSY,
                           "another run has recorded some of the same buckets meanwhile");

cleanup:
    rows_free(recorded);
    return status;
}

static Status do_unit(Unit *unit, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_execute(unit->store, &sql_tune_accrual, NO_PARAMS, NULL, error));
    TRY(check_new_chunks(unit->store, unit->accrual_and_buckets, error));
    TRY(find_places(unit, error));
    TRY(write_usage(unit, error));
    TRY(record(unit, error));

cleanup:
    return status;
}

Status accrue_buckets(Store *store, const Accrual *accrual, const int64_t buckets[],
                      size_t bucket_count, Error *error)
{
    Unit unit = {.store = store,
                 .accrual = accrual,
                 .buckets = buckets,
                 .bucket_count = bucket_count,
                 .accrual_and_buckets =
                     PARAMS(param_int64(accrual->number), param_int64_array(buckets, bucket_count)),
                 .has_held = has_learned(accrual),
                 .places = places_new(),
                 .flow = MEMORY_NEW(Flow, 1)};
    Status status = do_unit(&unit, error);

    if (status != STATUS_OK)
        error_context(error, "accrual %" PRId64, accrual->number);
    rows_free(unit.carried);
    new_chunks_free(&unit.chunks);
    held_free(&unit.held);
    places_free(unit.places);
    flow_free(unit.flow);
    free(unit.flow);
    return status;
}
