#include "settings/settings.h"

#include "base/memory.h"
#include "base/text.h"
#include "support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char least_main[] = "payer: {name: P}\n"
                                 "providers:\n"
                                 "  wavecast: {zone: UTC}\n";
static const char least_feed[] = "provider: wavecast\n"
                                 "zone: Europe/Berlin\n"
                                 "columns: {sequence_id: ID, time: At, duration: Seconds}\n";

/** Settings without a fault. */
static Settings *settings_of(const char *main_yaml, const char *feed_yaml)
{
    Error error = {0};
    Faults faults = {0};
    Settings *settings = NULL;

    scratch_file("conf/tidemark.yaml", main_yaml);
    scratch_file("conf/feeds/f.yaml", feed_yaml);
    if (settings_read("conf/tidemark.yaml", &settings, &faults, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return settings;
}

/** What is found is all that is expected: "main:3: message", "feed: message", a line each. */
static void assert_faults(const char *main_yaml, const char *feed_yaml, const char *expected)
{
    Error error = {0};
    Faults faults = {0};
    Text found = {0};
    Settings *settings = NULL;

    scratch_file("conf/tidemark.yaml", main_yaml);
    scratch_file("conf/feeds/f.yaml", feed_yaml);
    assert_int_equal(settings_read("conf/tidemark.yaml", &settings, &faults, &error),
                     STATUS_CONFIG);
    assert_null(settings);
    for (size_t i = 0; i < faults.count; i++) {
        Fault fault = faults.faults[i];

        fault.file = text_equal(fault.file, "conf/tidemark.yaml") ? "main" : "feed";

        char *text = fault_text(&fault);

        text_append_format(&found, "%s%s", i == 0 ? "" : "\n", text);
        free(text);
    }
    assert_string_equal(text_bytes(&found), expected);
    text_free(&found);
    faults_free(&faults);
}

static void what_a_file_does_not_say_is_built_in(void **state)
{
    (void)state;
    Settings *settings = settings_of(least_main, least_feed);
    const Feed *feed = &settings->feeds[0];

    assert_string_equal(settings->file, "conf/tidemark.yaml");
    assert_string_equal(settings->inbox_folder, "inbox"); // conf/../inbox
    assert_int_equal(settings->connect_timeout_s, 10);
    assert_int_equal(settings->request_due, REQUEST_DUE_DAILY);
    assert_string_equal(settings->payout_zone, "UTC");
    assert_int_equal(settings->providers[0].delivery_attempts_max, 8);
    assert_null(settings->providers[0].drop_folder);
    assert_string_equal(feed->name, "f");
    assert_int_equal(feed->layout.identity, IDENTITY_COLUMN);
    assert_int_equal(feed->layout.first_id, 1);
    assert_int_equal(feed->layout.delimiter, ',');
    assert_true(feed->layout.quoted);
    assert_true(feed->layout.header);
    assert_int_equal(feed->layout.decimal_point, '.');
    assert_int_equal(feed->layout.monetised_by, MONETISED_BY_DURATION);
    assert_int_equal(feed->layout.monetised_threshold_us, 30000000);
    assert_false(feed->layout.monetised_at_threshold); // 30.000 s is not monetised
    assert_true(feed->max_reject_ratio > 0.0099 && feed->max_reject_ratio < 0.0101);
    assert_int_equal(feed->readiness.settle_seconds, 0);
    settings_free(settings);
}

static void values_of_the_file_replace_what_is_built_in(void **state)
{
    (void)state;
    Settings *settings = settings_of(
        "folders: {inbox: /in, archive: a/b, payouts: ../../out}\n"
        "database: {connect_timeout_s: 3, lock_timeout_ms: 250}\n"
        "requests: {due: monthly, day_of_month: 28, zone: Asia/Tokyo}\n"
        "payer: {name: \"Müller & Söhne\"}\n"
        "providers:\n"
        "  p-1: {zone: UTC, lead_time_days: 5, drop_folder: d, answer_folder: e,\n"
        "        delivery: {attempts_max: 2, retry_minutes: 1}}\n"
        "  p-2: {zone: Europe/London}\n",
        "provider: p-2\n"
        "zone: America/Sao_Paulo\n"
        "rhythm: {every: weekly, grace_days: 0}\n"
        "first_id: 9223372036854775807\n"
        "file: {encoding: utf-16, delimiter: \"^\", quoted: false, header: false,\n"
        "       preamble_lines: 2, footer_lines: 1}\n"
        "columns: {sequence_id: {position: 1}, time: {position: 2}, duration: {position: 1024}}\n"
        "time: {format: unix_ms}\n"
        "duration: {unit: clock}\n"
        "monetised: {at_least: 29.5 s}\n"
        "ready: {settle: 5 min, semaphore: \"{file}.ok\"}\n"
        "max_reject_ratio: 0\n");
    const Feed *feed = &settings->feeds[0];

    assert_string_equal(settings->inbox_folder, "/in");
    assert_string_equal(settings->archive_folder, "conf/a/b");
    assert_string_equal(settings->payout_folder, "../out");
    assert_string_equal(settings->reject_folder, "rejects");
    assert_int_equal(settings->lock_timeout_ms, 250);
    assert_int_equal(settings->request_day_of_month, 28);
    assert_int_equal(settings->provider_count, 2);
    assert_string_equal(settings_provider(settings, "p-1")->answer_folder, "conf/e");
    assert_int_equal(settings_provider(settings, "p-1")->delivery_attempts_max, 2);
    assert_null(settings_provider(settings, "p-3"));
    assert_int_equal(feed->rhythm, RHYTHM_WEEKLY);
    assert_int_equal(feed->rhythm_grace_days, 0);
    assert_true(feed->layout.first_id == INT64_MAX);
    assert_int_equal(feed->layout.encoding, ENCODING_UTF_16);
    assert_int_equal(feed->layout.delimiter, '^');
    assert_int_equal(feed->layout.columns[COLUMN_DURATION].position, 1024);
    assert_int_equal(feed->layout.time_format, TIME_UNIX_MILLISECONDS);
    assert_int_equal(feed->layout.duration_unit, DURATION_CLOCK);
    assert_int_equal(feed->layout.monetised_threshold_us, 29500000);
    assert_true(feed->layout.monetised_at_threshold);
    assert_int_equal(feed->readiness.settle_seconds, 300);
    assert_string_equal(feed->readiness.semaphore, "{file}.ok");
    assert_true(feed->max_reject_ratio == 0);
    settings_free(settings);
}

static void the_environment_replaces_folders(void **state)
{
    (void)state;
    assert_int_equal(setenv("TIDEMARK_INBOX", "here/in", 1), 0);
    assert_int_equal(setenv("TIDEMARK_PAYOUTS", "", 1), 0); // empty is not set

    Settings *settings = settings_of(least_main, least_feed);

    assert_int_equal(unsetenv("TIDEMARK_INBOX"), 0);
    assert_int_equal(unsetenv("TIDEMARK_PAYOUTS"), 0);
    assert_string_equal(settings->inbox_folder, "here/in"); // of the current folder
    assert_string_equal(settings->payout_folder, "payouts");
    settings_free(settings);
}

static void the_main_file_is_looked_for_where_it_is_usual(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};
    Settings *settings = NULL;

    scratch_file("config/tidemark.yaml", least_main);
    scratch_file("other.yaml", "payer: {name: Q}\n");
    assert_int_equal(settings_read(NULL, &settings, &faults, &error), STATUS_OK);
    assert_string_equal(settings->payer_name, "P");
    settings_free(settings);

    assert_int_equal(setenv("TIDEMARK_CONFIG", "other.yaml", 1), 0);
    assert_int_equal(settings_read(NULL, &settings, &faults, &error), STATUS_OK);
    assert_string_equal(settings->payer_name, "Q");
    assert_string_equal(settings->inbox_folder, "../inbox");
    settings_free(settings);
    assert_int_equal(unsetenv("TIDEMARK_CONFIG"), 0);
}

static void a_named_file_that_is_missing_is_no_input(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};
    Settings *settings = NULL;

    assert_int_equal(settings_read("none.yaml", &settings, &faults, &error), STATUS_NO_INPUT);
    assert_non_null(strstr(error.message, "none.yaml"));
    assert_null(settings);
}

