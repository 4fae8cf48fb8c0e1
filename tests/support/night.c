#include "support/night.h"

#include "base/files.h"
#include "base/memory.h"
#include "support/database.h"
#include "support/gzip_member.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 32 };

struct Night {
    char *folder;
    char *database;
    char *cluster_database; // what PGDATABASE was; NULL if it was not set
    PGconn *connection;
    char **paths; // given out
    size_t path_count;
    size_t path_capacity;
    CommandResult last;
    json_t *document; // of the last program
};

static const char settings_yaml[] = "payer:\n"
                                    "  name: Tidemark Test\n"
                                    "providers:\n"
                                    "  wavecast:\n"
                                    "    zone: Europe/Berlin\n"
                                    "    drop_folder: ../drop/wavecast\n"
                                    "    answer_folder: ../answers/wavecast\n";

static const char wavecast_yaml[] = "provider: wavecast\n"
                                    "zone: Europe/Berlin\n"
                                    "columns:\n"
                                    "  sequence_id: id\n"
                                    "  time: time\n"
                                    "  recording: isrc\n"
                                    "  release: upc\n"
                                    "  territory: country\n"
                                    "  tier: tier\n"
                                    "  duration: seconds\n"
                                    "max_reject_ratio: 0.1\n";

const char wavecast_header[] = "id,time,isrc,upc,country,tier,seconds\n";

int night_begin(void **state)
{
    Night *night = MEMORY_NEW(Night, 1);
    const char *temporary = getenv("TMPDIR");

    *state = night;
    night->folder = text_format("%s/tidemark-night-XXXXXX", temporary == NULL ? "/tmp" : temporary);
    night->cluster_database = memory_copy_text(getenv("PGDATABASE"));
    night->database = database_make();
    if (mkdtemp(night->folder) == NULL || night->database == NULL ||
        setenv("PGDATABASE", night->database, 1) != 0)
        return -1;
    night->connection = database_connect(night->database);
    if (night->connection == NULL)
        return -1;
    night_settings(night, settings_yaml);
    night_feed(night, "wavecast", wavecast_yaml);
    return setenv("TIDEMARK_CONFIG", night_path(night, "config/tidemark.yaml"), 1);
}

static void forget_last(Night *night)
{
    command_result_free(&night->last);
    night->last = (CommandResult){0};
    json_decref(night->document);
    night->document = NULL;
}

int night_end(void **state)
{
    Night *night = *state;
    CommandResult removal;

    forget_last(night);
    PQfinish(night->connection);
    if (night->cluster_database == NULL)
        (void)unsetenv("PGDATABASE");
    else
        (void)setenv("PGDATABASE", night->cluster_database, 1);

    bool is_done = database_drop(night->database);

    command_run((const char *const[]){"rm", "-rf", night->folder, NULL}, NULL, &removal);
    command_result_free(&removal);
    for (size_t i = 0; i < night->path_count; i++)
        free(night->paths[i]);
    free(night->paths);
    free(night->cluster_database);
    free(night->database);
    free(night->folder);
    free(night);
    return is_done ? 0 : -1;
}

const char *night_path(Night *night, const char *place)
{
    MEMORY_GROW(night->paths, night->path_count, night->path_capacity);
    night->paths[night->path_count] = path_join(night->folder, place);
    return night->paths[night->path_count++];
}

