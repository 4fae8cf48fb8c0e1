#include "ingest/run.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/inbox.h"
#include "sql.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

static const char *identity_text(const Feed *feed)
{
    return feed->layout.identity == IDENTITY_LINE ? "line" : "column";
}

static Status check_feed(const Rows *rows, size_t row, const Feed *feed, Error *error)
{
    const char *identity = rows_text(rows, row, "identity");
    const char *provider = rows_text(rows, row, "provider");
    int64_t first_id = rows_int64(rows, row, "first_id");

    if (text_equal(identity, identity_text(feed)) && text_equal(provider, feed->provider) &&
        first_id == feed->layout.first_id)
        return STATUS_OK;
    return error_set(error, STATUS_CONFIG,
                     "feed \"%s\" was counted with provider \"%s\", identity \"%s\", first_id "
                     "%" PRId64 "; its settings say \"%s\", \"%s\", %" PRId64
                     ". What was counted stands by the former: a feed that is numbered anew is a "
                     "new feed, with a file of its own",
                     feed->name, provider, identity, first_id, feed->provider, identity_text(feed),
                     feed->layout.first_id);
}

Status ingest_check_feeds(Store *store, const Settings *settings, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query(store, &sql_stored_feeds, NO_PARAMS, &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++)
        for (size_t j = 0; j < settings->feed_count; j++)
            if (text_equal(settings->feeds[j].name, rows_text(rows, i, "name")))
                TRY(check_feed(rows, i, &settings->feeds[j], error));

cleanup:
    rows_free(rows);
    return status;
}

void ingest_list_add(IngestList *list, IngestFile file)
{
    MEMORY_GROW(list->files, list->count, list->capacity);
    list->files[list->count++] = file;
}

// The names of the feed's counted files, for names_free().
static Status counted_names(Store *store, const Feed *feed, char ***out_names, size_t *out_count,
                            Error *error)
{
    Rows *rows = NULL;
    Status status =
        store_query(store, &sql_counted_names, PARAMS(param_text(feed->name)), &rows, error);

    if (status != STATUS_OK)
        return status;

    char **names = MEMORY_NEW(char *, rows_count(rows));

    for (size_t i = 0; i < rows_count(rows); i++)
        names[i] = slice_copy(rows_bytes(rows, i, "name"));
    *out_names = names;
    *out_count = rows_count(rows);
    rows_free(rows);
    return STATUS_OK;
}

static Status wait_for_parts(Inbox *inbox, Store *store, Error *error)
{
    char **names = NULL;
    size_t count = 0;

    if (!inbox_lacks_parts(inbox))
        return STATUS_OK;

    Status status = counted_names(store, inbox->feed, &names, &count, error);

    if (status != STATUS_OK)
        return status;
    inbox_wait_for_parts(inbox, (const char *const *)names, count);
    names_free(names, count);
    return STATUS_OK;
}

Status ingest_look(Store *store, const Settings *settings, const Feed *feed, Inbox *out_inbox,
                   Error *error)
{
    Status status = STATUS_OK;
    Inbox inbox = {0};
    char *folder = path_join(settings->inbox_folder, feed->name);

    TRY(inbox_list(folder, feed, (int64_t)time(NULL), &inbox, error));
    TRY(wait_for_parts(&inbox, store, error));
    *out_inbox = inbox;
    inbox = (Inbox){0};

cleanup:
    inbox_clear(&inbox);
    free(folder);
    return status;
}

Status ingest_list_inbox(IngestList *list, const Ingest *ingest, Store *store, const Feed *feed,
                         StageShare share, Error *error)
{
    Status status = STATUS_OK;
    Inbox inbox = {0};

    TRY(ingest_look(store, ingest->settings, feed, &inbox, error));
    for (size_t i = 0; i < inbox.stranger_count; i++)
        log_write(
            ingest->log, LOG_WARNING,
            "feed \"%s\": \"%s\" in its inbox is no report file; expected a name that ends in "
            ".csv, .tsv or .txt, with or without .gz",
            feed->name, inbox.strangers[i]);
    for (size_t i = 0; i < inbox.count; i++) {
        const InboxFile *file = &inbox.files[i];

        if (inbox_is_of_share(file->name, share.number, share.count))
            ingest_list_add(list, (IngestFile){
                                      .feed = feed,
                                      .origin = INGEST_FROM_INBOX,
                                      .path = memory_copy_text(file->path),
                                      .name = memory_copy_text(file->name),
                                      .waits_for = memory_copy_text(file->waits_for),
                                  });
    }

cleanup:
    inbox_clear(&inbox);
    return status;
}

// Whether a path names a file in a feed's inbox, however it is written.
static bool is_in_inbox(const char *path, const char *inbox_folder, const char *feed)
{
    char *folder = path_folder(path);
    char *inbox = path_join(inbox_folder, feed);
    char found[PATH_MAX];
    char expected[PATH_MAX];
    bool is_in = realpath(folder, found) != NULL && realpath(inbox, expected) != NULL &&
                 text_equal(found, expected);

    free(inbox);
    free(folder);
    return is_in;
}

Status ingest_list_path(IngestList *list, const Ingest *ingest, const Feed *feed, const char *path,
                        const char *name, Error *error)
{
    Status status = STATUS_OK;
    int64_t size_bytes = 0;
    bool is_standard_input = text_equal(path, "-");
    bool is_in =
        !is_standard_input && is_in_inbox(path, ingest->settings->inbox_folder, feed->name);

    if (!is_standard_input)
        TRY(file_size(path, &size_bytes, error));
    ingest_list_add(list, (IngestFile){
                              .feed = feed,
                              .origin = is_in ? INGEST_FROM_INBOX : INGEST_FROM_OUTSIDE,
                              .path = memory_copy_text(path),
                              .name = memory_copy_text(name == NULL ? path_name(path) : name),
                          });

cleanup:
    return status;
}

void ingest_list_clear(IngestList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        ingest_file_clear(&list->files[i]);
        if (list->results != NULL)
            ingest_result_clear(&list->results[i]);
    }
    free(list->files);
    free(list->results);
    free(list->is_done);
    *list = (IngestList){0};
}