static void feeds_are_the_yaml_files_by_name(void **state)
{
    (void)state;
    scratch_file("conf/feeds/b.yaml", least_feed);
    scratch_file("conf/feeds/README.md", "not a feed");
    scratch_file("conf/feeds/.hidden.yaml", "not a feed");
    scratch_file("conf/feeds/a.yaml", least_feed);

    Settings *settings = settings_of(least_main, least_feed);

    assert_int_equal(settings->feed_count, 3);
    assert_string_equal(settings->feeds[0].name, "a");
    assert_string_equal(settings->feeds[1].name, "b");
    assert_string_equal(settings->feeds[2].name, "f");
    settings_free(settings);
}

static void a_feed_is_found_by_name_and_the_nearest_is_named(void **state)
{
    (void)state;
    scratch_file("conf/feeds/wavecast.yaml", least_feed);

    Error error = {0};
    Settings *settings = settings_of(least_main, least_feed);
    const Feed *feed = NULL;

    assert_int_equal(settings_feed(settings, "f", &feed, &error), STATUS_OK);
    assert_string_equal(feed->name, "f");
    assert_int_equal(settings_feed(settings, "wavcast", &feed, &error), STATUS_USAGE);
    assert_string_equal(error.message, "there is no feed \"wavcast\"; the nearest is \"wavecast\"");
    assert_int_equal(settings_feed(settings, "solara", &feed, &error), STATUS_USAGE);
    assert_string_equal(error.message, "there is no feed \"solara\"");
    settings_free(settings);
}

