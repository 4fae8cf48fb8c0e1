#include "ingest/commit.h"

#include "base/memory.h"
#include "ingest/dictionary.h"
#include "sql.h"
#include "store/copy.h"

#include <inttypes.h>
#include <stdlib.h>

enum { USAGE_FIELDS = 18, FILE_PART_FIELDS = 5, LINE_BITS = 32 };

struct Contribution {
    Store *store;
    ContributionOptions file;
    const Count *count; // once the file is read
    bool is_begun;      // the transaction is open
    int64_t batch_id;
    int64_t report_file;
    int64_t ordinal; // of the report; identity `line`, else 0
    Day last_period;
};

Contribution *contribution_new(Store *store, const ContributionOptions *options)
{
    Contribution *contribution = MEMORY_NEW(Contribution, 1);

    contribution->store = store;
    contribution->file = *options;
    contribution->last_period = DAY_NONE;
    return contribution;
}

void contribution_free(Contribution *contribution)
{
    if (contribution == NULL)
        return;
    store_rollback(contribution->store);
    free(contribution);
}

static bool has_line_identity(const Contribution *contribution)
{
    return contribution->file.feed->layout.identity == IDENTITY_LINE;
}

static Status add_words(Store *store, const ContributionOptions *file, Cells *cells, Error *error)
{
    Status status = STATUS_OK;

    if (file->tide->feed == 0) {
        FeedTide now = {0};

        TRY(dictionary_add_feed(store, file->feed, error));
        TRY(feed_tide_load(store, file->feed, &now, error));
        file->tide->feed = now.feed; // the rest as it was read against: the lock tells what changed
        feed_tide_clear(&now);
    }
    TRY(dictionary_number_cells(store, cells, error));

cleanup:
    return status;
}

// The same in a transaction of their own, so that no other file waits for these words until this one
// is committed.
static Status commit_words(Store *store, const ContributionOptions *file, Cells *cells,
                           Error *error)
{
    Status status = STATUS_OK;

    TRY(store_begin(store, error));
    TRY(add_words(store, file, cells, error));
    TRY(store_commit(store, error));

cleanup:
    store_rollback(store);
    return status;
}

// The feed and the words that the cells refer to: committed by themselves, but in a dry run.
static Status prepare(Contribution *contribution, Cells *cells, Error *error)
{
    Status status = STATUS_OK;
    Store *other = NULL;

    if (contribution->file.is_dry_run)
        return add_words(contribution->store, &contribution->file, cells, error);
    if (!contribution->is_begun)
        return commit_words(contribution->store, &contribution->file, cells, error);
    TRY(store_open_another(contribution->store, &other, error));
    TRY(commit_words(other, &contribution->file, cells, error));

cleanup:
    store_close(other);
    return status;
}

static Status begin(Contribution *contribution, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_begin(contribution->store, error));
    contribution->is_begun = true;
    TRY(store_query_row(contribution->store, &sql_new_numbers, NO_PARAMS, &rows, error));
    contribution->batch_id = rows_int64(rows, 0, "batch");
    contribution->report_file = rows_int64(rows, 0, "report_file");

cleanup:
    rows_free(rows);
    return status;
}

static void copy_chunk(Copy *copy, const Contribution *contribution, const CellChunk *chunk)
{
    copy_int16(copy, chunk->bucket);
    copy_int64(copy, contribution->batch_id);
    copy_int32(copy, contribution->file.tide->feed);
    copy_day(copy, chunk->period_from);
    copy_day(copy, chunk->period_to);
    copy_text(copy, chunk->currency);
    copy_int32(copy, (int32_t)chunk->totals.cells);
    copy_int64(copy, chunk->totals.streams);
    copy_int64(copy, chunk->totals.monetised);
    copy_numeric(copy, &chunk->totals.amount);
    copy_int32(copy, (int32_t)chunk->pair_count);
    copy_bytes(copy, chunk->releases);
    copy_bytes(copy, chunk->recordings);
    copy_bytes(copy, chunk->pairs);
    copy_bytes(copy, chunk->markets);
    copy_bytes(copy, chunk->streams);
    copy_bytes(copy, chunk->monetised);
    if (chunk->amounts == NULL)
        copy_null(copy);
    else
        copy_numeric_array(copy, chunk->amounts, chunk->count);
}

static Status copy_cells(Contribution *contribution, Cells *cells, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;

    TRY(copy_begin(contribution->store, &sql_copy_usage, &copy, error));
    for (CellChunk chunk; cells_next_chunk(cells, &chunk);) {
        TRY(copy_row(copy, USAGE_FIELDS, error));
        copy_chunk(copy, contribution, &chunk);
        if (contribution->last_period == DAY_NONE || chunk.period_to > contribution->last_period)
            contribution->last_period = chunk.period_to;
    }
    TRY(copy_end(copy, NULL, error));

cleanup:
    copy_free(copy);
    return status;
}

