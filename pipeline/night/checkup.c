#include "night/checkup.h"

#include "base/memory.h"
#include "sql.h"
#include "store/json.h"
#include "store/migrate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERVER_VERSION_MIN = 150000, MODE_OF_OTHERS = 077 };

/** Adds a row; without a remedy it is no fault. */
static void add_row(json_t *rows, const char *check, const char *found, const char *remedy)
{
    (void)json_array_append_new(rows, json_pack("{s:s, s:o, s:b, s:s}", "check", check, "found",
                                                json_of_text(found), "is_fault", remedy != NULL,
                                                "remedy", remedy == NULL ? "" : remedy));
}

static void check_folder(json_t *rows, const char *what, const char *path)
{
    struct stat folder;
    char *check = text_format("%s folder", what);

    if (stat(path, &folder) != 0) {
        char *found = text_format("%s: %s", path, strerror(errno));
        char *remedy = text_format("mkdir -m 700 -p %s", path);

        // One that is only missing is made by the first run that needs it.
        add_row(rows, check, found, errno == ENOENT ? NULL : remedy);
        free(found);
        free(remedy);
    } else if (!S_ISDIR(folder.st_mode) || access(path, R_OK | W_OK | X_OK) != 0) {
        add_row(rows, check, path,
                "make it a folder that the user of the night may read and write");
    } else if ((folder.st_mode & MODE_OF_OTHERS) != 0) {
        char *remedy = text_format("chmod go= %s", path);

        add_row(rows, check, path, remedy);
        free(remedy);
    } else {
        add_row(rows, check, path, NULL);
    }
    free(check);
}

void checkup_folders(const Settings *settings, json_t *rows)
{
    struct stat inbox;
    struct stat archive;

    check_folder(rows, "inbox", settings->inbox_folder);
    check_folder(rows, "archive", settings->archive_folder);
    check_folder(rows, "payouts", settings->payout_folder);
    check_folder(rows, "rejects", settings->reject_folder);
    if (stat(settings->inbox_folder, &inbox) == 0 &&
        stat(settings->archive_folder, &archive) == 0 && inbox.st_dev != archive.st_dev)
        add_row(rows, "inbox and archive",
                "on two file systems: each file is copied instead of renamed", NULL);
}

static Status query_server(Store *store, const Settings *settings, Rows **out_rows, Error *error)
{
    size_t count = 0;
    const char **zones =
        MEMORY_NEW(const char *, settings->feed_count + settings->provider_count + 1);

    zones[count++] = settings->payout_zone;
    for (size_t i = 0; i < settings->feed_count; i++)
        zones[count++] = settings->feeds[i].zone;
    for (size_t i = 0; i < settings->provider_count; i++)
        zones[count++] = settings->providers[i].zone;

    Status status = store_query_row(store, &sql_check_server,
                                    PARAMS(param_text_array(zones, count)), out_rows, error);

    free(zones);
    return status;
}

static void check_server(const Rows *server, json_t *rows)
{
    int64_t version = rows_int64(server, 0, "version");
    char *found = text_format("PostgreSQL %" PRId64 ".%" PRId64, version / 10000, version % 10000);
    const char *zones = rows_text(server, 0, "unknown_zones");
    const char *missing = rows_text(server, 0, "missing_roles");
    const char *both = rows_text(server, 0, "both");
    const char *own = rows_text(server, 0, "own_roles");

    add_row(rows, "server", found,
            version < SERVER_VERSION_MIN ? "PostgreSQL 15 or later is needed" : NULL);
    add_row(rows, "fsync", rows_bool(server, 0, "fsync") ? "on" : "off",
            rows_bool(server, 0, "fsync")
                ? NULL
                : "turn it on: nothing is paid on a server that may forget a commit");
    add_row(rows, "full_page_writes", rows_bool(server, 0, "full_page_writes") ? "on" : "off",
            rows_bool(server, 0, "full_page_writes") ? NULL
                                                     : "turn it on: a torn page loses money");
    add_row(rows, "zones", zones == NULL ? "all known" : zones,
            zones == NULL ? NULL : "the server knows no such zone");
    add_row(rows, "roles", missing == NULL ? "all there" : missing,
            missing == NULL ? NULL : "missing: tidemark migrate");
    add_row(rows, "four eyes", both == NULL ? "nobody prepares and approves" : both,
            both == NULL ? NULL : "may prepare and approve payments: revoke one of the two roles");
    add_row(rows, "own roles", own == NULL ? "none" : own,
            own == NULL ? "grant the roles that the stages need" : NULL);
    free(found);
}

Status checkup_database(Store *store, const Settings *settings, json_t *rows, Error *error)
{
    Status status = STATUS_OK;
    Rows *server = NULL;
    Error schema = {0};

    TRY(query_server(store, settings, &server, error));
    check_server(server, rows);
    // What is wrong with the schema is one fault among others here.
    if (migrate_check(store, &schema) == STATUS_OK)
        add_row(rows, "schema", "at this program's version", NULL);
    else
        add_row(rows, "schema", schema.message, "tidemark migrate");

cleanup:
    rows_free(server);
    return status;
}

size_t checkup_fault_count(const json_t *rows)
{
    size_t count = 0;
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row) count +=
        json_is_true(json_object_get(row, "is_fault")) ? 1 : 0;
    return count;
}
