#include "ingest/ingest.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/commit.h"
#include "ingest/inbox.h"
#include "ingest/passage.h"
#include "ingest/proof.h"

#include <inttypes.h>
#include <stdlib.h>

// A file is read again only when another of its feed was committed meanwhile, so that every attempt
// but the last stands for a file that is done.
enum { ATTEMPTS_MAX = 64 };

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

static void tell(IngestResult *result, const Count *count)
{
    CellsTotals totals = cells_totals(count->cells);

    result->rows_read = count->rows.rows_read;
    result->counted = id_set_count(count->ids);
    result->duplicate = count->duplicate_rows;
    result->rejected = count->rows.rejected;
    result->streams = totals.streams;
    result->monetised = totals.monetised;
    result->cells = totals.cells;
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

static Contribution *begin_contribution(const Passage *passage, FeedTide *tide, Takeout *takeout)
{
    const IngestFile *file = passage->file;
    ContributionOptions options = {
        .feed = file->feed,
        .name = file->name,
        .sha256 = passage->result->sha256,
        .size_bytes = passage->size_bytes,
        .report_key = file->feed->layout.identity == IDENTITY_LINE ? passage->name.key : NULL,
        .tide = tide,
        .takeout = file->succession == NULL ? NULL : takeout,
        .out_effect = file->succession == NULL ? NULL : &file->succession->effect,
        .is_dry_run = passage->ingest->is_dry_run,
    };

    return contribution_new(passage->store, &options);
}

static Status add_cells(void *contribution, Cells *cells, Error *error)
{
    return contribution_add_cells(contribution, cells, error);
}

static Status commit(Passage *passage, Contribution *contribution, int32_t feed, Error *error)
{
    Committed committed = {0};
    IngestResult *result = passage->result;
    Status status = contribution_commit(contribution, &committed, error);

    result->first_id = committed.first_id;
    result->last_id = committed.last_id;
    if (committed.commit_failed) {
        passage->tried_file = committed.report_file;
        return passage_settle_commit(passage, feed, error);
    }
    // Somebody else has counted this file, or its report: the ledger is asked again.
    if (status == STATUS_BUG && text_equal(store_sqlstate(passage->store), "23505")) {
        error_clear(error);
        return STATUS_OK;
    }
    if (status == STATUS_OK && committed.is_done) {
        result->batch = committed.batch;
        passage_decide(passage, INGEST_COUNTED, NULL);
    }
    return status;
}

// The tide that the file is read against: as it is, or without the IDs of the file that it
// supersedes.
static Status load_tides(const Passage *passage, FeedTide *tide, FeedTide *without,
                         Takeout *takeout, Error *error)
{
    Status status = STATUS_OK;
    const Feed *feed = passage->file->feed;
    const IngestSuccession *succession = passage->file->succession;

    TRY(feed_tide_load(passage->store, feed, tide, error));
    if (succession == NULL)
        goto cleanup;
    TRY(takeout_load(passage->store, succession->old, feed->layout.identity, succession->reason,
                     takeout, error));
    TRY(feed_tide_load(passage->store, feed, without, error));
    if (!tide_has_all(without->tide, takeout->ids)) {
        status = error_set(error, STATUS_BUSY,
                           "file \"%s\" (SHA-256 %.12s…) was taken out by somebody else meanwhile",
                           succession->old->name, succession->old->sha256);
        goto cleanup;
    }
    tide_revoke(without->tide, takeout->ids);

cleanup:
    return status;
}

static Status check_and_prove(Passage *passage, const ReadingOptions *reading, const Count *count,
                              int32_t feed, Error *error)
{
    Status status = STATUS_OK;
    const IngestSuccession *succession = passage->file->succession;
    ProofOptions proof = {
        .reading = reading,
        .sha256 = passage->result->sha256,
        .count = count,
        .feed = feed,
        .settings = passage->ingest->settings,
        .taken_out = succession == NULL ? 0 : succession->old->id,
        .memory_bytes_max = passage->ingest->file_bytes_max,
    };

    TRY(write_rejects(passage, count, error));
    TRY(count_check_rejects(count, passage->file->feed, error));
    TRY(prove_duplicates(passage->store, &proof, &passage->result->conflict, error));

cleanup:
    return status;
}

// One attempt: reads the file against the tide as it is now, and commits it if the tide is still so
// when it is locked.
static Status count_and_commit(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const IngestFile *file = passage->file;
    FeedTide tide = {0};
    FeedTide without = {0};
    Takeout takeout = {0};
    Count *count = NULL;
    ArchiveCopy *copy = NULL;
    const DayTable *days = NULL;
    Contribution *contribution = begin_contribution(passage, &tide, &takeout);
    char *reject_folder = path_join(passage->ingest->settings->reject_folder, file->feed->name);

    TRY(day_tables_get(passage->ingest->days, passage->store, file->feed, &days, error));
    TRY(load_tides(passage, &tide, &without, &takeout, error));
    TRY(passage_open_copy(passage, &copy, error));

    ReadingOptions reading = {
        .path = passage->path,
        .name = file->name,
        .feed = file->feed,
        .days = days,
        .reader = passage->ingest->reader,
    };
    CountOptions read = {
        .reading = reading,
        .tide = file->succession == NULL ? tide.tide : without.tide,
        .reject_folder = reject_folder,
        .cells = passage->cells,
        .spill = add_cells,
        .spill_context = contribution,
    };

    read.reading.copy = copy;
    TRY(count_file(&read, &count, error));
    TRY(passage_take_digest(passage, count->sha256, error));
    if (passage->is_decided)
        goto cleanup;
    if (copy != NULL)
        archive_copy_begin_sync(copy);
    tell(passage->result, count);
    TRY(check_and_prove(passage, &reading, count, tide.feed, error));
    TRY(contribution_write(contribution, count, error));
    if (copy != NULL)
        TRY(passage_take_copy(passage, copy, error));
    TRY(commit(passage, contribution, tide.feed, error));

cleanup:
    contribution_free(contribution);
    archive_copy_close(copy);
    count_free(count);
    takeout_clear(&takeout);
    feed_tide_clear(&without);
    feed_tide_clear(&tide);
    free(reject_folder);
    return status;
}

// What is committed goes into the archive; with it goes the file's semaphore.
static Status put_away(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const IngestFile *file = passage->file;
    IngestOutcome outcome = passage->result->outcome;
    char *folder = path_folder(file->path);
    char *semaphore = inbox_semaphore_path(file->feed, folder, file->name);

    if (passage->ingest->is_dry_run || file->origin == INGEST_FROM_ARCHIVE ||
        (outcome != INGEST_COUNTED && outcome != INGEST_KNOWN))
        goto cleanup;
    TRY(passage_put_away(passage, error));
    // Where another has come in its place meanwhile, the semaphore may be that one's.
    if (semaphore != NULL && file->origin == INGEST_FROM_INBOX && !file_exists(file->path))
        TRY(file_remove(semaphore, error));

cleanup:
    free(semaphore);
    free(folder);
    return status;
}

static Status pass(Passage *passage, Error *error)
{
    Status status = STATUS_OK;

    TRY(passage_identify(passage, error));
    TRY(passage_look_up(passage, error));
    if (!passage->is_decided) {
        TRY(store_begin(passage->claims, error));
        TRY(passage_claim(passage, error));
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
            TRY(passage_look_up(passage, error));
        if (!passage->is_decided)
            TRY(count_and_commit(passage, error));
    }
    TRY(put_away(passage, error));
    if (passage->result->outcome == INGEST_WAITING)
        status = error_set(error, STATUS_BUSY, "%s", passage->result->reason);

cleanup:
    store_rollback(passage->claims);
    if (status == STATUS_NO_INPUT && passage->file->origin == INGEST_FROM_INBOX &&
        passage->file->succession == NULL && !file_exists(passage->file->path)) {
        error_clear(error);
        passage_decide(passage, INGEST_KNOWN,
                       memory_copy_text("another run has taken it out of the inbox meanwhile"));
        status = STATUS_OK;
    }
    return status;
}

static bool may_be_known(const Passage *passage)
{
    return passage->tried_file != 0 || passage->result->outcome == INGEST_COUNTED ||
           passage->result->outcome == INGEST_KNOWN;
}

Status ingest_file(const Ingest *ingest, const IngestTools *tools, const IngestFile *file,
                   IngestResult *out_result, Error *error)
{
    IngestResult result = {.outcome = INGEST_REFUSED};
    Passage passage = {.ingest = ingest,
                       .store = tools->work,
                       .claims = tools->claims,
                       .cells = tools->cells,
                       .file = file,
                       .result = &result};
    Status status = STATUS_OK;

    if (file->waits_for != NULL)
        passage_decide(&passage, INGEST_WAITING, memory_copy_text(file->waits_for));
    else
        status = pass(&passage, error);
    if (status != STATUS_OK) {
        free(result.reason);
        result.reason = memory_copy_text(error->message);
        error_context(error, "feed \"%s\", report file \"%s\"", file->feed->name, file->name);
    }
    passage_tell_digest(&passage);
    // A private copy that was not taken in; what a dry run looked at is not kept either. One that is
    // committed, or may be, is the only one there is: --reconcile brings it into the archive.
    if (passage.is_copy && (ingest->is_dry_run || !may_be_known(&passage))) {
        Error ignored = {0};

        if (file_remove(passage.path, &ignored) != STATUS_OK)
            log_write(ingest->log, LOG_WARNING, "%s", ignored.message);
    }
    result.status = status;
    *out_result = result;
    passage_close(&passage);
    return status;
}