Status contribution_add_cells(Contribution *contribution, Cells *cells, Error *error)
{
    Status status = STATUS_OK;
    bool is_dry_run = contribution->file.is_dry_run;

    if (!contribution->is_begun && is_dry_run)
        TRY(begin(contribution, error));
    TRY(prepare(contribution, cells, error));
    if (!contribution->is_begun)
        TRY(begin(contribution, error));
    TRY(copy_cells(contribution, cells, error));

cleanup:
    return status;
}

// Whether what was taken for a duplicate still is one, now that nobody else can change the tide.
static Status check_revoked(Contribution *contribution, int64_t last_batch_read, bool *out_stands,
                            Error *error)
{
    Rows *rows = NULL;
    Status status = store_query_row(
        contribution->store, &sql_revoked_since,
        PARAMS(param_int64(contribution->file.tide->feed), param_int64(last_batch_read)), &rows,
        error);

    if (status != STATUS_OK)
        return status;
    *out_stands = !rows_bool(rows, 0, "is_revoked");
    rows_free(rows);
    return STATUS_OK;
}

static Status add_file(Contribution *contribution, Committed *committed, Error *error)
{
    const ContributionOptions *file = &contribution->file;
    const Count *count = contribution->count;
    int64_t counted = id_set_count(count->ids);
    int64_t before = contribution->ordinal << LINE_BITS;
    Slice name = slice_of(file->name);
    Param none = param_null();

    if (counted > 0) {
        committed->first_id = before + id_set_lowest(count->ids);
        committed->last_id = before + id_set_highest(count->ids);
    }
    return store_execute(
        contribution->store, &sql_add_report_file,
        PARAMS(param_int64(contribution->report_file), param_int64(file->tide->feed),
               param_text(file->sha256), param_bytes(name.bytes, name.size_bytes),
               param_int64(file->size_bytes), param_text(file->report_key),
               has_line_identity(contribution) ? param_int64(contribution->ordinal) : none,
               param_int64(count->rows.rows_read), param_int64(counted),
               param_int64(count->duplicate_rows), param_int64(count->rows.rejected),
               counted > 0 ? param_int64(committed->first_id) : none,
               counted > 0 ? param_int64(committed->last_id) : none),
        NULL, error);
}

// The IDs that the file brought, and their fingerprints, in the same parts: both are of the same
// rows. A part of line numbers becomes one of IDs by its number alone.
static Status copy_file_parts(Contribution *contribution, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;
    const Count *count = contribution->count;
    int64_t offset = contribution->ordinal << (LINE_BITS - ID_PART_BITS);

    TRY(copy_begin(contribution->store, &sql_copy_report_file_part, &copy, error));
    for (size_t i = 0; i < id_set_part_count(count->ids); i++) {
        int64_t number = 0;
        Slice ids = {0};
        Slice sums = {0};
        char *ids_bytes = NULL;
        char *sums_bytes = NULL;

        TRY(copy_row(copy, FILE_PART_FIELDS, error));
        id_set_encode_part(count->ids, i, &number, &ids_bytes, &ids.size_bytes);
        fingerprints_encode_part(count->fingerprints, i, &number, &sums_bytes, &sums.size_bytes);
        ids.bytes = ids_bytes;
        sums.bytes = sums_bytes;
        copy_int32(copy, contribution->file.tide->feed);
        copy_int64(copy, number + offset);
        copy_int64(copy, contribution->report_file);
        copy_bytes(copy, ids);
        copy_bytes(copy, sums);
        free(ids_bytes);
        free(sums_bytes);
    }
    TRY(copy_end(copy, NULL, error));

cleanup:
    copy_free(copy);
    return status;
}

// The tide with the file's IDs in it. Where lines are the identity, it only counts: no ID of one
// report can be another's.
static Status add_to_tide(Contribution *contribution, Error *error)
{
    FeedTide *tide = contribution->file.tide;
    const Count *count = contribution->count;
    const Takeout *takeout = contribution->file.takeout;
    TideChange change = {0};

    tide->counted += id_set_count(count->ids);
    tide->last_batch++;
    if (has_line_identity(contribution)) {
        tide->last_ordinal = contribution->ordinal;
    } else {
        tide_merge(tide->tide, count->ids);
        change = (TideChange){
            .in = count->ids,
            .in_sums = count->fingerprints,
            .out = takeout == NULL ? NULL : takeout->ids,
            .out_sums = takeout == NULL ? NULL : takeout->fingerprints,
        };
    }
    return feed_tide_save(contribution->store, tide, &change, error);
}

