#include "support/night.h"

#include "base/files.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What `feed guess` proposes is a file for feeds/ that reads the fixtures as their own settings do.

enum { FILE_BYTES_MAX = 1 << 20 };

static char *read_text(const char *path)
{
    Error error = {0};
    char *text = NULL;
    size_t size_bytes = 0;

    if (file_read(path, FILE_BYTES_MAX, &text, &size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return text;
}

/** The settings as they are shipped. */
static void ship_settings(Night *night)
{
    static const char *const feeds[] = {"northtone", "solara", "wavecast"};
    char *settings = read_text("config/tidemark.yaml");

    night_settings(night, settings);
    free(settings);
    for (size_t i = 0; i < COUNT_OF(feeds); i++) {
        char *path = text_format("config/feeds/%s.yaml", feeds[i]);
        char *yaml = read_text(path);

        night_feed(night, feeds[i], yaml);
        free(yaml);
        free(path);
    }
}

/** Brings a fixture as its provider would; its path, borrowed until the night ends. */
static const char *bring(Night *night, const char *feed, const char *file)
{
    char *fixture = text_format("fixtures/reports/%s/%s", feed, file);
    char *text = read_text(fixture);
    char *place = text_format("brought/%s/%s.gz", feed, file);
    char *semaphore = text_format("%s.done", place);
    const char *path = night_path(night, place);

    night_write(night, place, text);
    night_write(night, semaphore, "");
    free(semaphore);
    free(place);
    free(text);
    free(fixture);
    return path;
}

/** Saves what is guessed of a file as feed "guessed". */
static void guess_feed(Night *night, const char *path)
{
    const json_t *document = night_run_json(night, 0, "tidemark-feed", "guess", path, NULL);
    char *yaml = memory_copy_text(json_string_value(json_object_get(document, "yaml")));

    assert_true(json_array_size(json_object_get(document, "choices")) > 10);
    night_feed(night, "guessed", yaml);
    free(yaml);
}

/** What an ingest of a file as one of this feed would count; the caller's, for free(). */
static char *counts_of(Night *night, const char *feed, const char *path)
{
    static const char *const keys[] = {"outcome",  "rows_read", "counted", "duplicate", "rejected",
                                       "first_id", "last_id",   "streams", "monetised"};
    Text counts = {0};
    const json_t *files = json_object_get(
        night_run_json(night, 0, "tidemark-ingest", "--dry-run", "--feed", feed, path, NULL),
        "files");

    assert_int_equal(json_array_size(files), 1);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char *value =
            json_dumps(json_object_get(json_array_get(files, 0), keys[i]), JSON_ENCODE_ANY);

        text_append_format(&counts, "%s %s\n", keys[i], value);
        free(value);
    }
    return text_take(&counts);
}

static void assert_guess_reads_as_configured(Night *night, const char *feed, const char *file)
{
    const char *path = bring(night, feed, file);

    guess_feed(night, path);
    night_run(night, 0, "tidemark-feed", "check", "--feed", "guessed", path, NULL);

    char *configured = counts_of(night, feed, path);
    char *guessed = counts_of(night, "guessed", path);

    assert_non_null(strstr(configured, "outcome \"counted\""));
    assert_string_equal(guessed, configured);
    free(guessed);
    free(configured);
}

static void a_guessed_layout_reads_numbered_streams_as_the_configured_one(void **state)
{
    ship_settings(*state);
    assert_guess_reads_as_configured(*state, "wavecast", "wavecast_2026-11-01.csv");
    assert_guess_reads_as_configured(*state, "wavecast", "wavecast_2026-11-02.csv");
}

static void a_guessed_layout_reads_a_monthly_report_as_the_configured_one(void **state)
{
    ship_settings(*state);
    (void)bring(*state, "northtone", "northtone_GB_2026-10_2of2.tsv");
    assert_guess_reads_as_configured(*state, "northtone", "northtone_GB_2026-10_1of2.tsv");
}

static void a_guessed_layout_reads_record_types_and_totals_as_the_configured_one(void **state)
{
    ship_settings(*state);
    assert_guess_reads_as_configured(*state, "solara", "solara_2026-10-26.csv");
}

static void what_is_printed_is_a_file_for_feeds(void **state)
{
    Night *night = *state;

    night_write(night, "r.csv",
                "Date,ISRC,Plays\n2026-10-01,DEA762600001,3\n2026-10-02,DEA762600001,4\n");
    night_run(night, 0, "tidemark-feed", "guess", night_path(night, "r.csv"), NULL);
    assert_non_null(strstr(night_out(night), "provider: wavecast # the only one there is\n"));
    assert_non_null(strstr(night_out(night), "\n  # territory: no column is like a territory"));

    char *yaml = memory_copy_text(night_out(night));

    night_feed(night, "guessed", yaml);
    night_run_json(night, 0, "tidemark-feed", "check", "--feed", "guessed",
                   night_path(night, "r.csv"), NULL);
    assert_string_equal(night_cell(night, "rows", 1, "streams"), "4");
    free(yaml);
}

static void a_provider_that_nothing_tells_is_left_to_a_person(void **state)
{
    Night *night = *state;

    ship_settings(night);
    night_write(night, "r.csv", "Date,ISRC,Plays\n2026-10-01,DEA762600001,3\n");
    night_run(night, 0, "tidemark-feed", "guess", night_path(night, "r.csv"), NULL);
    assert_null(strstr(night_out(night), "\nprovider:"));
    assert_non_null(strstr(night_out(night), "# provider: must be given"));
    night_run(night, 0, "tidemark-feed", "guess", "--provider", "solara",
              night_path(night, "r.csv"), NULL);
    assert_non_null(strstr(night_out(night), "\nprovider: solara\n"));
    night_run(night, 64, "tidemark-feed", "guess", "--provider", "nobody",
              night_path(night, "r.csv"), NULL);
    assert_non_null(strstr(night_err(night), "wavecast, northtone, solara"));
}

static void a_file_that_is_no_table_is_refused_in_one_sentence(void **state)
{
    Night *night = *state;
    const json_t *document = NULL;

    night_write(night, "letter.csv", "Dear label\nthere were no streams.\n");
    document =
        night_run_json(night, 65, "tidemark-feed", "guess", night_path(night, "letter.csv"), NULL);
    assert_non_null(
        strstr(json_string_value(json_object_get(document, "error")), "it is no table"));
    assert_null(json_object_get(document, "yaml"));
    night_run(night, 66, "tidemark-feed", "guess", night_path(night, "missing.csv"), NULL);
    night_run(night, 64, "tidemark-feed", "gess", night_path(night, "letter.csv"), NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_guessed_layout_reads_numbered_streams_as_the_configured_one),
        NIGHT_TEST(a_guessed_layout_reads_a_monthly_report_as_the_configured_one),
        NIGHT_TEST(a_guessed_layout_reads_record_types_and_totals_as_the_configured_one),
        NIGHT_TEST(what_is_printed_is_a_file_for_feeds),
        NIGHT_TEST(a_provider_that_nothing_tells_is_left_to_a_person),
        NIGHT_TEST(a_file_that_is_no_table_is_refused_in_one_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
