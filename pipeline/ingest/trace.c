#include "ingest/trace.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/archive.h"
#include "ingest/feed_tide.h"
#include "ingest/reading.h"
#include "ingest/stored_parts.h"
#include "sql.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BITS = 32 };

// What the search needs, and has found.
typedef struct Search {
    Store *store;
    const Settings *settings;
    const Feed *feed;
    const DayTable *days;
    int64_t id;
    json_t *files;
    bool is_counted; // by a live file
} Search;

Status trace_parse_id(const Feed *feed, const char *text, int64_t *out_id, Error *error)
{
    const char *point = strchr(text, '.');
    Slice before = {.bytes = text, .size_bytes = point == NULL ? 0 : (size_t)(point - text)};
    int64_t ordinal = 0;
    int64_t line = 0;

    if (point == NULL && slice_to_int64(slice_of(text), out_id) && *out_id > 0)
        return STATUS_OK;
    if (point != NULL && feed->layout.identity == IDENTITY_LINE &&
        slice_to_int64(before, &ordinal) && slice_to_int64(slice_of(point + 1), &line) &&
        ordinal > 0 && ordinal <= INT64_MAX >> LINE_BITS && line > 0 && line <= UINT32_MAX) {
        *out_id = ordinal << LINE_BITS | line;
        return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE, "\"%s\" is no sequence ID of feed \"%s\"; expected %s",
                     text, feed->name,
                     feed->layout.identity == IDENTITY_LINE
                         ? "a number, or report and line, such as 3.1201"
                         : "a whole number from 1");
}

// Reads the row from the archived file again.
static Status find_row(const Search *search, const char *sha256, const char *name,
                       FoundRow *out_row, Error *error)
{
    bool is_line = search->feed->layout.identity == IDENTITY_LINE;
    char *path = archive_path(search->settings->archive_folder, search->feed->name, sha256);
    ReadingOptions options = {.path = path,
                              .name = name,
                              .feed = search->feed,
                              .days = search->days,
                              .reader = READER_FAST};
    Status status = reading_find_row(&options, is_line ? 0 : search->id,
                                     is_line ? search->id & UINT32_MAX : 0, out_row, error);

    if (status != STATUS_OK) {
        error_context(error, "the archived file of \"%s\"", name);
        error->status = STATUS_CANNOT_READ;
        status = STATUS_CANNOT_READ;
    }
    free(path);
    return status;
}

static Status add_file(Search *search, const Rows *rows, size_t row, Error *error)
{
    Status status = STATUS_OK;
    FoundRow found = {0};
    char *name = slice_copy(rows_bytes(rows, row, "name"));
    json_t *file = json_object();

    TRY(find_row(search, rows_text(rows, row, "sha256"), name, &found, error));
    json_object_set_new(file, "file", json_of_text(name));
    json_object_set_new(file, "sha256", json_string(rows_text(rows, row, "sha256")));
    json_object_set_new(file, "state", json_string(rows_text(rows, row, "state")));
    json_object_set_new(file, "reason",
                        rows_is_null(rows, row, "reason")
                            ? json_null()
                            : json_of_text(rows_text(rows, row, "reason")));
    json_object_set_new(file, "batch", json_wide(rows_int64(rows, row, "batch")));
    json_object_set_new(file, "revoked_by",
                        rows_is_null(rows, row, "revoked")
                            ? json_null()
                            : json_wide(rows_int64(rows, row, "revoked")));
    json_object_set_new(file, "line", found.line == 0 ? json_null() : json_wide(found.line));
    json_object_set_new(
        file, "row",
        json_of_text(found.text == NULL ? "not to be found by the layout as it is" : found.text));
    json_array_append_new(search->files, json_incref(file));
    search->is_counted |= text_equal(rows_text(rows, row, "state"), "counted");

cleanup:
    json_decref(file);
    free(found.text);
    free(name);
    return status;
}

static Status find_files(Search *search, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    IdSet *ids = NULL;

    TRY(store_query(search->store, &sql_trace_files,
                    PARAMS(param_text(search->feed->name), param_int64(search->id >> ID_PART_BITS)),
                    &rows, error));
    for (size_t i = 0; i < rows_count(rows); i++) {
        id_set_free(ids);
        ids = NULL;
        TRY(stored_set(rows, i, i + 1, "ids", &ids, error));
        if (id_set_contains(ids, search->id))
            TRY(add_file(search, rows, i, error));
    }

cleanup:
    id_set_free(ids);
    rows_free(rows);
    return status;
}

// What the tide says of an ID that no live file brought.
static Status find_fate(const Search *search, const char **out_fate, Error *error)
{
    FeedTide tide = {0};
    Status status = feed_tide_load(search->store, search->feed, &tide, error);

    if (status != STATUS_OK)
        return status;
    if (json_array_size(search->files) > 0)
        *out_fate = "taken out";
    else if (id_set_contains(tide_waived(tide.tide), search->id))
        *out_fate = "waived";
    else if (search->id < tide_highest(tide.tide) && search->id >= tide_first_id(tide.tide))
        *out_fate = "missing";
    else
        *out_fate = "never seen";
    feed_tide_clear(&tide);
    return STATUS_OK;
}

static Status add_rows(Store *store, const Statement *statement, Params params, json_t *trace,
                       const char *key, Error *error)
{
    Rows *rows = NULL;
    Status status = store_query(store, statement, params, &rows, error);

    if (status != STATUS_OK)
        return status;
    json_object_set_new(trace, key, json_of_rows(rows));
    rows_free(rows);
    return STATUS_OK;
}

Status trace_id(Store *store, const Settings *settings, DayTables *days, const Feed *feed,
                int64_t id, json_t **out_trace, Error *error)
{
    Status status = STATUS_OK;
    const char *fate = "counted";
    char digits[24];
    json_t *trace = json_object();
    Search search = {
        .store = store, .settings = settings, .feed = feed, .id = id, .files = json_array()};

    int size_bytes = snprintf(digits, sizeof digits, "%" PRId64, id);

    TRY(day_tables_get(days, store, feed, &search.days, error));
    TRY(find_files(&search, error));
    if (!search.is_counted)
        TRY(find_fate(&search, &fate, error));
    json_object_set_new(trace, "feed", json_string(feed->name));
    json_object_set_new(trace, "id", json_wide(id));
    json_object_set_new(trace, "fate", json_string(fate));
    json_object_set_new(trace, "files", json_incref(search.files));
    TRY(add_rows(store, &sql_trace_waivers, PARAMS(param_text(feed->name), param_int64(id)), trace,
                 "waivers", error));
    if (search.is_counted)
        json_object_set_new(trace, "rejects", json_array());
    else
        TRY(add_rows(store, &sql_trace_rejects,
                     PARAMS(param_text(feed->name), param_bytes(digits, (size_t)size_bytes)), trace,
                     "rejects", error));
    *out_trace = json_incref(trace);

cleanup:
    json_decref(search.files);
    json_decref(trace);
    return status;
}
