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

#include <cmocka.h>

/** What each feed below begins with, in its lines 1 to 3. */
static const char head[] = "provider: wavecast\nzone: Europe/Berlin\n#\n";

/** Reads a feed's file beside a main file that knows the provider wavecast. */
static Status read_feed(const char *yaml, Settings **out_settings, Faults *faults)
{
    Error error = {0};

    scratch_file("tidemark.yaml", "payer: {name: P}\nproviders: {wavecast: {zone: UTC}}\n");
    scratch_file("feeds/f.yaml", yaml);
    return settings_read("tidemark.yaml", out_settings, faults, &error);
}

typedef struct FeedCase {
    const char *yaml;   // behind the head: begins in line 4
    const char *faults; // "line: message", a line each
} FeedCase;

static void assert_cases(const FeedCase cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Faults faults = {0};
        Text found = {0};
        Settings *settings = NULL;
        char *yaml = text_format("%s%s", head, cases[i].yaml);

        (void)!read_feed(yaml, &settings, &faults);
        for (size_t j = 0; j < faults.count; j++)
            text_append_format(&found, "%s%d: %s", j == 0 ? "" : "\n", faults.faults[j].line,
                               faults.faults[j].message);
        assert_string_equal(text_bytes(&found), cases[i].faults);
        settings_free(settings);
        text_free(&found);
        faults_free(&faults);
        free(yaml);
    }
}

#define ASSERT_CASES(cases) assert_cases((cases), COUNT_OF(cases))

/** Columns of a feed that says all by columns, in one line. */
#define COLUMNS "columns: {sequence_id: ID, time: At, duration: D"
#define BY_LINE "identity: line\nmonetised: {by: all}\n"

static void each_value_has_a_type(void **state)
{
    (void)state;
    static const FeedCase cases[] = {
        {COLUMNS "}\nmax_reject_ratio: 1.01\n",
         "5: max_reject_ratio is \"1.01\"; expected a share from 0 to 1, such as 0.01"},
        {COLUMNS "}\nmax_reject_ratio: 0.0000001\n",
         "5: max_reject_ratio is \"0.0000001\"; expected a share from 0 to 1, such as 0.01"},
        {COLUMNS "}\nmax_reject_ratio: -0.1\n",
         "5: max_reject_ratio is \"-0.1\"; expected a share from 0 to 1, such as 0.01"},
        {COLUMNS "}\nfirst_id: 0\n",
         "5: first_id is \"0\"; expected a whole number from 1 to 9223372036854775807"},
        {COLUMNS "}\nfirst_id: 9223372036854775808\n",
         "5: first_id is \"9223372036854775808\"; expected a whole number from 1 to "
         "9223372036854775807"},
        {COLUMNS "}\nfile: {quoted: yes}\n", "5: quoted is \"yes\"; expected true or false"},
        {COLUMNS "}\nfile: {delimiter: x}\n",
         "5: delimiter is \"x\"; expected comma, semicolon, tab, pipe, or one sign such as \"^\""},
        {COLUMNS "}\nfile: {delimiter: \"\\n\"}\n",
         "5: delimiter is \"\n\"; expected comma, semicolon, tab, pipe, or one sign such as "
         "\"^\""},
        {COLUMNS "}\nfile: {delimiter: '\"'}\n",
         "5: delimiter is \"\"\"; expected comma, semicolon, tab, pipe, or one sign such as "
         "\"^\""},
        {COLUMNS "}\nnumbers: {decimal_point: ;}\n",
         "5: decimal_point is \";\"; expected one of \".\", \",\""},
        {COLUMNS "}\nready: {settle: 60}\n",
         "5: settle is \"60\"; expected a span such as 60 s, 5 min or 2 h"},
        {COLUMNS "}\nready: {settle: 1500 ms}\n",
         "5: settle is \"1500 ms\"; expected whole seconds, from 0 s to 604800 s"},
        {COLUMNS "}\nmonetised: {longer_than: 30}\n",
         "5: longer_than is \"30\"; expected a span such as 30 s or 29500 ms"},
        {COLUMNS "}\nmonetised: {longer_than: 0.0001 ms}\n",
         "5: longer_than is \"0.0001 ms\"; expected a span such as 30 s or 29500 ms"},
        {COLUMNS "}\nmonetised: {by: durations}\n",
         "5: by is \"durations\"; expected one of duration, flag, count, all"},
        {COLUMNS "}\ntime: {format: ISO}\n",
         "5: format is \"ISO\"; expected iso8601, unix_s, unix_ms, or a pattern such as "
         "\"%d.%m.%Y %H:%M\""},
        {COLUMNS "}\ntime: {format: \"%d.%m.%Q\"}\n",
         "5: format is \"%d.%m.%Q\"; expected no other signs than %Y %y %m %b %d %H %M %S %z"},
        {COLUMNS "}\ntime: {format: \"%Y %\"}\n",
         "5: format is \"%Y %\"; expected no other signs than %Y %y %m %b %d %H %M %S %z"},
        {COLUMNS "}\ntime: {format: \"%d.%m.\"}\n",
         "5: format is \"%d.%m.\"; expected a year (%Y or %y) and a month (%m or %b)"},
        {COLUMNS "}\nskip: {column: T, values: [x]}\n",
         "5: skip is a map; expected a list of {column: Type, values: [TOTAL]}"},
        {COLUMNS "}\nskip: [{column: T, values: []}]\n",
         "5: values is a list; expected at least one text"},
        {COLUMNS "}\nskip:\n- {column: T, values: [a, [b]]}\n- {values: x}\n- {column: T}\n",
         "6: values is a list; expected a text, in quotation marks where it is empty\n"
         "7: key \"column\" is missing: the column whose value decides\n"
         "8: key \"values\" is missing: the values, exactly as they stand in the file"},
        {COLUMNS ", tier: [x]}\n",
         "4: tier is a list; expected a column: its name in the header, or {position: 4}, "
         "{constant: DE}, {name_part: period}"},
        {COLUMNS ", tier: {position: 0}}\n",
         "4: position is \"0\"; expected a whole number from 1 to 1024"},
        {COLUMNS ", tier: {position: 1, constant: x}}\n",
         "4: tier: expected one of name, position, constant, name_part"},
        {COLUMNS ", tier: {}}\n", "4: tier: expected one of name, position, constant, name_part"},
        {COLUMNS ", tier: {pos: 1}}\n", "4: unknown key \"pos\""},
    };

    ASSERT_CASES(cases);
}

