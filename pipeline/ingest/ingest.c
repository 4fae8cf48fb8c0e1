#include "ingest/ingest.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/archive.h"
#include "ingest/commit.h"
#include "ingest/inbox.h"
#include "ingest/ledger.h"
#include "ingest/proof.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    // A file is read again only when another of its feed was committed meanwhile, so that every
    // attempt but the last stands for a file that is done.
    ATTEMPTS_MAX = 64,
    COMMIT_FAILURES_MAX = 2,
};

// A file on its way.
typedef struct Passage {
    const Ingest *ingest;
    Store *store;
    const IngestFile *file;
    ReportName name;
    char *path; // of its bytes: the file's own, or those of a private copy
    int64_t size_bytes;
    int64_t tried_file; // its identity in the ledger when a COMMIT failed; 0: none has
    int commit_failures;
    bool is_decided;
    IngestResult *result;
} Passage;

void ingest_file_clear(IngestFile *file)
{
    free(file->path);
    free(file->name);
    free(file->waits_for);
    *file = (IngestFile){0};
}

void ingest_result_clear(IngestResult *result)
{
    free(result->reason);
    *result = (IngestResult){0};
}

const char *ingest_outcome_key(IngestOutcome outcome)
{
    switch (outcome) {
    case INGEST_COUNTED:
        return "counted";
    case INGEST_KNOWN:
        return "known";
    case INGEST_REFUSED:
        return "refused";
    case INGEST_WAITING:
        return "waiting";
    case INGEST_OUTCOMES:
        break;
    }
    return NULL;
}

static void decide(Passage *passage, IngestOutcome outcome, char *taken_reason)
{
    passage->is_decided = true;
    passage->result->outcome = outcome;
    if (taken_reason != NULL) {
        free(passage->result->reason);
        passage->result->reason = taken_reason;
    }
}

static Status identify(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const IngestFile *file = passage->file;

    TRY(report_name_parse(file->feed->layout.name_pattern, file->name, &passage->name, error));
    if (file->origin == INGEST_FROM_OUTSIDE)
        TRY(archive_spool(passage->ingest->settings->archive_folder, file->feed->name, file->path,
                          &passage->path, error));
    else
        passage->path = memory_copy_text(file->path);
    TRY(digest_file(passage->path, passage->result->sha256, &passage->size_bytes, error));

cleanup:
    return status;
}

// Until the transaction of the claim ends nobody else reads these bytes of this feed.
static Status claim(Store *claims, const Feed *feed, const char *sha256, bool *out_is_ours,
                    Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    char *file = text_format("%s %s", feed->name, sha256);

    TRY(store_begin(claims, error));
    TRY(store_query_row(claims, &sql_claim_file, PARAMS(param_text(file)), &rows, error));
    *out_is_ours = rows_bool(rows, 0, "is_ours");

cleanup:
    rows_free(rows);
    free(file);
    return status;
}

static Status refuse_restatement(const Passage *passage, const LedgerEntry *entry, Error *error)
{
    return error_set(error, STATUS_DATA,
                     "its report (%s) was counted as \"%s\" (SHA-256 %.12s…), with other bytes. To "
                     "count this one in its place: tidemark supersede --feed %s %s '%s' --reason "
                     "TEXT; to keep what was counted: rm '%s'",
                     passage->name.key, entry->report_name, entry->report_sha256,
                     passage->file->feed->name, entry->report_sha256, passage->file->path,
                     passage->file->path);
}

