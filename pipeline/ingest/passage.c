#include "ingest/passage.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/archive.h"
#include "sql.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMMIT_FAILURES_MAX = 2 };

void passage_decide(Passage *passage, IngestOutcome outcome, char *taken_reason)
{
    passage->is_decided = true;
    passage->result->outcome = outcome;
    if (taken_reason != NULL) {
        free(passage->result->reason);
        passage->result->reason = taken_reason;
    }
}

// Standard input and pipes are none: they cannot be read twice.
static bool is_plain_file(const char *path)
{
    struct stat found;

    return !text_equal(path, "-") && (stat(path, &found) != 0 || S_ISREG(found.st_mode));
}

static int64_t changed_at(const struct stat *found)
{
    enum { NANOSECONDS = 1000000000 };

    return found->st_mtim.tv_sec * (int64_t)NANOSECONDS + found->st_mtim.tv_nsec;
}

static Status look_at(const char *path, int64_t *out_size_bytes, int64_t *out_changed_at,
                      Error *error)
{
    struct stat found;

    if (stat(path, &found) != 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not open \"%s\"", path);
    *out_size_bytes = found.st_size;
    *out_changed_at = changed_at(&found);
    return STATUS_OK;
}

// As it is now: who reads it is told whether it is still so.
static Status look_at_file(Passage *passage, Error *error)
{
    return look_at(passage->path, &passage->size_bytes, &passage->changed_at, error);
}

static Status take_path(Passage *passage, char *taken_path, Error *error)
{
    free(passage->path);
    passage->path = taken_path;
    passage->is_copy = true;
    return look_at_file(passage, error);
}

static Status copy_file(Passage *passage, Error *error)
{
    char *path = NULL;
    Status status = archive_copy_file(passage->ingest->settings->archive_folder,
                                      passage->file->feed->name, passage->file->path, &path, error);

    return status == STATUS_OK ? take_path(passage, path, error) : status;
}

// A file that another is renamed over, or that is removed, is still there for who has it open.
static Status hold_file(Passage *passage, Error *error)
{
    struct stat found;
    int descriptor = open(passage->path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0 || fstat(descriptor, &found) != 0) {
        Status status =
            error_set_errno(error, STATUS_CANNOT_READ, "could not open \"%s\"", passage->path);

        if (descriptor >= 0)
            (void)close(descriptor);
        return status;
    }
    passage->held = descriptor + 1;
    passage->size_bytes = found.st_size;
    passage->changed_at = changed_at(&found);
    return STATUS_OK;
}

Status passage_identify(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const IngestFile *file = passage->file;

    TRY(report_name_parse(file->feed->layout.name_pattern, file->name, &passage->name, error));
    if (!is_plain_file(file->path)) {
        TRY(copy_file(passage, error));
    } else {
        passage->path = memory_copy_text(file->path);
        if (file->origin == INGEST_FROM_INBOX && !passage->ingest->is_dry_run)
            TRY(hold_file(passage, error));
        else
            TRY(look_at_file(passage, error));
    }
    if (file->origin == INGEST_FROM_INBOX && !passage->ingest->is_dry_run)
        file_begin_sync(passage->path); // it will be synced when it moves into the archive

cleanup:
    return status;
}

Status passage_open_copy(const Passage *passage, ArchiveCopy **out_copy, Error *error)
{
    if (passage->file->origin != INGEST_FROM_OUTSIDE || passage->is_copy ||
        passage->ingest->is_dry_run)
        return STATUS_OK;
    return archive_copy_open(passage->ingest->settings->archive_folder, passage->file->feed->name,
                             out_copy, error);
}

Status passage_take_copy(Passage *passage, ArchiveCopy *copy, Error *error)
{
    char *path = NULL;
    Status status = archive_copy_finish(copy, &path, error);

    return status == STATUS_OK ? take_path(passage, path, error) : status;
}

