#include "report/name.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ReportName parsed(const char *pattern, const char *file_name)
{
    ReportName name = {0};
    Error error = {0};

    if (report_name_parse(pattern, file_name, &name, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return name;
}

static void assert_key(const char *pattern, const char *file_name, const char *key)
{
    ReportName name = parsed(pattern, file_name);

    assert_string_equal(name.key, key);
    report_name_clear(&name);
}

static void assert_refused(const char *pattern, const char *file_name, Status status,
                           const char *message)
{
    ReportName name = {.part = 7};
    Error error = {0};

    assert_int_equal(report_name_parse(pattern, file_name, &name, &error), status);
    assert_string_equal(error.message, message);
    assert_int_equal(name.part, 7);
    assert_null(name.key);
}

static void a_pattern_names_the_parts_of_a_name(void **state)
{
    (void)state;
    ReportName name = parsed("sales_{service}_{period}_{part}of{parts}.csv.gz",
                             "sales_wavecast_2026-10_02of03.csv.gz");

    assert_string_equal(report_name_part(&name, "service"), "wavecast");
    assert_string_equal(report_name_part(&name, "period"), "2026-10");
    assert_string_equal(report_name_part(&name, "part"), "02");
    assert_null(report_name_part(&name, "territory"));
    assert_int_equal(name.part, 2);
    assert_int_equal(name.parts_in_all, 3);
    assert_string_equal(name.key, "service=wavecast period=2026-10 part=2");
    assert_string_equal(name.siblings, "service=wavecast period=2026-10");
    report_name_clear(&name);
}

static void without_parts_the_name_is_the_only_part(void **state)
{
    (void)state;
    ReportName name = parsed("{service}-{period}.csv", "wavecast-2026-10.csv");

    assert_int_equal(name.part, 1);
    assert_int_equal(name.parts_in_all, 1);
    assert_string_equal(name.key, "service=wavecast period=2026-10");
    assert_string_equal(name.siblings, name.key);
    report_name_clear(&name);
}

static void a_part_without_a_total_may_be_any_number(void **state)
{
    (void)state;
    ReportName name = parsed("sales_{period}_{part}.csv", "sales_2026-10_0012.csv");

    assert_int_equal(name.part, 12);
    assert_int_equal(name.parts_in_all, 1);
    assert_string_equal(name.siblings, "period=2026-10");
    report_name_clear(&name);
}

static void without_a_pattern_the_key_is_the_name_without_its_endings(void **state)
{
    (void)state;
    ReportName name = parsed(NULL, "sales_2026-10.csv.gz");

    assert_string_equal(name.key, "sales_2026-10");
    assert_string_equal(name.siblings, name.key);
    assert_int_equal(name.part, 1);
    assert_int_equal(name.parts_in_all, 1);
    assert_int_equal(name.part_count, 0);
    report_name_clear(&name);

    assert_key(NULL, "SALES.TSV.GZ", "SALES");
    assert_key(NULL, "sales.v2.txt", "sales.v2");
    assert_key(NULL, "sales.2026.10", "sales.2026.10");
    assert_key(NULL, "sales", "sales");
    assert_key(NULL, ".csv.gz", ".csv");
    assert_key(NULL, "gz", "gz");
    assert_key("fixed.csv.gz", "fixed.csv.gz", "fixed"); // a pattern without parts too
}

static void two_names_never_share_a_key(void **state)
{
    (void)state;
    // Both would be "a=x b=y b=z".
    assert_key("{a}_{b}.csv", "x b=y_z.csv", "a=x%20b=y b=z");
    assert_key("{a}_{b}.csv", "x_y b=z.csv", "a=x b=y%20b=z");
    assert_key("{a}.csv", "x%20y.csv", "a=x%2520y");
    assert_key("{a}.csv", "x y.csv", "a=x%20y");
}

static void a_key_is_plain_text_whatever_the_bytes_of_the_name(void **state)
{
    (void)state;
    assert_key("{a}.csv", "\xff\n\x7f\xc3\xa9.csv", "a=%FF%0A%7F%C3%A9");
    assert_key(NULL, "\xff.csv", "%FF");
}

static void a_part_written_with_zeros_is_the_same_part(void **state)
{
    (void)state;
    assert_key("{part}of{parts}.csv", "02of10.csv", "part=2");
    assert_key("{part}of{parts}.csv", "2of10.csv", "part=2");
}

static void each_part_takes_as_few_characters_as_possible(void **state)
{
    (void)state;
    assert_key("{a}_{b}", "1_2_3", "a=1 b=2_3");
    assert_key("{a}_{b}_{c}", "1_2_3_4", "a=1 b=2 c=3_4");
    assert_key("{a}{b}", "123", "a=1 b=23");
    assert_key("{a}{b}{c}", "123", "a=1 b=2 c=3");
    assert_key("x{a}x", "xxx", "a=x");
    assert_key("{a}.csv", ".csv.csv", "a=.csv");
    assert_key("{a}ab{b}ab", "aababab", "a=a b=ab");
    assert_key("{a}__{b}", "1___2", "a=1 b=_2");
}

static void a_name_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",        "sales_.csv",   "sales_x.csv.gz", "Sales_x.csv",
        "sales_x", "xsales_x.csv", "sales_x.csv ",
    };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char *message = text_format("file name \"%s\": it does not fit the feed's name pattern "
                                    "\"sales_{a}.csv\"",
                                    names[i]);

        assert_refused("sales_{a}.csv", names[i], STATUS_DATA, message);
        free(message);
    }
    assert_refused("{a}{b}", "1", STATUS_DATA,
                   "file name \"1\": it does not fit the feed's name pattern \"{a}{b}\"");
    assert_refused("a.csv", "a.csv.gz", STATUS_DATA,
                   "file name \"a.csv.gz\": it does not fit the feed's name pattern \"a.csv\"");
}