static void the_built_in_settings_need_no_file(void **state)
{
    (void)state;
    Settings *settings = settings_built_in();

    assert_int_equal(settings->connect_timeout_s, 10);
    assert_int_equal(settings->lock_timeout_ms, 30000);
    assert_int_equal(settings->feed_count, 0);
    settings_free(settings);
    settings_free(NULL);
}

static void faults_of_all_files_are_told_at_once(void **state)
{
    (void)state;
    assert_faults("payer: {name: P}\n"
                  "databse: {lock_timeout_ms: 5}\n"
                  "night: {deadline: 0 s}\n"
                  "providers:\n"
                  "  wavecast: {zon: UTC}\n",
                  "provider: wavecast\n"
                  "zone: Europe/Berlin\n"
                  "file: {encoding: utf8}\n"
                  "columns: {sequence_id: ID, time: At, duration: Seconds, isrc: X}\n"
                  "settle: 60 s\n",
                  "main:2: unknown key \"databse\"; the nearest is \"database\"\n"
                  "main:3: deadline is \"0 s\"; expected whole seconds, from 1 s to 86400 s\n"
                  "main:5: unknown key \"zon\"; the nearest is \"zone\"\n"
                  "main:5: key \"zone\" is missing: whose date decides that a release is due\n"
                  "feed:5: unknown key \"settle\"; it belongs under \"ready\"\n"
                  "feed:3: encoding is \"utf8\"; expected one of utf-8, utf-16, latin-1\n"
                  "feed:4: unknown key \"isrc\"");
}

static void a_file_that_is_no_yaml_hides_no_fault_of_the_others(void **state)
{
    (void)state;
    assert_faults("payer: [\n",
                  "provider: nobody\nzone: UTC\ncolumns: {time: T}\n"
                  "identity: colum\nmonetised: {by: all}\n",
                  "main:2: this is no YAML: did not find expected node content while parsing a "
                  "flow node\n"
                  "feed:4: identity is \"colum\"; expected one of column, line");
}

static void a_secret_or_a_connection_has_its_own_sentence(void **state)
{
    (void)state;
    assert_faults("payer: {name: P}\n"
                  "database:\n"
                  "  Password: x\n"
                  "  host: db\n",
                  "provider: p\nzone: UTC\npassword: x\ncolumns: {period: P}\n"
                  "identity: line\nmonetised: {by: all}\n",
                  "main:3: key \"Password\": a password does not belong into this file; put it "
                  "into ~/.pgpass, or name a service of ~/.pg_service.conf in PGSERVICE\n"
                  "main:4: key \"host\": the connection is not set here; libpq finds it by PGHOST, "
                  "PGPORT, PGUSER, PGDATABASE, or PGSERVICE\n"
                  "feed:3: key \"password\": a password does not belong into this file; put it "
                  "into ~/.pgpass, or name a service of ~/.pg_service.conf in PGSERVICE\n"
                  "feed:1: provider \"p\" is not one of \"conf/tidemark.yaml\"");
}