static void keys_that_need_or_forbid_each_other_are_held_together(void **state)
{
    (void)state;
    static const FeedCase cases[] = {
        {"columns: {time: At, duration: D}\nidentity: column\n",
         "5: identity is column, but columns.sequence_id is missing; where rows have no number, "
         "identity is line"},
        {COLUMNS "}\nidentity: line\n",
         "4: columns.sequence_id is not read where identity is line"},
        {"columns: {sequence_id: {constant: 7}, time: At, duration: D}\n",
         "4: columns.sequence_id must be a column: each row has a number of its own"},
        {"columns: {time: At}\n" BY_LINE "first_id: 5\n",
         "7: first_id is of use only where identity is column"},
        {"columns: {sequence_id: ID, duration: D}\n",
         "4: nothing says when a stream was played: columns needs one of time, period, or "
         "period_from with period_to"},
        {"columns: {sequence_id: ID, duration: D, time: T, period: P}\n",
         "4: columns needs only one of time, period, or period_from with period_to"},
        {"columns: {sequence_id: ID, duration: D, period_from: F}\n",
         "4: columns.period_from and columns.period_to belong together"},
        {"columns: {sequence_id: ID, time: T}\n",
         "0: monetised.by is duration, but columns.duration is missing; without durations it is "
         "flag, count or all"},
        {COLUMNS "}\nmonetised: {by: all, longer_than: 30 s}\n",
         "5: monetised.longer_than is of use only where monetised.by is duration"},
        {COLUMNS "}\nmonetised: {longer_than: 30 s, at_least: 30 s}\n",
         "5: monetised has longer_than and at_least; it can have one"},
        {COLUMNS ", monetised: M}\n",
         "4: columns.monetised is read only where monetised.by is flag or count"},
        {COLUMNS "}\nmonetised: {by: count}\n",
         "5: monetised.by is count, but columns.monetised is missing"},
        {COLUMNS ", monetised: M}\nmonetised:\n  by: flag\n  no: N\n",
         "6: monetised.by is flag, but monetised.yes is missing: the values that mean yes"},
        {COLUMNS ", monetised: M}\nmonetised:\n  by: flag\n  yes: Y\n",
         "6: monetised.by is flag, but monetised.no is missing: the values that mean no"},
        {COLUMNS ", monetised: M}\nmonetised: {by: count, yes: Y, no: N}\n",
         "5: monetised.yes is of use only where monetised.by is flag\n"
         "5: monetised.no is of use only where monetised.by is flag"},
        {COLUMNS ", monetised: M}\nmonetised: {by: flag, yes: [Y, \"1\"], no: [N, y]}\n",
         "5: \"Y\" is in monetised.yes and in monetised.no"},
        {"columns: {time: At}\nduration: {unit: ms}\n" BY_LINE,
         "5: duration.unit is of use only with columns.duration"},
        {COLUMNS ", amount: A}\n",
         "4: columns.amount needs columns.currency; where all rows have one, {constant: EUR}"},
        {COLUMNS ", currency: C}\n", "4: columns.currency is of use only with columns.amount"},
        {COLUMNS ", amount: A, currency: {constant: eur}}\n",
         "4: currency \"eur\" is no code of ISO 4217 such as EUR"},
        {COLUMNS "}\nfile: {quoted: false}\nnumbers: {decimal_point: \",\"}\n",
         "5: file.delimiter and numbers.decimal_point are both \",\", and fields are not quoted"},
        {COLUMNS "}\nrhythm: {grace_days: 2}\n",
         "5: rhythm.grace_days is of use only with rhythm.every"},
        {COLUMNS "}\nready: {semaphore: done}\n",
         "5: ready.semaphore is \"done\"; expected the name of a file beside the report file, such "
         "as \"{file}.done\""},
        {COLUMNS "}\nready: {semaphore: \"../{file}\"}\n",
         "5: ready.semaphore is \"../{file}\"; expected the name of a file beside the report file, "
         "such as \"{file}.done\""},
        {COLUMNS "}\nready: {all_parts: true}\n",
         "5: ready.all_parts needs a file.name_pattern with {part} and {parts}"},
    };

    ASSERT_CASES(cases);
}

