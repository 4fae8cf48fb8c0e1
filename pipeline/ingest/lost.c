#include "base/files.h"
#include "base/memory.h"
#include "ingest/archive.h"
#include "ingest/ledger.h"
#include "ingest/run.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

// A private copy that nobody finished is of no use to anyone: whoever brought the file was told
// that it failed, or finds it where it was.
enum { ABANDONED_AFTER_S = 24 * 60 * 60 };

static const char ending[] = ".csv.gz";

// The SHA-256 that an archived file is called by; NULL for what is none. The caller's.
static char *digest_of_name(const char *name)
{
    size_t digest_bytes = DIGEST_TEXT_BYTES - 1;

    if (!text_ends_with(name, ending) || strlen(name) != digest_bytes + sizeof ending - 1 ||
        strspn(name, "0123456789abcdef") < digest_bytes)
        return NULL;
    return memory_copy(name, digest_bytes);
}

static Status add_unknown(IngestList *list, const Ingest *ingest, Store *store, const Feed *feed,
                          const DayTable *days, char **digests, size_t count, Error *error)
{
    const char *archive = ingest->settings->archive_folder;
    Rows *rows = NULL;
    Status status = store_query(
        store, &sql_unknown_files,
        PARAMS(param_text(feed->name), param_text_array((const char *const *)digests, count)),
        &rows, error);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *digest = rows_text(rows, i, "sha256");

        ingest_list_add(list, (IngestFile){
                                  .feed = feed,
                                  .days = days,
                                  .origin = INGEST_FROM_ARCHIVE,
                                  .path = archive_path(archive, feed->name, digest),
                                  .name = archive_name(archive, feed->name, digest),
                              });
    }
    rows_free(rows);
    return STATUS_OK;
}

// The files of archive/<feed>/<first two>.
static Status add_folder(IngestList *list, const Ingest *ingest, Store *store, const Feed *feed,
                         const DayTable *days, const char *folder, Error *error)
{
    Status status = STATUS_OK;
    char **names = NULL;
    char **digests = NULL;
    size_t name_count = 0;
    size_t count = 0;

    TRY(folder_list(folder, &names, &name_count, error));
    digests = MEMORY_NEW(char *, name_count);
    for (size_t i = 0; i < name_count; i++) {
        char *digest = digest_of_name(names[i]);

        if (digest != NULL)
            digests[count++] = digest;
    }
    TRY(add_unknown(list, ingest, store, feed, days, digests, count, error));

cleanup:
    names_free(digests, count);
    names_free(names, name_count);
    return status;
}

// A private copy that a crash left behind: if what it holds was committed, it is the archive's only
// one, and goes there; if not, it is removed once it is surely abandoned.
static Status settle_copy(const Ingest *ingest, Store *store, const Feed *feed, const char *path,
                          Error *error)
{
    Status status = STATUS_OK;
    LedgerEntry entry = {0};
    struct stat found;
    char digest[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;

    TRY(digest_file(path, digest, &size_bytes, error));
    TRY(ledger_look_up(store, feed->name, digest, "", NULL, &entry, error));
    if (entry.file != 0)
        TRY(archive_take(ingest->settings->archive_folder, feed->name, digest, path,
                         entry.file_name, error));
    else if (stat(path, &found) == 0 && time(NULL) - found.st_mtime > ABANDONED_AFTER_S)
        TRY(file_remove(path, error));

cleanup:
    ledger_entry_clear(&entry);
    return status;
}

static Status settle_copies(const Ingest *ingest, Store *store, const Feed *feed, Error *error)
{
    Status status = STATUS_OK;
    char **names = NULL;
    size_t count = 0;
    char *folder = text_format("%s/.incoming/%s", ingest->settings->archive_folder, feed->name);

    TRY(folder_list(folder, &names, &count, error));
    for (size_t i = 0; i < count; i++) {
        char *path = path_join(folder, names[i]);

        status = settle_copy(ingest, store, feed, path, error);
        free(path);
        TRY(status);
    }

cleanup:
    names_free(names, count);
    free(folder);
    return status;
}

Status ingest_list_lost(IngestList *list, const Ingest *ingest, Store *store, DayTables *days,
                        const Feed *feed, Error *error)
{
    Status status = STATUS_OK;
    const DayTable *table = NULL;
    char **folders = NULL;
    size_t count = 0;
    char *archive = path_join(ingest->settings->archive_folder, feed->name);

    if (!ingest->is_dry_run)
        TRY(settle_copies(ingest, store, feed, error));
    TRY(folder_list_folders(archive, &folders, &count, error));
    if (count > 0)
        TRY(day_tables_get(days, store, feed, &table, error));
    for (size_t i = 0; i < count; i++) {
        char *folder = path_join(archive, folders[i]);

        status = add_folder(list, ingest, store, feed, table, folder, error);
        free(folder);
        TRY(status);
    }

cleanup:
    names_free(folders, count);
    free(archive);
    return status;
}