// A copy that was not made while the file was read.
static Status check_copy(const Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    char sha256[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;

    TRY(digest_file(passage->path, sha256, &size_bytes, error));
    if (!text_equal(sha256, passage->result->sha256))
        status = error_set(error, STATUS_CANNOT_READ, "\"%s\" was changed meanwhile",
                           passage->file->path);

cleanup:
    return status;
}

// A copy of a file that is known, but not in the archive.
static Status copy_known(Passage *passage, Error *error)
{
    Status status = copy_file(passage, error);

    return status == STATUS_OK ? check_copy(passage, error) : status;
}

// Whether the path is still that of the file that is held, and that as it was looked at.
static bool is_as_held(const Passage *passage)
{
    struct stat held;
    struct stat found;

    return fstat(passage->held - 1, &held) == 0 && stat(passage->path, &found) == 0 &&
           held.st_dev == found.st_dev && held.st_ino == found.st_ino &&
           found.st_size == passage->size_bytes && changed_at(&found) == passage->changed_at;
}

// Renamed into the archive it would lead to nowhere, or to what others may change.
static bool is_link(const char *path)
{
    struct stat found;

    return lstat(path, &found) == 0 && S_ISLNK(found.st_mode);
}

// Copies so many bytes of the file that is held; fewer if it has no more.
static Status copy_bytes(const Passage *passage, ArchiveCopy *copy, Error *error)
{
    enum { BUFFER_BYTES = 1 << 16 };
    Status status = STATUS_OK;
    char *buffer = MEMORY_NEW(char, BUFFER_BYTES);
    ssize_t got = 1;

    for (int64_t done = 0; done < passage->size_bytes && got > 0; done += got) {
        int64_t left = passage->size_bytes - done;

        got = pread(passage->held - 1, buffer, left < BUFFER_BYTES ? (size_t)left : BUFFER_BYTES,
                    done);
        if (got < 0)
            TRY(error_set_errno(error, STATUS_CANNOT_READ, "could not read \"%s\"", passage->path));
        TRY(archive_copy_write(copy, buffer, (size_t)got, error));
    }

cleanup:
    free(buffer);
    return status;
}

// A file of the inbox in whose place there is another, or a link, or behind whose end something was
// written.
static Status copy_held(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    ArchiveCopy *copy = NULL;

    TRY(archive_copy_open(passage->ingest->settings->archive_folder, passage->file->feed->name,
                          &copy, error));
    TRY(copy_bytes(passage, copy, error));
    TRY(passage_take_copy(passage, copy, error));
    TRY(check_copy(passage, error));

cleanup:
    archive_copy_close(copy);
    return status;
}

Status passage_put_away(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const char *archive = passage->ingest->settings->archive_folder;
    const char *feed = passage->file->feed->name;
    char *archived = archive_path(archive, feed, passage->result->sha256);
    bool is_outside = passage->file->origin == INGEST_FROM_OUTSIDE && !passage->is_copy;
    bool is_replaced = passage->held > 0 && !is_as_held(passage);
    bool is_linked = passage->held > 0 && !is_replaced && is_link(passage->path);

    if (!(is_outside || is_replaced || is_linked) || !file_exists(archived)) {
        if (is_outside)
            TRY(copy_known(passage, error));
        if (is_replaced || is_linked)
            TRY(copy_held(passage, error));
        TRY(archive_take(archive, feed, passage->result->sha256, passage->path, passage->file->name,
                         error));
    }
    if (is_linked)
        TRY(file_remove(passage->file->path, error));

cleanup:
    free(archived);
    return status;
}

static bool has_digest(const Passage *passage)
{
    return passage->result->sha256[0] != '\0';
}

// What is claimed, as text of ours: a name may be any bytes, and has two digits for each.
static char *claim_of(const Passage *passage)
{
    Text claim = {0};
    const char *feed = passage->file->feed->name;
    const char *name = passage->file->name;

    if (has_digest(passage))
        return text_format("%s %s", feed, passage->result->sha256);
    text_append_format(&claim, "%s %" PRId64 " bytes, ", feed, passage->size_bytes);
    for (size_t i = 0; name[i] != '\0'; i++)
        text_append_format(&claim, "%02x", (unsigned char)name[i]);
    return text_take(&claim);
}

Status passage_claim(Passage *passage, Error *error)
{
    Rows *rows = NULL;
    char *claimed = claim_of(passage);
    Status status = store_query_row(passage->claims, &sql_claim_file, PARAMS(param_text(claimed)),
                                    &rows, error);

    if (status == STATUS_OK && !rows_bool(rows, 0, "is_ours"))
        passage_decide(passage, INGEST_WAITING, memory_copy_text("another run is reading it"));
    rows_free(rows);
    free(claimed);
    return status;
}

// One of the inbox is still being written: no failure that the others have to wait for.
static Status refuse_changed(const Passage *passage, Error *error)
{
    if (passage->file->origin == INGEST_FROM_INBOX)
        return error_set(error, STATUS_DATA,
                         "it was written to while it was read, and stays in the inbox for the next "
                         "run; `ready` in the feed's settings lets such a file wait");
    return error_set(error, STATUS_CANNOT_READ, "\"%s\" was changed meanwhile", passage->path);
}

Status passage_take_digest(Passage *passage, const char *sha256, Error *error)
{
    int64_t size_bytes = 0;
    int64_t written_at = 0;
    Status status = look_at(passage->path, &size_bytes, &written_at, error);

    if (status != STATUS_OK)
        return status;
    if (size_bytes != passage->size_bytes || written_at != passage->changed_at)
        return refuse_changed(passage, error);
    if (has_digest(passage))
        return text_equal(sha256, passage->result->sha256) ? STATUS_OK
                                                           : refuse_changed(passage, error);
    memcpy(passage->result->sha256, sha256, DIGEST_TEXT_BYTES);
    return passage_claim(passage, error);
}

void passage_tell_digest(Passage *passage)
{
    Error ignored = {0};

    if (passage->path != NULL && !has_digest(passage) &&
        digest_file(passage->path, passage->result->sha256, &passage->size_bytes, &ignored) !=
            STATUS_OK)
        passage->result->sha256[0] = '\0';
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

static Status find_known(Passage *passage, const LedgerEntry *entry, Error *error)
{
    bool is_live = text_equal(entry->file_state, "counted");

    if (passage->file->succession != NULL)
        return error_set(error, STATUS_DATA,
                         "its bytes are those of \"%s\", which was counted before%s%s, so that it "
                         "cannot take the place of another file",
                         entry->file_name, is_live ? "" : " and then ",
                         is_live ? "" : entry->file_state);
    // Without rows it does not matter whose they are not: "no sales" looks the same every month.
    if (entry->file_key != NULL && !text_equal(entry->file_key, passage->name.key) &&
        entry->file_rows > 0)
        return error_set(
            error, STATUS_DATA,
            "its bytes are those of \"%s\", which was counted as another report (%s, not "
            "%s), and the same bytes count once. If both reports are right, give this "
            "one other bytes: gzip it, or gzip it anew",
            entry->file_name, entry->file_key, passage->name.key);
    passage->result->batch = entry->batch;
    passage_decide(passage, INGEST_KNOWN,
                   is_live ? text_format("counted before, as \"%s\"", entry->file_name)
                           : text_format("counted before as \"%s\", and %s since: %s",
                                         entry->file_name, entry->file_state, entry->file_reason));
    return STATUS_OK;
}

static void warn_of_namesake(Passage *passage, const char *sha256)
{
    passage->result->reason =
        text_format("another file of this name was counted before (SHA-256 %.12s…)", sha256);
    log_write(passage->ingest->log, LOG_WARNING, "feed \"%s\", report file \"%s\": %s",
              passage->file->feed->name, passage->file->name, passage->result->reason);
}

// Nothing of this size in the ledger: nothing of these bytes.
static Status digest_if_like(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    int64_t size_bytes = 0;

    if (has_digest(passage))
        return STATUS_OK;
    TRY(store_query_row(
        passage->store, &sql_find_size,
        PARAMS(param_text(passage->file->feed->name), param_int64(passage->size_bytes)), &rows,
        error));
    if (rows_bool(rows, 0, "is_there"))
        TRY(digest_file(passage->path, passage->result->sha256, &size_bytes, error));

cleanup:
    rows_free(rows);
    return status;
}

Status passage_look_up(Passage *passage, Error *error)
{
    Status status = STATUS_OK;
    const Feed *feed = passage->file->feed;
    const IngestSuccession *succession = passage->file->succession;
    LedgerEntry entry = {0};

    TRY(digest_if_like(passage, error));
    TRY(ledger_look_up(passage->store, feed->name, passage->result->sha256, passage->file->name,
                       feed->layout.identity == IDENTITY_LINE ? passage->name.key : NULL, &entry,
                       error));
    if (entry.file != 0 && entry.file == passage->tried_file) {
        passage->result->batch = entry.batch;
        passage_decide(passage, INGEST_COUNTED, NULL);
    } else if (entry.file != 0) {
        TRY(find_known(passage, &entry, error));
    } else if (entry.report_file != 0 &&
               (succession == NULL || succession->old->id != entry.report_file)) {
        TRY(refuse_restatement(passage, &entry, error));
    } else if (entry.namesake_sha256[0] != '\0' && passage->result->reason == NULL) {
        warn_of_namesake(passage, entry.namesake_sha256);
    }

cleanup:
    ledger_entry_clear(&entry);
    return status;
}

Status passage_settle_commit(Passage *passage, int32_t feed, Error *error)
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
    TRY(passage_look_up(passage, error));

cleanup:
    store_rollback(passage->store);
    return status;
}

void passage_close(Passage *passage)
{
    if (passage->held > 0)
        (void)close(passage->held - 1);
    report_name_clear(&passage->name);
    free(passage->path);
}
