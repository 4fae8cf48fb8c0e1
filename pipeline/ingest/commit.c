#include "ingest/commit.h"

#include "base/memory.h"
#include "ingest/dictionary.h"
#include "sql.h"
#include "store/copy.h"

#include <inttypes.h>
#include <stdlib.h>

enum { USAGE_FIELDS = 12, FILE_PART_FIELDS = 5, LINE_BITS = 32 };

// What is known of the transaction while it goes on.
typedef struct Transaction {
    Store *store;
    const Contribution *file;
    int64_t batch_id;
    int64_t report_file;
    int64_t ordinal; // of the report; identity `line`, else 0
    Day last_period;
} Transaction;

static bool has_line_identity(const Contribution *file)
{
    return file->feed->layout.identity == IDENTITY_LINE;
}

// The feed and the words that the cells refer to: committed by themselves, but in a dry run.
static Status prepare(Store *store, const Contribution *file, Error *error)
{
    Status status = STATUS_OK;

    if (!file->is_dry_run)
        TRY(store_begin(store, error));
    if (file->tide->feed == 0) {
        FeedTide now = {0};

        TRY(dictionary_add_feed(store, file->feed, error));
        TRY(feed_tide_load(store, file->feed, &now, error));
        file->tide->feed = now.feed; // the rest as it was read against: the lock tells what changed
        feed_tide_clear(&now);
    }
    TRY(dictionary_number_cells(store, file->count->cells, error));
    if (!file->is_dry_run)
        TRY(store_commit(store, error));

cleanup:
    return status;
}

static Status take_numbers(Transaction *transaction, Error *error)
{
    Rows *rows = NULL;
    Status status = store_query_row(transaction->store, &sql_new_numbers, NO_PARAMS, &rows, error);

    if (status != STATUS_OK)
        return status;
    transaction->batch_id = rows_int64(rows, 0, "batch");
    transaction->report_file = rows_int64(rows, 0, "report_file");
    rows_free(rows);
    return STATUS_OK;
}

static void copy_chunk(Copy *copy, const Transaction *transaction, const CellChunk *chunk)
{
    copy_int16(copy, chunk->bucket);
    copy_int64(copy, transaction->batch_id);
    copy_int32(copy, transaction->file->tide->feed);
    copy_day(copy, chunk->period_from);
    copy_day(copy, chunk->period_to);
    copy_text(copy, chunk->currency);
    copy_int64_array(copy, chunk->releases, chunk->count);
    copy_int64_array(copy, chunk->recordings, chunk->count);
    copy_int32_array(copy, chunk->markets, chunk->count);
    copy_int64_array(copy, chunk->streams, chunk->count);
    copy_int64_array(copy, chunk->monetised, chunk->count);
    if (chunk->amounts == NULL)
        copy_null(copy);
    else
        copy_numeric_array(copy, chunk->amounts, chunk->count);
}

static Status copy_cells(Transaction *transaction, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;

    TRY(copy_begin(transaction->store, &sql_copy_usage, &copy, error));
    for (CellChunk chunk; cells_next_chunk(transaction->file->count->cells, &chunk);) {
        TRY(copy_row(copy, USAGE_FIELDS, error));
        copy_chunk(copy, transaction, &chunk);
        if (transaction->last_period == DAY_NONE || chunk.period_to > transaction->last_period)
            transaction->last_period = chunk.period_to;
    }
    TRY(copy_end(copy, NULL, error));

cleanup:
    copy_free(copy);
    return status;
}

// Whether what was taken for a duplicate still is one, now that nobody else can change the tide.
static Status check_revoked(Transaction *transaction, int64_t last_batch_read, bool *out_stands,
                            Error *error)
{
    Rows *rows = NULL;
    Status status = store_query_row(
        transaction->store, &sql_revoked_since,
        PARAMS(param_int64(transaction->file->tide->feed), param_int64(last_batch_read)), &rows,
        error);

    if (status != STATUS_OK)
        return status;
    *out_stands = !rows_bool(rows, 0, "is_revoked");
    rows_free(rows);
    return STATUS_OK;
}

static Status add_file(Transaction *transaction, Committed *committed, Error *error)
{
    const Contribution *file = transaction->file;
    const Count *count = file->count;
    int64_t counted = id_set_count(count->ids);
    int64_t before = transaction->ordinal << LINE_BITS;
    Slice name = slice_of(file->name);
    Param none = param_null();

    if (counted > 0) {
        committed->first_id = before + id_set_lowest(count->ids);
        committed->last_id = before + id_set_highest(count->ids);
    }
    return store_execute(
        transaction->store, &sql_add_report_file,
        PARAMS(param_int64(transaction->report_file), param_int64(file->tide->feed),
               param_text(file->sha256), param_bytes(name.bytes, name.size_bytes),
               param_int64(file->size_bytes), param_text(file->report_key),
               has_line_identity(file) ? param_int64(transaction->ordinal) : none,
               param_int64(count->rows.rows_read), param_int64(counted),
               param_int64(count->duplicate_rows), param_int64(count->rows.rejected),
               counted > 0 ? param_int64(committed->first_id) : none,
               counted > 0 ? param_int64(committed->last_id) : none),
        NULL, error);
}