static void a_column_must_be_where_the_file_can_have_it(void **state)
{
    (void)state;
    static const FeedCase cases[] = {
        {"columns: {sequence_id: {position: 1}, time: At, duration: {position: 2}}\n"
         "file: {header: false}\n",
         "4: columns.time is found by its name \"At\", but file.header is false; say {position: "
         "N}"},
        {COLUMNS ", tier: {name_part: plan}}\n",
         "4: columns.tier is the {plan} of the file's name, but file.name_pattern is missing"},
        {COLUMNS ", tier: {name_part: plan}}\nfile: {name_pattern: \"x_{period}.csv\"}\n",
         "4: columns.tier is the {plan} of the file's name, but file.name_pattern "
         "\"x_{period}.csv\" has none"},
        {COLUMNS "}\nskip: [{column: {constant: x}, values: [y]}]\n",
         "5: skip must be a column, by name or {position: N}"},
        {COLUMNS "}\nkeep: [{column: {name_part: x}, values: [y]}]\n",
         "5: keep must be a column, by name or {position: N}"},
        {COLUMNS "}\ntotals: {rows: N}\n",
         "5: totals needs marker and value: how a row of totals is known"},
        {COLUMNS "}\ntotals: {marker: T, value: SUM}\n",
         "5: totals needs one of rows, streams, amount: what is compared"},
        {COLUMNS "}\ntotals: {marker: T, value: SUM, amount: A}\n",
         "5: totals.amount is of use only with columns.amount"},
        {COLUMNS "}\ntotals: {marker: {constant: T}, value: SUM, rows: N}\n",
         "5: totals.marker must be a column, by name or {position: N}"},
    };

    ASSERT_CASES(cases);
}

static void a_pattern_of_names_is_held_against_its_rules(void **state)
{
    (void)state;
    Faults faults = {0};
    Settings *settings = NULL;
    char *yaml = text_format("%s%s", head, COLUMNS "}\nfile: {name_pattern: \"x_{a}_{a}.csv\"}\n");

    assert_int_equal(read_feed(yaml, &settings, &faults), STATUS_CONFIG);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.faults[0].line, 5);
    assert_true(text_starts_with(faults.faults[0].message, "name_pattern: "));
    faults_free(&faults);
    free(yaml);
}

static void what_follows_from_a_fault_is_not_told_as_well(void **state)
{
    (void)state;
    static const FeedCase cases[] = {
        // else: identity is column, but columns.sequence_id is missing
        {"columns: {sequence_di: ID, time: At, duration: D}\n",
         "4: unknown key \"sequence_di\"; the nearest is \"sequence_id\""},
        // else: by is duration, but columns.duration is missing
        {"columns: {sequence_id: ID, time: At}\nmonetised: {by: non}\n",
         "5: by is \"non\"; expected one of duration, flag, count, all"},
        // else: nothing says when a stream was played
        {"columns: [ID, At]\n", "4: expected a map of keys such as \"sequence_id\", found a list"},
    };

    ASSERT_CASES(cases);
}

static void a_provider_is_one_of_the_main_file(void **state)
{
    (void)state;
    Faults faults = {0};
    Settings *settings = NULL;

    assert_int_equal(read_feed("provider: wavcast\nzone: UTC\n" COLUMNS "}\n", &settings, &faults),
                     STATUS_CONFIG);
    assert_int_equal(faults.count, 1);
    assert_string_equal(
        faults.faults[0].message,
        "provider \"wavcast\" is not one of \"tidemark.yaml\"; the nearest is \"wavecast\"");
    faults_free(&faults);
}

static void what_must_be_given_is_missing_by_name(void **state)
{
    (void)state;
    Faults faults = {0};
    Settings *settings = NULL;

    assert_int_equal(read_feed(COLUMNS "}\n", &settings, &faults), STATUS_CONFIG);
    assert_int_equal(faults.count, 2);
    assert_int_equal(faults.faults[0].line, 0);
    assert_string_equal(faults.faults[0].message,
                        "key \"provider\" is missing: one of the main file's providers");
    assert_string_equal(faults.faults[1].message, "key \"zone\" is missing: whose days these are");
    faults_free(&faults);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_value_has_a_type),
        TEST(keys_that_need_or_forbid_each_other_are_held_together),
        TEST(a_column_must_be_where_the_file_can_have_it),
        TEST(a_pattern_of_names_is_held_against_its_rules),
        TEST(what_follows_from_a_fault_is_not_told_as_well),
        TEST(a_provider_is_one_of_the_main_file),
        TEST(what_must_be_given_is_missing_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
