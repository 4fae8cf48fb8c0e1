/** What people ask before a night: is all as it must be, and what does a layout make of a file. */
#include "support/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const json_t *row_of(const json_t *rows, const char *key, const char *value)
{
    size_t index;
    json_t *row;

    json_array_foreach(
        rows, index,
        row) if (text_equal(json_string_value(json_object_get(row, key)), value)) return row;
    fail_msg("no row whose %s is %s", key, value);
    return NULL;
}

static void a_configuration_without_a_fault_is_said_to_be_so(void **state)
{
    Night *night = *state;

    night_run(night, 0, "tidemark-check", NULL);
    assert_non_null(strstr(night_out(night), "All is as it must be: 1 feeds, 1 providers."));
}

static void a_schema_that_is_not_this_programs_is_one_fault_among_the_others(void **state)
{
    Night *night = *state;

    free(night_value(night, "DELETE FROM tidemark.migration WHERE number > 3"));

    const json_t *document = night_run_json(night, 78, "tidemark-check", NULL);
    const json_t *row = row_of(json_object_get(document, "checks"), "check", "schema");

    assert_true(json_is_true(json_object_get(row, "is_fault")));
    assert_string_equal(json_string_value(json_object_get(row, "remedy")), "tidemark migrate");
    night_run(night, 78, "tidemark-ingest", NULL); // and no stage begins
}

static void all_faults_of_all_settings_are_told_at_once(void **state)
{
    Night *night = *state;

    night_settings(night,
                   "payer:\n  nome: Test\nproviders:\n  wavecast:\n    zone: Europe/Berlin\n");
    night_feed(night, "other", "provider: nobody\nzone: Europe/Berlin\n");
    night_run(night, 78, "tidemark-check", "--no-database", NULL);
    assert_non_null(strstr(night_err(night), "nome"));
    assert_non_null(strstr(night_err(night), "nobody"));
}

static void a_folder_that_others_may_read_is_a_fault_with_its_remedy(void **state)
{
    Night *night = *state;
    CommandResult result;

    night_write(night, "inbox/wavecast/a.csv.gz", wavecast_header);
    command_run((const char *const[]){"chmod", "755", night_path(night, "inbox"), NULL}, NULL,
                &result);
    command_result_free(&result);

    const json_t *document = night_run_json(night, 78, "tidemark-check", "--no-database", NULL);
    const json_t *row = row_of(json_object_get(document, "checks"), "check", "inbox folder");

    assert_non_null(strstr(json_string_value(json_object_get(row, "remedy")), "chmod go= "));
}

static void a_zone_that_the_server_does_not_know_is_named(void **state)
{
    Night *night = *state;

    night_settings(night,
                   "payer:\n  name: Test\nproviders:\n  wavecast:\n    zone: Mars/Olympus\n");

    const json_t *document = night_run_json(night, 78, "tidemark-check", NULL);
    const json_t *row = row_of(json_object_get(document, "checks"), "check", "zones");

    assert_string_equal(json_string_value(json_object_get(row, "found")), "Mars/Olympus");
}

static void a_layout_is_shown_with_what_it_makes_of_a_files_rows(void **state)
{
    Night *night = *state;

    night_write(night, "inbox/wavecast/a.csv.gz",
                "id,time,isrc,upc,country,tier,seconds\n"
                "1,2026-10-01T12:00:00Z,DEA629900001,4006381333931,DE,premium,31\n"
                "x,2026-10-01T12:00:00Z,DEA629900001,,DE,premium,31\n"
                "3,2026-10-01T23:00:00Z,odd,,DE,premium,30\n");

    const json_t *document = night_run_json(night, 0, "tidemark-feed", "check",
                                            night_path(night, "inbox/wavecast/a.csv.gz"), NULL);
    const json_t *rows = json_object_get(document, "rows");

    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "monetised")),
                        "1");
    assert_non_null(strstr(json_string_value(json_object_get(json_array_get(rows, 1), "rejected")),
                           "id_invalid"));
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 2), "recording")),
                        "odd");
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 2), "from")),
                        "2026-10-02");
    assert_string_equal(
        json_string_value(json_object_get(
            row_of(json_object_get(document, "columns"), "role", "duration"), "from")),
        "column \"seconds\"");
    assert_night_value(night, "SELECT count(*) FROM tidemark.report_file", "0");
    assert_true(night_has(night, "inbox/wavecast/a.csv.gz"));
}

static void a_file_of_no_feed_is_asked_for_its_feed(void **state)
{
    Night *night = *state;

    night_write(night, "elsewhere/a.csv", wavecast_header);
    night_run(night, 64, "tidemark-feed", "check", night_path(night, "elsewhere/a.csv"), NULL);
    assert_non_null(strstr(night_err(night), "--feed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(a_configuration_without_a_fault_is_said_to_be_so),
        NIGHT_TEST(a_schema_that_is_not_this_programs_is_one_fault_among_the_others),
        NIGHT_TEST(all_faults_of_all_settings_are_told_at_once),
        NIGHT_TEST(a_folder_that_others_may_read_is_a_fault_with_its_remedy),
        NIGHT_TEST(a_zone_that_the_server_does_not_know_is_named),
        NIGHT_TEST(a_layout_is_shown_with_what_it_makes_of_a_files_rows),
        NIGHT_TEST(a_file_of_no_feed_is_asked_for_its_feed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