void night_write_bytes(Night *night, const char *place, Slice bytes)
{
    const char *path = night_path(night, place);
    char *folder = path_folder(path);
    Error error = {0};
    NewFile *file = NULL;

    if (folder_make(folder, &error) != STATUS_OK ||
        new_file_open(path, &file, &error) != STATUS_OK ||
        new_file_write(file, bytes.bytes, bytes.size_bytes, &error) != STATUS_OK ||
        new_file_commit(file, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    new_file_close(file);
    free(folder);
}

void night_write(Night *night, const char *place, const char *text)
{
    Text gzip = {0};

    if (!text_ends_with(place, ".gz")) {
        night_write_bytes(night, place, slice_of(text));
        return;
    }
    gzip_append_member(&gzip, 0, text, 6);
    night_write_bytes(night, place, (Slice){gzip.bytes, gzip.size_bytes});
    text_free(&gzip);
}

bool night_has(Night *night, const char *place)
{
    return file_exists(night_path(night, place));
}

size_t night_file_count(Night *night, const char *place)
{
    Error error = {0};
    char **names = NULL;
    size_t count = 0;

    if (folder_list(night_path(night, place), &names, &count, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    names_free(names, count);
    return count;
}

void night_settings(Night *night, const char *yaml)
{
    night_write(night, "config/tidemark.yaml", yaml);
}

void night_feed(Night *night, const char *feed, const char *yaml)
{
    char *place = text_format("config/feeds/%s.yaml", feed);

    night_write(night, place, yaml);
    free(place);
}

static void run(Night *night, int status, const char *const words[])
{
    forget_last(night);
    command_run(words, NULL, &night->last);
    if (night->last.status != status)
        fail_msg("%s exited with %d, expected %d\n%s%s", words[0], night->last.status, status,
                 night->last.out, night->last.err);
}

// The words of a call, behind those that are there.
static void take_words(va_list words, const char *all[WORDS_MAX], size_t count)
{
    const char *word = NULL;

    do {
        assert_true(count < WORDS_MAX);
        word = va_arg(words, const char *);
        all[count++] = word;
    } while (word != NULL);
}

void night_run(Night *night, int status, const char *program, ...)
{
    const char *words[WORDS_MAX] = {program};
    va_list more;

    va_start(more, program);
    take_words(more, words, 1);
    va_end(more);
    run(night, status, words);
}

const json_t *night_run_json(Night *night, int status, const char *program, ...)
{
    const char *words[WORDS_MAX] = {program, "--json"};
    va_list more;
    json_error_t fault;

    va_start(more, program);
    take_words(more, words, 2);
    va_end(more);
    run(night, status, words);
    night->document = json_loads(night->last.out, 0, &fault);
    if (night->document == NULL)
        fail_msg("%s: no JSON: %s\n%s", program, fault.text, night->last.out);
    return night->document;
}

const char *night_cell(const Night *night, const char *table, size_t index, const char *key)
{
    const json_t *row = json_array_get(json_object_get(night->document, table), index);
    const json_t *value = json_object_get(row, key);

    if (value == NULL)
        fail_msg("row %zu of \"%s\" has no \"%s\": %s", index, table, key, night->last.out);
    return json_is_null(value) ? "" : json_string_value(value);
}

const char *night_out(const Night *night)
{
    return night->last.out;
}

const char *night_err(const Night *night)
{
    return night->last.err;
}

void assert_told(const Night *night, const char *sentence)
{
    if (strstr(night->last.err, sentence) == NULL && strstr(night->last.out, sentence) == NULL)
        fail_msg("\"%s\" is not in: %s%s", sentence, night->last.out, night->last.err);
}

long night_peak_kb(const Night *night)
{
    return night->last.peak_kb;
}

char *night_value(Night *night, const char *sql)
{
    PGresult *result = PQexec(night->connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        PQclear(result);
        fail_msg("%s: %s", sql, PQerrorMessage(night->connection));
    }

    char *value = memory_copy_text(PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0));

    PQclear(result);
    return value;
}

void assert_night_value(Night *night, const char *sql, const char *expected)
{
    char *value = night_value(night, sql);

    if (!text_equal(value, expected))
        fail_msg("%s\n  gives \"%s\", expected \"%s\"", sql, value, expected);
    free(value);
}

void night_wait(Night *night, const char *sql, const char *expected)
{
    enum { PAUSE_MS = 20 };
    bool is_so = false;

    for (int waited_ms = 0; !is_so && waited_ms < NIGHT_WAIT_MS_MAX; waited_ms += PAUSE_MS) {
        char *value = night_value(night, sql);

        is_so = text_equal(value, expected);
        free(value);
        (void)usleep(PAUSE_MS * 1000);
    }
    if (!is_so)
        fail_msg("%s\n  never gave \"%s\"", sql, expected);
}

void night_wait_for_locks(Night *night, const char *connections)
{
    night_wait(night,
               "SELECT pg_stat_clear_snapshot();\n"
               "SELECT count(*) FROM pg_stat_activity\n"
               " WHERE datname = current_database() AND wait_event_type = 'Lock'",
               connections);
}

void wavecast_append_row(Text *text, int64_t id)
{
    static const char *const countries[] = {"DE", "FR", "GB", "US", "JP"};
    static const char *const tiers[] = {"premium", "free"};
    static const char *const upcs[] = {"4006381333931", "5901234123457", ""};
    // Durations around the threshold, and days around midnight in Berlin.
    static const char *const seconds[] = {"29.999", "30.000", "30.001", "30.9", "180", "12", "240"};

    text_append_format(text, "%" PRId64 ",2026-10-%02dT%02d:%02d:07Z,DEA62990%04d,%s,%s,%s,%s\n",
                       id, (int)(id % 3) + 1, (int)(id % 24), (int)(id % 60), (int)(id % 11),
                       upcs[id % 3], countries[id % 5], tiers[id % 2], seconds[id % 7]);
}

char *wavecast_report(int64_t first, int64_t last)
{
    Text text = {0};

    text_append(&text, wavecast_header);
    for (int64_t id = first; id <= last; id++)
        wavecast_append_row(&text, id);
    return text_take(&text);
}

void wavecast_ingest(Night *night, const char *name, int64_t first, int64_t last)
{
    char *report = wavecast_report(first, last);
    char *place = text_format("inbox/wavecast/%s", name);

    night_write(night, place, report);
    night_run(night, 0, "tidemark-ingest", NULL);
    free(place);
    free(report);
}

char *night_cells(Night *night)
{
    return night_value(
        night,
        "SELECT string_agg(cell, E'\n' ORDER BY cell COLLATE \"C\")\n"
        "  FROM (SELECT concat_ws(' ', period, isrc, release, territory, tier, sum(streams),\n"
        "                         sum(monetised)) AS cell\n"
        "          FROM tidemark.usage_cell\n"
        "         WHERE feed = 'wavecast'\n"
        "         GROUP BY period, isrc, release, territory, tier\n"
        "        HAVING sum(streams) <> 0) AS cells");
}

char *night_row_counts(Night *night)
{
    return night_value(
        night,
        "SELECT string_agg(table_name || ' ' ||\n"
        "                  (xpath('/row/n/text()',\n"
        "                         query_to_xml(format('SELECT count(*) AS n FROM tidemark.%I',\n"
        "                                             table_name), false, true, '')))[1]::text,\n"
        "                  ', ' ORDER BY table_name)\n"
        "       || (SELECT string_agg(tide::text, ' ') FROM tidemark.tide)\n"
        "  FROM tidemark.placement");
}
