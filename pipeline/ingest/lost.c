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

// The ledger is asked for about so many archived files at a time.
enum { DIGESTS_MAX = 4096 };

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

// One look through a feed's archive.
typedef struct Search {
    IngestList *list;
    const Ingest *ingest;
    Store *store;
    const Feed *feed;
    char **digests; // of archived files that the ledger has still to be asked for
    size_t count;
    size_t capacity;
} Search;

static void search_clear(Search *search)
{
    names_free(search->digests, search->count);
    search->digests = NULL;
    search->count = 0;
    search->capacity = 0;
}

// Asks the ledger for the files found so far, and lists those that it does not know.
static Status list_unknown(Search *search, Error *error)
{
    Status status = STATUS_OK;
    const char *archive = search->ingest->settings->archive_folder;
    const char *feed = search->feed->name;
    Rows *rows = NULL;

    TRY(store_query(search->store, &sql_unknown_files,
                    PARAMS(param_text(feed),
                           param_text_array((const char *const *)search->digests, search->count)),
                    &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *digest = rows_text(rows, i, "sha256");

        ingest_list_add(search->list, (IngestFile){
                                          .feed = search->feed,
                                          .origin = INGEST_FROM_ARCHIVE,
                                          .path = archive_path(archive, feed, digest),
                                          .name = archive_name(archive, feed, digest),
                                      });
    }
    search_clear(search);

cleanup:
    rows_free(rows);
    return status;
}

// The files of archive/<feed>/<first two>.
static Status search_folder(Search *search, const char *folder, Error *error)
{
    Status status = STATUS_OK;
    char **names = NULL;
    size_t count = 0;

    TRY(folder_list(folder, &names, &count, error));
    for (size_t i = 0; i < count; i++) {
        char *digest = digest_of_name(names[i]);

        if (digest == NULL)
            continue;
        MEMORY_GROW(search->digests, search->count, search->capacity);
        search->digests[search->count++] = digest;
    }
    if (search->count >= DIGESTS_MAX)
        TRY(list_unknown(search, error));

cleanup:
    names_free(names, count);
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

Status ingest_list_lost(IngestList *list, const Ingest *ingest, Store *store, const Feed *feed,
                        Error *error)
{
    Status status = STATUS_OK;
    Search search = {.list = list, .ingest = ingest, .store = store, .feed = feed};
    char **folders = NULL;
    size_t count = 0;
    char *archive = path_join(ingest->settings->archive_folder, feed->name);

    if (!ingest->is_dry_run)
        TRY(settle_copies(ingest, store, feed, error));
    TRY(folder_list_folders(archive, &folders, &count, error));
    for (size_t i = 0; i < count; i++) {
        char *folder = path_join(archive, folders[i]);

        status = search_folder(&search, folder, error);
        free(folder);
        TRY(status);
    }
    if (search.count > 0)
        TRY(list_unknown(&search, error));

cleanup:
    search_clear(&search);
    names_free(folders, count);
    free(archive);
    return status;
}