static void faults_of_the_main_file_are_named(void **state)
{
    (void)state;
    const struct {
        const char *yaml;
        const char *faults;
    } cases[] = {
        {"", "main: key \"payer.name\" is missing: who pays, as payment files name it"},
        {"payer:\n", "main:1: key \"payer\" has no value; give it one, or leave the key out"},
        {"payer: x\n", "main:1: expected a map of keys such as \"name\", found a text"},
        {"payer: {name: \"\"}\n", "main:1: name is \"\"; expected a text"},
        {"payer: {name: [x]}\n", "main:1: name is a list; expected a text"},
        {"payer: {name: P}\nproviders: [a]\n",
         "main:2: providers is a list; expected a map of providers by name"},
        {"payer: {name: P}\nproviders: {A: {zone: UTC}}\n",
         "main:2: provider \"A\": a name is small letters, digits, - and _"},
        {"payer: {name: P}\nproviders:\n  a:\n",
         "main:3: expected a map of keys such as \"zone\", found nothing"},
        {"payer: {name: P}\nproviders: {a: {zone: \"Europe Berlin\"}}\n",
         "main:2: zone is \"Europe Berlin\"; expected a time zone such as Europe/Berlin"},
        {"payer: {name: P}\nproviders: {a: {zone: UTC, answer_folder: x}}\n",
         "main:2: provider \"a\": answer_folder is of use only with a drop_folder"},
        {"payer: {name: P}\nnight: {deadline: 48 h}\n",
         "main:2: deadline is \"48 h\"; expected whole seconds, from 1 s to 86400 s"},
        {"payer: {name: P}\nrequests: {day_of_month: 3}\n",
         "main:2: requests.day_of_month is of use only where requests.due is monthly"},
        {"payer: {name: P}\nrequests: {due: monthly, day_of_month: 29}\n",
         "main:2: day_of_month is \"29\"; expected a whole number from 1 to 28"},
        {"payer: {name: P}\nfolders:\n  inbox: x\n  rejects: x\n",
         "main:4: folders.inbox and folders.rejects are one folder, \"conf/x\""},
        {"payer: {name: P}\nfolders:\n  inbox: x\n  archive: .//x/\n",
         "main:4: folders.inbox and folders.archive are one folder, \"conf/.//x/\""},
        {"payer: {name: P}\ndatabase: {lock_timeout_ms: 1.5}\n",
         "main:2: lock_timeout_ms is \"1.5\"; expected a whole number from 1 to 3600000"},
        {"payer: {name: P}\npayer: {name: Q}\n",
         "main:2: key \"payer\" stands twice in this map, first in line 1"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error = {0};
        Faults faults = {0};
        Settings *settings = NULL;

        scratch_file("conf/tidemark.yaml", cases[i].yaml);
        assert_int_equal(settings_read("conf/tidemark.yaml", &settings, &faults, &error),
                         STATUS_CONFIG);
        assert_int_equal(faults.count, 1);

        Fault fault = faults.faults[0];

        fault.file = "main";

        char *text = fault_text(&fault);

        assert_string_equal(text, cases[i].faults);
        free(text);
        faults_free(&faults);
    }
}

static void the_file_of_a_feed_has_a_proper_name(void **state)
{
    (void)state;
    scratch_file("conf/feeds/Wave Cast.yaml", least_feed);
    scratch_file("conf/feeds/wavecast.yml", least_feed);

    Error error = {0};
    Faults faults = {0};
    Settings *settings = NULL;

    scratch_file("conf/tidemark.yaml", least_main);
    assert_int_equal(settings_read("conf/tidemark.yaml", &settings, &faults, &error),
                     STATUS_CONFIG);
    assert_string_equal(error.message,
                        "conf/feeds/Wave Cast.yaml: feed \"Wave Cast\": a name is small letters, "
                        "digits, - and _\n"
                        "conf/feeds/wavecast.yml: the file of a feed ends in .yaml");
    faults_free(&faults);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

static void values_are_read_without_the_blanks_around_them(void **state)
{
    (void)state;
    char *feed_yaml = text_format("%s%s", least_feed,
                                  "skip: [{column: Type, values: [\"SUB \", \" \"]}]\n"
                                  "totals: {marker: Type, value: \" TOTAL \", rows: N}\n");
    Settings *settings = settings_of(least_main, feed_yaml);
    const Layout *layout = &settings->feeds[0].layout;

    // A report's fields are, so that no other value would ever be found.
    assert_string_equal(layout->filters[0].values[0], "SUB");
    assert_string_equal(layout->filters[0].values[1], "");
    assert_string_equal(layout->totals.marker_value, "TOTAL");
    settings_free(settings);
    free(feed_yaml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_file_does_not_say_is_built_in),
        TEST(values_of_the_file_replace_what_is_built_in),
        TEST(the_environment_replaces_folders),
        TEST(the_main_file_is_looked_for_where_it_is_usual),
        TEST(a_named_file_that_is_missing_is_no_input),
        TEST(feeds_are_the_yaml_files_by_name),
        TEST(a_feed_is_found_by_name_and_the_nearest_is_named),
        TEST(the_built_in_settings_need_no_file),
        TEST(values_are_read_without_the_blanks_around_them),
        TEST(faults_of_all_files_are_told_at_once),
        TEST(a_file_that_is_no_yaml_hides_no_fault_of_the_others),
        TEST(a_secret_or_a_connection_has_its_own_sentence),
        TEST(faults_of_the_main_file_are_named),
        TEST(the_file_of_a_feed_has_a_proper_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