// Decides what the ledger can: a file that is known, also because our own commit had arrived, or
// one of a report that is known by other bytes.
static Status look_up(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const Feed *feed = passage->file->feed;
    LedgerEntry entry = {0};

    TRY(ledger_look_up(passage->store, feed->name, passage->result->sha256, passage->file->name,
                       feed->layout.identity == IDENTITY_LINE ? passage->name.key : NULL, &entry,
                       error));
    if (entry.file != 0 && entry.file == passage->tried_file) {
        passage->result->batch = entry.batch;
        decide(passage, INGEST_COUNTED, NULL);
    } else if (entry.file != 0) {
        passage->result->batch = entry.batch;
        decide(passage, INGEST_KNOWN,
               text_equal(entry.file_state, "counted")
                   ? text_format("counted before, as \"%s\"", entry.file_name)
                   : text_format("counted before as \"%s\", and %s since: %s", entry.file_name,
                                 entry.file_state, entry.file_reason));
    } else if (entry.report_file != 0) {
        TRY(refuse_restatement(passage, &entry, error));
    } else if (entry.namesake_sha256[0] != '\0' && passage->result->reason == NULL) {
        passage->result->reason = text_format(
            "another file of this name was counted before (SHA-256 %.12s…)", entry.namesake_sha256);
        log_write(passage->ingest->log, LOG_WARNING, "feed \"%s\", report file \"%s\": %s",
                  feed->name, passage->file->name, passage->result->reason);
    }

cleanup:
    ledger_entry_clear(&entry);
    return status;
}

// The outcome of a COMMIT that failed is looked up under the lock that it held: who has the lock
// knows that the other transaction has ended, one way or the other.
static Status settle_commit(Passage *passage, int32_t feed, Error *error)
{
    Status status = STATUS_OK;

    log_write(passage->ingest->log, LOG_WARNING,
              "feed \"%s\", report file \"%s\": the outcome of its commit is looked up: %s",
              passage->file->feed->name, passage->file->name, error->message);
    if (passage->commit_failures++ == COMMIT_FAILURES_MAX)
        return error->status;
    error_clear(error);
    TRY(store_reconnect(passage->store, error));
    TRY(store_begin(passage->store, error));
    TRY(store_execute(passage->store, &sql_lock_tide, PARAMS(param_int64(feed)), NULL, error));
    TRY(look_up(passage, error));

cleanup:
    store_rollback(passage->store);
    return status;
}

static void tell(IngestResult *result, const Count *count)
{
    const CellsTotals *totals = cells_totals(count->cells);

    result->rows_read = count->rows.rows_read;
    result->counted = id_set_count(count->ids);
    result->duplicate = count->duplicate_rows;
    result->rejected = count->rows.rejected;
    result->streams = totals->streams;
    result->monetised = totals->monetised;
    result->cells = totals->cells;
}

// The file of rejects comes before the commit: a crash between the two only means that the next
// run writes it again.
static Status write_rejects(const Passage *passage, const Count *count, Error *error)
{
    if (reject_spool_count(count->rejects) == 0 || passage->ingest->is_dry_run)
        return STATUS_OK;

    char *path = text_format("%s/%s/%s.rejects.csv.gz", passage->ingest->settings->reject_folder,
                             passage->file->feed->name, passage->file->name);
    Status status = reject_spool_write_csv(count->rejects, path, error);

    free(path);
    return status;
}

static Status commit(Passage *passage, Count *count, FeedTide *tide, Error *error)
{
    Committed committed = {0};
    const IngestFile *file = passage->file;
    IngestResult *result = passage->result;
    Contribution contribution = {
        .feed = file->feed,
        .name = file->name,
        .sha256 = result->sha256,
        .size_bytes = passage->size_bytes,
        .report_key = file->feed->layout.identity == IDENTITY_LINE ? passage->name.key : NULL,
        .count = count,
        .tide = tide,
        .is_dry_run = passage->ingest->is_dry_run,
    };
    Status status = contribution_commit(passage->store, &contribution, &committed, error);

    result->first_id = committed.first_id;
    result->last_id = committed.last_id;
    if (committed.commit_failed) {
        passage->tried_file = committed.report_file;
        return settle_commit(passage, tide->feed, error);
    }
    // Somebody else has counted this file, or its report: the ledger is asked again.
    if (status == STATUS_BUG && text_equal(store_sqlstate(passage->store), "23505")) {
        error_clear(error);
        return STATUS_OK;
    }
    if (status == STATUS_OK && committed.is_done) {
        result->batch = committed.batch;
        decide(passage, INGEST_COUNTED, NULL);
    }
    return status;
}

