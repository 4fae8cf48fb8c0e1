#include "support/catalogue_files.h"
#include "support/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The import of the catalogue: facts by their key, terms replaced for what a file mentions.

static void import_file(Night *night, const char *name, const char *text)
{
    catalogue_write(night, name, text);
    catalogue_import_all(night);
}

/** Of a file in the last import, a row of its result. */
static size_t find_counts(Night *night, const char *file)
{
    size_t i = 0;

    while (i < CATALOGUE_FILES && strcmp(night_cell(night, "files", i, "file"), file) != 0)
        i++;
    return i;
}

/** The counts of a file in the last import: "added changed unchanged ended". */
static void assert_counts(Night *night, const char *file, const char *expected)
{
    size_t i = find_counts(night, file);
    char *counts = text_format("%s %s %s %s", night_cell(night, "files", i, "added"),
                               night_cell(night, "files", i, "changed"),
                               night_cell(night, "files", i, "unchanged"),
                               night_cell(night, "files", i, "ended"));

    assert_string_equal(counts, expected);
    free(counts);
}

static long long count_of(Night *night, const char *file, const char *column)
{
    return strtoll(night_cell(night, "files", find_counts(night, file), column), NULL, 10);
}

static void what_is_new_changed_and_unchanged_adds_up(void **state)
{
    static const char *const files[] = {"labels.csv",     "artists.csv", "payees.csv",
                                        "releases.csv",   "tracks.csv",  "aliases.csv",
                                        "recordings.csv", "rates.csv",   "splits.csv"};
    Night *night = *state;

    catalogue_write_all(night);
    for (int import = 0; import < 2; import++) { // all of it is new, then none
        catalogue_import_all(night);
        for (size_t i = 0; i < COUNT_OF(files); i++)
            assert_int_equal(count_of(night, files[i], "added") +
                                 count_of(night, files[i], "changed") +
                                 count_of(night, files[i], "unchanged"),
                             count_of(night, files[i], "items"));
        // Shares of P-1 to the middle of the year and from then on, and of P-2, are one split.
        assert_int_equal(count_of(night, "splits.csv", "rows"), 4);
        assert_int_equal(count_of(night, "splits.csv", "items"), 2);
        assert_int_equal(count_of(night, "rates.csv", "items"), 3);
    }
}

static void what_the_files_say_is_in_the_catalogue(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    assert_night_value(
        night, "SELECT version || ' ' || (summary IS NOT NULL) FROM tidemark.catalogue_version",
        "1 true");
    assert_night_value(night,
                       "SELECT string_agg(tidemark.release_text(code) || ' ' || state || ' ' ||"
                       "       coalesce(approved_date::text, '-'), ', ' ORDER BY code)"
                       "  FROM tidemark.release",
                       "4006381333931 distributed 2026-09-04, 5901234123457 created -");
    assert_night_value(night,
                       "SELECT string_agg(tidemark.release_text(release) || ' ' || number || ' ' ||"
                       "       to_state, ', ' ORDER BY release) FROM tidemark.release_history",
                       "4006381333931 1 distributed, 5901234123457 1 created");
    assert_night_value(night, "SELECT name || ' ' || minimum FROM tidemark.payee WHERE key = 'P-2'",
                       "Søren 0.5");
    assert_night_value(night,
                       "SELECT string_agg(coalesce(provider.name, '*') || ' ' || validity || ' ' ||"
                       "       basis || ' ' || rate, ', ' ORDER BY rate.id)"
                       "  FROM tidemark.rate LEFT JOIN tidemark.provider ON provider.id = provider",
                       "wavecast (,2026-11-02) monetised 0.0031, "
                       "wavecast [2026-11-02,) monetised 0.0033, * (,) amount 0.8");
    // Shares that are the same on all days are one range, however the rows cut them.
    assert_night_value(
        night,
        "SELECT string_agg(coalesce(tidemark.recording_text(recording), '-') || ' ' ||"
        "       validity || ' ' || shares::text, ', ' ORDER BY recording)"
        "  FROM tidemark.split",
        "- (,) {0.5,0.5}, DEA120000002 (,) {1}");
    assert_night_value(night,
                       "SELECT string_agg(coalesce(tidemark.isrc_text(alias), (SELECT text FROM"
                       "       tidemark.odd_code WHERE code = alias)) || ' ' || validity, ', '"
                       "       ORDER BY kind) FROM tidemark.alias",
                       "DEA120000009 [2026-01-01,), low-water (,2027-01-01)");
    assert_night_value(night, "SELECT alias || territory FROM tidemark.territory_alias", "UKGB");
}