// The IDs that the file brought, and their fingerprints, in the same parts: both are of the same
// rows. A part of line numbers becomes one of IDs by its number alone.
static Status copy_file_parts(Transaction *transaction, Error *error)
{
    Status status = STATUS_OK;
    Copy *copy = NULL;
    const Count *count = transaction->file->count;
    int64_t offset = transaction->ordinal << (LINE_BITS - ID_PART_BITS);

    TRY(copy_begin(transaction->store, &sql_copy_report_file_part, &copy, error));
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
        copy_int32(copy, transaction->file->tide->feed);
        copy_int64(copy, number + offset);
        copy_int64(copy, transaction->report_file);
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
static Status add_to_tide(Transaction *transaction, Error *error)
{
    FeedTide *tide = transaction->file->tide;
    const Count *count = transaction->file->count;
    const Takeout *takeout = transaction->file->takeout;
    TideChange change = {0};

    tide->counted += id_set_count(count->ids);
    tide->last_batch++;
    if (has_line_identity(transaction->file)) {
        tide->last_ordinal = transaction->ordinal;
    } else {
        tide_merge(tide->tide, count->ids);
        change = (TideChange){
            .in = count->ids,
            .in_sums = count->fingerprints,
            .out = takeout == NULL ? NULL : takeout->ids,
            .out_sums = takeout == NULL ? NULL : takeout->fingerprints,
        };
    }
    return feed_tide_save(transaction->store, tide, &change, error);
}

static Status add_batch(Transaction *transaction, Error *error)
{
    const FeedTide *tide = transaction->file->tide;
    CellsTotals totals = cells_totals(transaction->file->count->cells);
    const CellsTotals *buckets = cells_bucket_totals(transaction->file->count->cells);
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
        transaction->store, &sql_add_batch,
        PARAMS(param_int64(tide->feed), param_int64(tide->last_batch),
               param_int64(transaction->batch_id), param_int64(transaction->report_file),
               param_day(transaction->last_period), param_int64(totals.cells),
               param_int64(totals.streams), param_int64(totals.monetised),
               param_text(decimal_print(&totals.amount, amount)),
               param_int64_array(cells, BUCKETS), param_int64_array(streams, BUCKETS),
               param_int64_array(monetised, BUCKETS), param_text_array(amounts, BUCKETS)),
        NULL, error);

    free(amount_texts);
    return status;
}

static Status take_ordinal(Transaction *transaction, Error *error)
{
    int64_t ordinal = transaction->file->tide->last_ordinal + 1;

    if (!has_line_identity(transaction->file))
        return STATUS_OK;
    if (ordinal > INT64_MAX >> LINE_BITS)
        return error_set(error, STATUS_CONFIG,
                         "the feed has had %" PRId64 " reports, and their IDs are used up",
                         ordinal - 1);
    transaction->ordinal = ordinal;
    return STATUS_OK;
}

// What happens under the lock; *out_stands is false where the file must be read again.
static Status write_locked(Transaction *transaction, Committed *committed, bool *out_stands,
                           Error *error)
{
    Status status = STATUS_OK;
    const Contribution *file = transaction->file;
    int64_t last_batch_read = file->tide->last_batch;
    bool changed = false;

    *out_stands = true;
    TRY(feed_tide_lock(transaction->store, file->feed, file->tide, &changed, error));
    if (changed)
        TRY(check_revoked(transaction, last_batch_read, out_stands, error));
    if (!*out_stands)
        goto cleanup;
    if (file->takeout != NULL)
        TRY(takeout_apply(transaction->store, file->takeout, transaction->report_file, file->tide,
                          error));
    *out_stands = has_line_identity(file) || !tide_meets(file->tide->tide, file->count->ids);
    if (!*out_stands)
        goto cleanup;
    TRY(take_ordinal(transaction, error));
    TRY(add_file(transaction, committed, error));
    TRY(copy_file_parts(transaction, error));
    TRY(add_to_tide(transaction, error));
    TRY(add_batch(transaction, error));

cleanup:
    return status;
}

// Cells and rejects: all that can be written before the lock.
static Status write_unlocked(Transaction *transaction, Error *error)
{
    Status status = STATUS_OK;
    const Contribution *file = transaction->file;

    TRY(take_numbers(transaction, error));
    TRY(copy_cells(transaction, error));
    TRY(reject_spool_copy(file->count->rejects, transaction->store, transaction->report_file,
                          error));
    if (file->takeout != NULL)
        TRY(takeout_copy_cells(transaction->store, file->takeout, error));

cleanup:
    return status;
}

static Status ask_effect(const Transaction *transaction, Error *error)
{
    const Contribution *file = transaction->file;
    int64_t batches[] = {transaction->batch_id,
                         file->takeout == NULL ? 0 : file->takeout->batch_id};

    if (file->out_effect == NULL)
        return STATUS_OK;
    rows_free(*file->out_effect);
    *file->out_effect = NULL;
    return store_query(transaction->store, &sql_effect_of_batches,
                       PARAMS(param_int64_array(batches, COUNT_OF(batches))), file->out_effect,
                       error);
}

Status contribution_commit(Store *store, const Contribution *contribution, Committed *out_committed,
                           Error *error)
{
    Status status = STATUS_OK;
    Committed committed = {0};
    Transaction transaction = {.store = store, .file = contribution, .last_period = DAY_NONE};
    bool stands = false;

    if (!contribution->is_dry_run)
        TRY(prepare(store, contribution, error));
    TRY(store_begin(store, error));
    if (contribution->is_dry_run)
        TRY(prepare(store, contribution, error));
    TRY(write_unlocked(&transaction, error));
    TRY(write_locked(&transaction, &committed, &stands, error));
    committed.report_file = transaction.report_file;
    committed.batch = contribution->tide->last_batch;
    if (stands)
        TRY(ask_effect(&transaction, error));
    if (stands && !contribution->is_dry_run) {
        status = store_commit(store, error);
        committed.commit_failed = status != STATUS_OK;
        TRY(status);
    }
    committed.is_done = stands;

cleanup:
    store_rollback(store);
    *out_committed = committed;
    return status;
}