static Status add_batch(Contribution *contribution, Error *error)
{
    const FeedTide *tide = contribution->file.tide;
    CellsTotals totals = cells_totals(contribution->count->cells);
    const CellsTotals *buckets = cells_bucket_totals(contribution->count->cells);
    int64_t cells[BUCKETS];
    int64_t streams[BUCKETS];
    int64_t monetised[BUCKETS];
    const char *amounts[BUCKETS];
    char(*amount_texts)[DECIMAL_TEXT_BYTES] = memory_new(BUCKETS, DECIMAL_TEXT_BYTES);
    char amount[DECIMAL_TEXT_BYTES];

    for (size_t i = 0; i < BUCKETS; i++) {
        cells[i] = buckets[i].cells;
        streams[i] = buckets[i].streams;
        monetised[i] = buckets[i].monetised;
        amounts[i] = decimal_print(&buckets[i].amount, amount_texts[i]);
    }

    Status status = store_execute(
        contribution->store, &sql_add_batch,
        PARAMS(param_int64(tide->feed), param_int64(tide->last_batch),
               param_int64(contribution->batch_id), param_int64(contribution->report_file),
               param_day(contribution->last_period), param_int64(totals.cells),
               param_int64(totals.streams), param_int64(totals.monetised),
               param_text(decimal_print(&totals.amount, amount)), param_int64_array(cells, BUCKETS),
               param_int64_array(streams, BUCKETS), param_int64_array(monetised, BUCKETS),
               param_text_array(amounts, BUCKETS)),
        NULL, error);

    free(amount_texts);
    return status;
}

static Status take_ordinal(Contribution *contribution, Error *error)
{
    int64_t ordinal = contribution->file.tide->last_ordinal + 1;

    if (!has_line_identity(contribution))
        return STATUS_OK;
    if (ordinal > INT64_MAX >> LINE_BITS)
        return error_set(error, STATUS_CONFIG,
                         "the feed has had %" PRId64 " reports, and their IDs are used up",
                         ordinal - 1);
    contribution->ordinal = ordinal;
    return STATUS_OK;
}

// What happens under the lock; *out_stands is false where the file must be read again.
static Status write_locked(Contribution *contribution, Committed *committed, bool *out_stands,
                           Error *error)
{
    Status status = STATUS_OK;
    const ContributionOptions *file = &contribution->file;
    int64_t last_batch_read = file->tide->last_batch;
    bool changed = false;

    *out_stands = true;
    TRY(feed_tide_lock(contribution->store, file->feed, file->tide, &changed, error));
    if (changed)
        TRY(check_revoked(contribution, last_batch_read, out_stands, error));
    if (!*out_stands)
        goto cleanup;
    if (file->takeout != NULL)
        TRY(takeout_apply(contribution->store, file->takeout, contribution->report_file, file->tide,
                          error));
    *out_stands =
        has_line_identity(contribution) || !tide_meets(file->tide->tide, contribution->count->ids);
    if (!*out_stands)
        goto cleanup;
    TRY(take_ordinal(contribution, error));
    TRY(add_file(contribution, committed, error));
    TRY(copy_file_parts(contribution, error));
    TRY(add_to_tide(contribution, error));
    TRY(add_batch(contribution, error));

cleanup:
    return status;
}

static Status ask_effect(const Contribution *contribution, Error *error)
{
    const ContributionOptions *file = &contribution->file;
    int64_t batches[] = {contribution->batch_id,
                         file->takeout == NULL ? 0 : file->takeout->batch_id};

    if (file->out_effect == NULL)
        return STATUS_OK;
    rows_free(*file->out_effect);
    *file->out_effect = NULL;
    return store_query(contribution->store, &sql_effect_of_batches,
                       PARAMS(param_int64_array(batches, COUNT_OF(batches))), file->out_effect,
                       error);
}

Status contribution_write(Contribution *contribution, Count *count, Error *error)
{
    Status status = STATUS_OK;
    const ContributionOptions *file = &contribution->file;

    contribution->count = count;
    TRY(contribution_add_cells(contribution, count->cells, error));
    TRY(reject_spool_copy(count->rejects, contribution->store, contribution->report_file, error));
    if (file->takeout != NULL)
        TRY(takeout_copy_cells(contribution->store, file->takeout, error));
    TRY(ask_effect(contribution, error)); // which may take long, so before the lock

cleanup:
    return status;
}

Status contribution_commit(Contribution *contribution, Committed *out_committed, Error *error)
{
    Status status = STATUS_OK;
    Committed committed = {0};
    bool is_dry_run = contribution->file.is_dry_run;
    bool stands = false;

    TRY(write_locked(contribution, &committed, &stands, error));
    committed.report_file = contribution->report_file;
    committed.batch = contribution->file.tide->last_batch;
    if (stands && !is_dry_run) {
        status = store_commit(contribution->store, error);
        committed.commit_failed = status != STATUS_OK;
        TRY(status);
    }
    committed.is_done = stands;

cleanup:
    store_rollback(contribution->store);
    *out_committed = committed;
    return status;
}