static void the_same_files_again_make_no_version(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    catalogue_import_all(night);
    assert_night_value(night, "SELECT max(version) FROM tidemark.catalogue_version", "1");
    assert_night_value(night, "SELECT last FROM tidemark.counter WHERE name = 'catalogue_version'",
                       "1");
    for (size_t i = 0; i < CATALOGUE_FILES; i++) {
        assert_string_equal(night_cell(night, "files", i, "added"), "0");
        assert_string_equal(night_cell(night, "files", i, "changed"), "0");
        assert_string_equal(night_cell(night, "files", i, "ended"), "0");
    }
    assert_counts(night, "tracks.csv", "0 0 3 0");
    assert_counts(night, "splits.csv", "0 0 2 0");
}

static void a_trial_changes_nothing_and_tells_what_it_would(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    night_run_json(night, 0, "tidemark-catalogue", "import", night_path(night, "catalogue"),
                   "--dry-run", NULL);
    assert_counts(night, "releases.csv", "2 0 0 0");
    assert_night_value(night, "SELECT count(*) FROM tidemark.release", "0");
    assert_night_value(night, "SELECT count(*) FROM tidemark.catalogue_version", "0");
}

static void columns_come_in_any_order_and_bytes_as_they_are_usual(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "recordings.csv",
                    "\xef\xbb\xbftitle,artist,isrc\r\n"
                    "\"Low, \"\"Water\"\"\",ebb,DE-A12-00-00001\r\n"
                    "\r\n"
                    "\"Mudflats\",ebb,dea120000002");
    catalogue_import_all(night);
    assert_night_value(night,
                       "SELECT string_agg(title, '; ' ORDER BY code) FROM tidemark.recording",
                       "Low, \"Water\"; Mudflats");
}

static void a_fact_that_changes_is_changed(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    import_file(night, "recordings.csv",
                "isrc,title,artist\nDEA120000001,Low Water (live),ebb\n"
                "DEA120000003,Sal,ebb\n");
    assert_counts(night, "recordings.csv", "1 1 0 0");
    assert_night_value(night,
                       "SELECT string_agg(title || ' ' || since_version, '; ' ORDER BY code)"
                       "  FROM tidemark.recording",
                       "Low Water (live) 1; Mudflats 1; Sal 2");
}

static void a_files_terms_replace_those_in_force_for_what_it_mentions(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    catalogue_write(night, "rates.csv",
                    "provider,territory,tier,upc,isrc,basis,currency,rate,valid_from,valid_to\n"
                    "wavecast,,,,,monetised,EUR,0.0031,,2026-11-01\n"
                    "wavecast,,,,,monetised,EUR,0.0040,2026-11-02,\n");
    catalogue_write(night, "tracks.csv",
                    "upc,isrc,position,primary\n"
                    "4006381333931,DEA120000001,1,yes\n");
    catalogue_write(night, "aliases.csv",
                    "kind,alias,target,valid_from,valid_to\n"
                    "territory,UK,IE,,\n"
                    "recording,DEA120000009,DEA120000002,,\n");
    import_file(night, "splits.csv",
                "upc,isrc,payee,share,valid_from,valid_to\n"
                "4006381333931,,P-1,1,,2026-10-31\n"
                "4006381333931,,P-2,1,2026-11-01,\n");
    assert_counts(night, "rates.csv", "1 0 1 1");
    assert_counts(night, "tracks.csv", "0 0 1 1");
    assert_counts(night, "aliases.csv", "2 0 0 2");
    assert_counts(night, "splits.csv", "2 0 0 1");
    assert_night_value(night,
                       "SELECT string_agg(rate || ' ' || since_version || '-' ||"
                       "       coalesce(until_version::text, ''), ', ' ORDER BY id)"
                       "  FROM tidemark.rate",
                       "0.0031 1-, 0.0033 1-2, 0.8 1-, 0.004 2-");
    assert_night_value(
        night,
        "SELECT string_agg(tidemark.recording_text(recording) || ' ' ||"
        "       coalesce(until_version::text, '-'), ', ' ORDER BY release, recording)"
        "  FROM tidemark.recording_on_release",
        "DEA120000001 -, DEA120000002 2, DEA120000001 -");
    assert_night_value(night,
                       "SELECT string_agg(recording || ' ' || validity, ', '"
                       "       ORDER BY recording, validity)"
                       "  FROM tidemark.split WHERE until_version IS NULL AND recording = 0",
                       "0 (,2026-11-01), 0 [2026-11-01,)");
    assert_night_value(night,
                       "SELECT string_agg(territory || ' ' || since_version || '-' ||"
                       "       coalesce(until_version::text, ''), ', ' ORDER BY since_version)"
                       "  FROM tidemark.territory_alias",
                       "GB 1-2, IE 2-");
}

