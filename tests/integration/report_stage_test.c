#include "support/catalogue_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What is told of an artist or a label: songs, where they were heard, what of it earns money, and
// why the rest does not.

// Of Low Water, four streams of two releases: 30 s are not monetised, 30.001 s are. Of Mudflats one,
// which no rate claims, since that feed's provider has none. One of a song that nobody knows.
static void hear(Night *night)
{
    catalogue_write_all(night);
    catalogue_import_all(night);
    night_write(night, "inbox/wavecast/october.csv.gz",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,30.000\n"
                "2,2026-10-30T10:00:00Z,DEA120000001,4006381333931,DE,free,30.001\n"
                "3,2026-10-31T10:00:00Z,DEA120000001,4006381333931,FR,premium,200\n"
                "4,2026-10-31T10:00:00Z,DEA120000001,5901234123457,DE,free,200\n"
                "5,2026-10-31T10:00:00Z,DEA120000002,4006381333931,DE,free,12\n"
                "6,2026-10-31T10:00:00Z,USRC17607839,,DE,free,200\n"
                "7,2026-11-02T10:00:00Z,DEA120000002,4006381333931,DE,free,200\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "tidemark-request", NULL);
}

static char *songs_of(const json_t *document)
{
    static const char *const keys[] = {"artist",      "song",    "isrc",       "release",
                                       "upc",         "feed",    "streams",    "monetised",
                                       "unmonetised", "why_not", "waiting_for"};
    Text text = {0};
    size_t index = 0;
    json_t *song = NULL;

    json_array_foreach(json_object_get(document, "songs"), index,
                       song) for (size_t i = 0; i < COUNT_OF(keys); i++)
    {
        const char *value = json_string_value(json_object_get(song, keys[i]));

        text_append_format(&text, "%s%s", value == NULL ? "-" : value,
                           i + 1 < COUNT_OF(keys) ? ", " : "\n");
    }
    return text_take(&text);
}

static void assert_songs(const json_t *document, const char *expected)
{
    char *songs = songs_of(document);

    assert_string_equal(songs, expected);
    free(songs);
}

static const char songs_of_october[] =
    "Ebb & Flow, Low Water, DEA120000001, Low Water, 4006381333931, wavecast, 3, 2, 1, "
    "not longer than 30.000 s, -\n"
    "Ebb & Flow, Low Water, DEA120000001, Spring Tide, 5901234123457, wavecast, 1, 1, 0, -, "
    "no_split\n"
    "Ebb & Flow, Mudflats, DEA120000002, Low Water, 4006381333931, wavecast, 1, 0, 1, "
    "not longer than 30.000 s, -\n";

static void a_report_says_of_each_song_what_is_monetised_and_why_the_rest_is_not(void **state)
{
    Night *night = *state;

    hear(night);
    assert_songs(night_run_json(night, 0, "tidemark-report", "artist", "Ebb & Flow", "--period",
                                "2026-10", NULL),
                 songs_of_october);
    // By key, in any case of the name, and by label.
    assert_songs(
        night_run_json(night, 0, "tidemark-report", "artist", "ebb", "--period", "2026-10", NULL),
        songs_of_october);
    assert_songs(night_run_json(night, 0, "tidemark-report", "label", "HARBOUR records", "--period",
                                "2026-10", NULL),
                 songs_of_october);
}

static void a_period_takes_in_its_first_and_its_last_day(void **state)
{
    Night *night = *state;

    hear(night);
    assert_songs(
        night_run_json(night, 0, "tidemark-report", "artist", "ebb", "--period", "2026-11", NULL),
        "Ebb & Flow, Mudflats, DEA120000002, Low Water, 4006381333931, wavecast, 1, 1, 0, "
        "-, -\n");
    assert_songs(night_run_json(night, 0, "tidemark-report", "artist", "ebb", "--period",
                                "2026-10-30", NULL),
                 "Ebb & Flow, Low Water, DEA120000001, Low Water, 4006381333931, wavecast, 2, 1, "
                 "1, not longer than 30.000 s, -\n");
    assert_songs(night_run_json(night, 0, "tidemark-report", "artist", "ebb", "--period",
                                "2026-10-31..2026-10-31", NULL),
                 "Ebb & Flow, Low Water, DEA120000001, Low Water, 4006381333931, wavecast, 1, 1, "
                 "0, -, -\n"
                 "Ebb & Flow, Low Water, DEA120000001, Spring Tide, 5901234123457, wavecast, 1, 1, "
                 "0, -, no_split\n"
                 "Ebb & Flow, Mudflats, DEA120000002, Low Water, 4006381333931, wavecast, 1, 0, 1, "
                 "not longer than 30.000 s, -\n");
}

static void where_nothing_was_heard_the_report_says_so(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    night_run(night, 0, "tidemark-report", "artist", "ebb", "--period", "2026-10", NULL);
    assert_string_equal(night_out(night), "Nothing was heard in that period.\n");
}

static void an_unknown_name_is_refused_and_the_nearest_named(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    assert_string_equal(
        json_string_value(
            json_object_get(night_run_json(night, 65, "tidemark-report", "artist", "Ebb and Flow",
                                           "--period", "2026-10", NULL),
                            "error")),
        "artist \"Ebb and Flow\": the catalogue has none of that key or name; the nearest is "
        "\"Ebb & Flow\"");
    assert_string_equal(
        json_string_value(json_object_get(night_run_json(night, 65, "tidemark-report", "label",
                                                         "harbuor", "--period", "2026-10", NULL),
                                          "error")),
        "label \"harbuor\": the catalogue has none of that key or name; the nearest is "
        "\"Harbour Records\"");
    // An artist is no label, and what is far is not meant.
    assert_string_equal(
        json_string_value(json_object_get(night_run_json(night, 65, "tidemark-report", "label",
                                                         "Ebb & Flow", "--period", "2026-10", NULL),
                                          "error")),
        "label \"Ebb & Flow\": the catalogue has none of that key or name");
}

static void what_is_asked_wrongly_is_told(void **state)
{
    Night *night = *state;

    night_run(night, 64, "tidemark-report", "artist", "ebb", NULL);
    assert_non_null(strstr(night_err(night), "--period is missing"));
    night_run(night, 64, "tidemark-report", "artist", "ebb", "--period", "2026-13", NULL);
    assert_non_null(strstr(night_err(night), "expected a month as 2026-10"));
    night_run(night, 64, "tidemark-report", "artist", "ebb", "--period", "2026-11..2026-10", NULL);
    night_run(night, 64, "tidemark-report", "song", "ebb", "--period", "2026-10", NULL);
    night_run(night, 64, "tidemark-report", "artist", "--period", "2026-10", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_report_says_of_each_song_what_is_monetised_and_why_the_rest_is_not),
        NIGHT_TEST(a_period_takes_in_its_first_and_its_last_day),
        NIGHT_TEST(where_nothing_was_heard_the_report_says_so),
        NIGHT_TEST(an_unknown_name_is_refused_and_the_nearest_named),
        NIGHT_TEST(what_is_asked_wrongly_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