// One attempt: reads the file against the tide as it is now, and commits it if the tide is still so
// when it is locked.
static Status count_and_commit(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const IngestFile *file = passage->file;
    const Settings *settings = passage->ingest->settings;
    FeedTide tide = {0};
    Count *count = NULL;
    char *reject_folder = path_join(settings->reject_folder, file->feed->name);

    TRY(feed_tide_load(passage->store, file->feed, &tide, error));

    CountOptions read = {
        .path = passage->path,
        .name = file->name,
        .sha256 = passage->result->sha256,
        .feed = file->feed,
        .days = file->days,
        .tide = tide.tide,
        .reject_folder = reject_folder,
    };

    TRY(count_file(&read, &count, error));
    tell(passage->result, count);
    TRY(write_rejects(passage, count, error));
    TRY(count_check_rejects(count, file->feed, error));

    ProofOptions proof = {
        .read = &read,
        .count = count,
        .feed = tide.feed,
        .archive_folder = settings->archive_folder,
    };

    TRY(prove_duplicates(passage->store, &proof, &passage->result->conflict, error));
    TRY(commit(passage, count, &tide, error));

cleanup:
    count_free(count);
    feed_tide_clear(&tide);
    free(reject_folder);
    return status;
}

// What is committed goes into the archive; with it goes the file's semaphore.
static Status put_away(const Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const IngestFile *file = passage->file;
    IngestOutcome outcome = passage->result->outcome;
    char *folder = path_folder(file->path);
    char *semaphore = inbox_semaphore_path(file->feed, folder, file->name);

    if (passage->ingest->is_dry_run || file->origin == INGEST_FROM_ARCHIVE ||
        (outcome != INGEST_COUNTED && outcome != INGEST_KNOWN))
        goto cleanup;
    TRY(archive_take(passage->ingest->settings->archive_folder, file->feed->name,
                     passage->result->sha256, passage->path, file->name, error));
    if (semaphore != NULL && file->origin == INGEST_FROM_INBOX)
        TRY(file_remove(semaphore, error));

cleanup:
    free(semaphore);
    free(folder);
    return status;
}

static Status pass(Passage *passage, Store *claims, Error *error)
{
    Status status = STATUS_OK;
    bool is_ours = false;

    TRY(identify(passage, error));
    TRY(look_up(passage, error));
    if (!passage->is_decided) {
        TRY(claim(claims, passage->file->feed, passage->result->sha256, &is_ours, error));
        if (!is_ours)
            decide(passage, INGEST_WAITING, memory_copy_text("another run is reading it"));
    }
    for (int attempt = 0; !passage->is_decided; attempt++) {
        if (attempt == ATTEMPTS_MAX) {
            status =
                error_set(error, STATUS_BUSY,
                          "read %d times, and each time others had added to the feed meanwhile",
                          ATTEMPTS_MAX);
            goto cleanup;
        }
        if (attempt > 0)
            TRY(look_up(passage, error));
        if (!passage->is_decided)
            TRY(count_and_commit(passage, error));
    }
    TRY(put_away(passage, error));
    if (passage->result->outcome == INGEST_WAITING)
        status = error_set(error, STATUS_BUSY, "%s", passage->result->reason);

cleanup:
    store_rollback(claims);
    return status;
}

Status ingest_file(const Ingest *ingest, const IngestStores *stores, const IngestFile *file,
                   IngestResult *out_result, Error *error)
{
    IngestResult result = {.outcome = INGEST_REFUSED};
    Passage passage = {.ingest = ingest, .store = stores->work, .file = file, .result = &result};
    Status status = STATUS_OK;

    if (file->waits_for != NULL)
        decide(&passage, INGEST_WAITING, memory_copy_text(file->waits_for));
    else
        status = pass(&passage, stores->claims, error);
    if (status != STATUS_OK) {
        free(result.reason);
        result.reason = memory_copy_text(error->message);
        error_context(error, "feed \"%s\", report file \"%s\"", file->feed->name, file->name);
    }
    // A private copy that was not taken in; what a dry run looked at is not kept either.
    if (passage.path != NULL && file->origin == INGEST_FROM_OUTSIDE) {
        Error ignored = {0};

        if (file_remove(passage.path, &ignored) != STATUS_OK)
            log_write(ingest->log, LOG_WARNING, "%s", ignored.message);
    }
    result.status = status;
    *out_result = result;
    report_name_clear(&passage.name);
    free(passage.path);
    return status;
}