static void a_split_is_cut_where_its_shares_change(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "splits.csv",
                    "upc,isrc,payee,share,valid_from,valid_to\n"
                    "4006381333931,,P-1,0.333333333333,2026-01-01,2026-03-31\n"
                    "4006381333931,,P-2,0.666666666667,2026-01-01,2026-03-31\n"
                    "4006381333931,,P-1,0.4,2026-04-01,\n"
                    "4006381333931,,P-2,0.6,2026-04-01,2026-04-30\n"
                    "4006381333931,,P-2,0.6,2026-05-01,\n"
                    "5901234123457,,P-1,1,2026-01-01,2026-01-31\n"
                    "5901234123457,,P-1,1,2026-03-01,\n");
    catalogue_import_all(night);
    assert_night_value(night,
                       "SELECT string_agg(validity || ' ' || shares::text, ', '"
                       "       ORDER BY release, validity) FROM tidemark.split",
                       "[2026-01-01,2026-04-01) {0.333333333333,0.666666666667}, "
                       "[2026-04-01,) {0.4,0.6}, "
                       "[2026-01-01,2026-02-01) {1}, [2026-03-01,) {1}");
}

// What a report calls "Premium" in "Deutschland" is counted as premium in DEUTSCHLAND.
static void a_tier_and_a_territory_are_found_in_whatever_case_they_are_written(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_write(night, "aliases.csv",
                    "kind,alias,target,valid_from,valid_to\n"
                    "territory,Deutschland,DE,,\n");
    catalogue_write(night, "rates.csv",
                    "provider,territory,tier,upc,isrc,basis,currency,rate,valid_from,valid_to\n"
                    "wavecast,,,,,monetised,EUR,0.001,,\n"
                    "wavecast,DE,Premium,,,monetised,EUR,0.004,,\n");
    catalogue_import_all(night);
    catalogue_import_all(night);
    assert_counts(night, "rates.csv", "0 0 2 0");
    assert_counts(night, "aliases.csv", "0 0 1 0");
    night_write(night, "inbox/wavecast/a.csv",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-10-01T12:00:00Z,DEA120000001,4006381333931,Deutschland,Premium,31\n");
    night_run(night, 0, "tidemark-ingest", NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "tidemark-request", NULL);
    assert_night_value(night,
                       "SELECT trim_scale(sum(earned)) || ' ' ||"
                       "       (SELECT count(*) FROM tidemark.suspense)"
                       "  FROM tidemark.payee_balance",
                       "0.004 0");
}

static void songs_of_history_may_be_learned_late(void **state)
{
    Night *night = *state;

    catalogue_write_all(night);
    catalogue_import_all(night);
    import_file(night, "tracks.csv",
                "upc,isrc,position,primary\n"
                "4006381333931,DEA120000002,1,no\n"
                "5901234123457,DEA120000001,1,yes\n"
                "5901234123457,DEA120000002,2,no\n");
    assert_counts(night, "tracks.csv", "3 0 0 3");
}

// Here ISO 8859-1, which is no UTF-8.
static void a_folder_may_be_called_by_any_bytes(void **state)
{
    Night *night = *state;

    night_write(night, "caf\xe9/labels.csv", "key,name\nharbour,Harbour\n");
    night_write(night, "caf\xe9/artists.csv", "key,name,label\nebb,Ebb & Flow,harbour\n");
    night_write(night, "caf\xe9/releases.csv",
                "upc,title,artist,released_on\n4006381333931,Low Water,ebb,\n");
    night_run(night, 0, "tidemark-catalogue", "import", night_path(night, "caf\xe9"), NULL);
    assert_night_value(night,
                       "SELECT (SELECT made_from LIKE '%caf_' FROM tidemark.catalogue_version) AND"
                       "       (SELECT reason LIKE '%caf_' FROM tidemark.release_history)",
                       "t");
}

static void a_folder_without_files_is_missing_input(void **state)
{
    Night *night = *state;

    night_run(night, 66, "tidemark-catalogue", "import", night_path(night, "nowhere"), NULL);
    night_run(night, 64, "tidemark-catalogue", "import", NULL);
    night_run(night, 64, "tidemark-catalogue", "imprt", "catalogue", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(what_is_new_changed_and_unchanged_adds_up),
        NIGHT_TEST(what_the_files_say_is_in_the_catalogue),
        NIGHT_TEST(the_same_files_again_make_no_version),
        NIGHT_TEST(a_trial_changes_nothing_and_tells_what_it_would),
        NIGHT_TEST(columns_come_in_any_order_and_bytes_as_they_are_usual),
        NIGHT_TEST(a_fact_that_changes_is_changed),
        NIGHT_TEST(a_files_terms_replace_those_in_force_for_what_it_mentions),
        NIGHT_TEST(a_split_is_cut_where_its_shares_change),
        NIGHT_TEST(a_tier_and_a_territory_are_found_in_whatever_case_they_are_written),
        NIGHT_TEST(songs_of_history_may_be_learned_late),
        NIGHT_TEST(a_folder_may_be_called_by_any_bytes),
        NIGHT_TEST(a_folder_without_files_is_missing_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
