#include "settings/settings.h"

#include "base/text.h"
#include "support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** Reads a feed's file, in which nothing is wrong, beside a main file that knows the provider
 * wavecast; for settings_free(). */
static Settings *read_feed(const char *yaml)
{
    Error error = {0};
    Faults faults = {0};
    Settings *settings = NULL;

    scratch_file("tidemark.yaml", "payer: {name: P}\nproviders: {wavecast: {zone: UTC}}\n");
    scratch_file("feeds/f.yaml", yaml);
    if (settings_read("tidemark.yaml", &settings, &faults, &error) != STATUS_OK)
        fail_msg("%d: %s", faults.faults[0].line, faults.faults[0].message);
    return settings;
}

/** A feed that is written as settings_feed_yaml() writes it is read, and written the same. */
static void assert_round_trip(const char *yaml)
{
    Settings *settings = read_feed(yaml);
    char *written = settings_feed_yaml(&settings->feeds[0], NULL, 0);

    assert_string_equal(written, yaml);
    free(written);
    settings_free(settings);
}

static void a_feed_that_is_written_is_read_as_it_was(void **state)
{
    (void)state;
    assert_round_trip("provider: wavecast\n"
                      "zone: UTC\n"
                      "rhythm:\n"
                      "  every: daily\n"
                      "  grace_days: 0\n"
                      "identity: line\n"
                      "file:\n"
                      "  encoding: latin-1\n"
                      "  delimiter: \"^\"\n"
                      "  quoted: false\n"
                      "  preamble_lines: 3\n"
                      "  footer_lines: 2\n"
                      "  name_pattern: \"a_{period}_{part}of{parts}.tsv\"\n"
                      "columns:\n"
                      "  period: {name_part: period}\n"
                      "  recording: \"a: \\\"b\\\" \\\\ #\\tc\"\n"
                      "  release: {position: 4}\n"
                      "  territory: {constant: \"NO\"}\n"
                      "  tier: \"null\"\n"
                      "  monetised: \"\\x85 é\"\n"
                      "  quantity: \"7\"\n"
                      "  amount: Betrag\n"
                      "  currency: {constant: EUR}\n"
                      "skip: [{column: T, values: [A, \"\"]}, {column: {position: 2}, values: "
                      "[B]}]\n"
                      "keep: [{column: T, values: [\"true\", \"1\"]}]\n"
                      "totals:\n"
                      "  marker: T\n"
                      "  value: \"~\"\n"
                      "  rows: \"N\"\n"
                      "  streams: S\n"
                      "  amount: B\n"
                      "  required: false\n"
                      "numbers:\n"
                      "  decimal_point: \",\"\n"
                      "time:\n"
                      "  format: \"%b %Y\"\n"
                      "monetised:\n"
                      "  by: flag\n"
                      "  yes: [\"yes\", \"Y\"]\n"
                      "  no: [\"no\", \"\"]\n"
                      "ready:\n"
                      "  settle: 90 s\n"
                      "  semaphore: \"{file}.ok\"\n"
                      "  all_parts: true\n"
                      "max_reject_ratio: 0.000001\n");
    assert_round_trip("provider: wavecast\n"
                      "zone: UTC\n"
                      "first_id: 9223372036854775807\n"
                      "file:\n"
                      "  encoding: utf-16\n"
                      "  delimiter: tab\n"
                      "  header: false\n"
                      "columns:\n"
                      "  sequence_id: {position: 1}\n"
                      "  period_from: {position: 2}\n"
                      "  period_to: {position: 3}\n"
                      "  duration: {position: 1024}\n"
                      "time:\n"
                      "  format: unix_s\n"
                      "duration:\n"
                      "  unit: ms\n"
                      "monetised:\n"
                      "  at_least: 0.000001 s\n"
                      "max_reject_ratio: 1\n");
    assert_round_trip("provider: wavecast\n"
                      "zone: UTC\n"
                      "columns:\n"
                      "  sequence_id: ID\n"
                      "  time: Played At\n"
                      "  monetised: Count\n"
                      "monetised:\n"
                      "  by: count\n");
}

static void what_is_built_in_is_not_written(void **state)
{
    (void)state;
    Settings *settings = read_feed("provider: wavecast\nzone: UTC\nidentity: column\n"
                                   "columns: {sequence_id: ID, time: At, duration: D}\n"
                                   "monetised: {by: duration, longer_than: 30 s}\n");
    char *yaml = settings_feed_yaml(&settings->feeds[0], NULL, 0);

    assert_string_equal(yaml, "provider: wavecast\n"
                              "zone: UTC\n"
                              "columns:\n"
                              "  sequence_id: ID\n"
                              "  time: At\n"
                              "  duration: D\n");
    free(yaml);
    settings_free(settings);
}

static void a_comment_stands_with_its_key_whether_that_is_set_or_not(void **state)
{
    (void)state;
    static const KeyComment comments[] = {
        {"", "At the head"},
        {"file.delimiter", "the default, and why"},
        {"columns.duration", "a reason that is too long to stand behind its key, since no line has "
                             "more than a hundred bytes in it"},
        {"columns.tier", "no column is like it"},
        {"columns.tier", "and a second reason"},
    };

    Settings *settings = read_feed(
        "provider: wavecast\nzone: UTC\ncolumns: {sequence_id: id, time: t, duration: s}\n");
    char *yaml = settings_feed_yaml(&settings->feeds[0], comments, COUNT_OF(comments));

    assert_string_equal(yaml, "# At the head\n"
                              "provider: wavecast\n"
                              "zone: UTC\n"
                              "file:\n"
                              "  delimiter: comma # the default, and why\n"
                              "columns:\n"
                              "  sequence_id: id\n"
                              "  time: t\n"
                              "  # tier: no column is like it; and a second reason\n"
                              "  # a reason that is too long to stand behind its key, since no "
                              "line has more than a hundred bytes\n"
                              "  # in it\n"
                              "  duration: s\n");
    settings_free(settings);
    settings_free(read_feed(yaml));
    free(yaml);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_feed_that_is_written_is_read_as_it_was),
        TEST(what_is_built_in_is_not_written),
        TEST(a_comment_stands_with_its_key_whether_that_is_set_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