static void a_part_that_is_no_number_up_to_its_total_is_refused(void **state)
{
    (void)state;
    const char *pattern = "{part}of{parts}.csv";

    assert_refused(pattern, "4of3.csv", STATUS_DATA,
                   "file name \"4of3.csv\": {part} is \"4\", a number from 1 to 3 expected");
    assert_refused(pattern, "0of3.csv", STATUS_DATA,
                   "file name \"0of3.csv\": {part} is \"0\", a number from 1 to 3 expected");
    assert_refused(pattern, "1of0.csv", STATUS_DATA,
                   "file name \"1of0.csv\": {parts} is \"0\", a number from 1 to 10000 expected");
    assert_refused(pattern, "aof3.csv", STATUS_DATA,
                   "file name \"aof3.csv\": {part} is \"a\", a number from 1 to 3 expected");
    assert_refused(pattern, "+1of3.csv", STATUS_DATA,
                   "file name \"+1of3.csv\": {part} is \"+1\", a number from 1 to 3 expected");
    assert_refused(pattern, "1of10001.csv", STATUS_DATA,
                   "file name \"1of10001.csv\": {parts} is \"10001\", a number from 1 to 10000 "
                   "expected");
    assert_refused("{part}.csv", "99999999999999999999.csv", STATUS_DATA,
                   "file name \"99999999999999999999.csv\": {part} is \"99999999999999999999\", "
                   "a number from 1 to 10000 expected");
}

static void assert_no_pattern(const char *pattern, const char *message)
{
    Error error = {0};

    assert_int_equal(name_pattern_check(pattern, &error), STATUS_CONFIG);
    assert_string_equal(error.message, message);
}

static void what_is_no_pattern_is_refused_with_its_fault(void **state)
{
    (void)state;
    Error error = {0};

    assert_no_pattern("a{b", "name pattern \"a{b\": the \"{\" at its character 2 has no partner");
    assert_no_pattern("a}b", "name pattern \"a}b\": the \"}\" at its character 2 has no partner");
    assert_no_pattern("a{b{c}}",
                      "name pattern \"a{b{c}}\": the \"{\" at its character 2 has no partner");
    assert_no_pattern("{", "name pattern \"{\": the \"{\" at its character 1 has no partner");
    assert_no_pattern("{}", "name pattern \"{}\": \"{}\" is no part: small letters, digits and "
                            "\"_\" expected");
    assert_no_pattern("{Service}", "name pattern \"{Service}\": \"{Service}\" is no part: small "
                                   "letters, digits and \"_\" expected");
    assert_no_pattern("{a}_{a}", "name pattern \"{a}_{a}\": \"{a}\" stands there twice");
    assert_no_pattern("{parts}", "name pattern \"{parts}\": \"{parts}\" without \"{part}\"");
    assert_no_pattern(
        "{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}{q}",
        "name pattern \"{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}{q}\": more than 16 parts");

    assert_int_equal(name_pattern_check("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}", &error),
                     STATUS_OK);
    assert_int_equal(name_pattern_check("sales_{tier_2}_{part}of{parts}.csv.gz", &error),
                     STATUS_OK);
    assert_int_equal(name_pattern_check("", &error), STATUS_OK);
}

static void a_malformed_pattern_is_a_fault_of_the_configuration_not_of_the_name(void **state)
{
    (void)state;
    assert_refused("a{b", "ab", STATUS_CONFIG,
                   "file name \"ab\": name pattern \"a{b\": the \"{\" at its character 2 has no "
                   "partner");
}

static void a_long_name_of_many_near_fits_is_decided_at_once(void **state)
{
    (void)state;
    // Whoever tried all ways to share out the letters would never come to an end.
    char file_name[256] = {0};
    ReportName name = {0};
    Error error = {0};

    memset(file_name, 'a', sizeof file_name - 1);
    assert_int_equal(report_name_parse("{a}a{b}a{c}a{d}a{e}a{f}a{g}a{h}a{i}a{j}a{k}a{l}b",
                                       file_name, &name, &error),
                     STATUS_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_names_the_parts_of_a_name),
        cmocka_unit_test(without_parts_the_name_is_the_only_part),
        cmocka_unit_test(a_part_without_a_total_may_be_any_number),
        cmocka_unit_test(without_a_pattern_the_key_is_the_name_without_its_endings),
        cmocka_unit_test(two_names_never_share_a_key),
        cmocka_unit_test(a_key_is_plain_text_whatever_the_bytes_of_the_name),
        cmocka_unit_test(a_part_written_with_zeros_is_the_same_part),
        cmocka_unit_test(each_part_takes_as_few_characters_as_possible),
        cmocka_unit_test(a_name_that_does_not_fit_is_refused),
        cmocka_unit_test(a_part_that_is_no_number_up_to_its_total_is_refused),
        cmocka_unit_test(what_is_no_pattern_is_refused_with_its_fault),
        cmocka_unit_test(a_malformed_pattern_is_a_fault_of_the_configuration_not_of_the_name),
        cmocka_unit_test(a_long_name_of_many_near_fits_is_decided_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
