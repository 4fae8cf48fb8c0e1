#include "night/song_report.h"

#include "base/memory.h"
#include "night/overview.h"
#include "sql.h"

#include <stdlib.h>

static Status check_subject(Store *store, const SongReport *report, Error *error)
{
    Status status = STATUS_OK;
    const char *kind = report->artist != NULL ? "artist" : "label";
    const char *name = report->artist != NULL ? report->artist : report->label;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_report_subject,
                        PARAMS(param_text(report->artist), param_text(report->label)), &rows,
                        error));
    if (rows_int64(rows, 0, "artists") > 0)
        goto cleanup;
    if (rows_is_null(rows, 0, "nearest"))
        TRY(error_set(error, STATUS_DATA, "%s \"%s\": the catalogue has none of that key or name",
                      kind, name));
    TRY(error_set(error, STATUS_DATA,
                  "%s \"%s\": the catalogue has none of that key or name; the nearest is \"%s\"",
                  kind, name, rows_text(rows, 0, "nearest")));

cleanup:
    rows_free(rows);
    return status;
}

Status song_report_read(Store *store, const Settings *settings, const SongReport *report,
                        Rows **out_rows, Error *error)
{
    Status status = STATUS_OK;
    size_t count = settings->feed_count;
    const char **feeds = MEMORY_NEW(const char *, count);
    char **rules = MEMORY_NEW(char *, count);

    for (size_t i = 0; i < count; i++) {
        feeds[i] = settings->feeds[i].name;
        rules[i] = unmonetised_words(&settings->feeds[i]);
    }
    TRY(check_subject(store, report, error));
    TRY(store_query(store, &sql_report_songs,
                    PARAMS(param_text(report->artist), param_text(report->label),
                           param_day(report->from), param_day(report->to),
                           param_text_array(feeds, count),
                           param_text_array((const char *const *)rules, count)),
                    out_rows, error));

cleanup:
    for (size_t i = 0; i < count; i++)
        free(rules[i]);
    free(rules);
    free(feeds);
    return status;
}
