#include "support/demo.h"

#include "base/files.h"
#include "base/memory.h"
#include "report/reject.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What the README says is so: its console blocks are the demonstration's, its tables those of the
// code, and the tests that it names are there.

enum { README_BYTES_MAX = 1 << 20, NAME_BYTES = 128 };

static char *readme(void)
{
    Error error = {0};
    char *text = NULL;
    size_t size_bytes = 0;

    if (file_read("README.md", README_BYTES_MAX, &text, &size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return text;
}

/** "0.4": so long a step took. */
static bool is_seconds(Slice word)
{
    const char *point = memchr(word.bytes, '.', word.size_bytes);

    if (point == NULL || point == word.bytes || point + 2 != word.bytes + word.size_bytes)
        return false;
    for (size_t i = 0; i < word.size_bytes; i++)
        if (word.bytes + i != point && !isdigit((unsigned char)word.bytes[i]))
            return false;
    return true;
}

static void append_normal_word(Text *text, Slice word, const char *home)
{
    size_t home_bytes = strlen(home);

    if (is_seconds(word)) {
        text_append(text, "0.0");
    } else if (word.size_bytes > home_bytes && memcmp(word.bytes, home, home_bytes) == 0) {
        text_append(text, "build/demo");
        text_append_slice(text, (Slice){word.bytes + home_bytes, word.size_bytes - home_bytes});
    } else {
        text_append_slice(text, word);
    }
}

/**
 * Text of which two runs agree: a word with one digit behind a point is the seconds of a step and
 * becomes "0.0", the demonstration's folder "build/demo", and blanks, with which these make columns
 * narrow or wide, become one. The caller's, for free().
 */
static char *normal(const char *text, size_t size_bytes, const char *home)
{
    Text result = {0};
    size_t i = 0;

    while (i < size_bytes) {
        size_t start = i;

        while (i < size_bytes && text[i] != ' ' && text[i] != '\n')
            i++;
        if (i > start)
            append_normal_word(&result, (Slice){text + start, i - start}, home);

        size_t blanks = i;

        while (i < size_bytes && text[i] == ' ')
            i++;
        if (i < size_bytes && text[i] == '\n')
            text_append_byte(&result, text[i++]);
        else if (i > blanks)
            text_append_byte(&result, ' ');
    }
    return text_take(&result);
}

/** What `feed guess` prints of a fixture, with the demonstration's settings; the caller's, for
 * free(). */
static char *guess_run(Night *night)
{
    static const char file[] = "fixtures/reports/northtone/northtone_DE_2026-10_1of2.tsv";

    demo_enter(night);
    night_run(night, 0, "tidemark-feed", "guess", file, NULL);
    return text_format("$ tidemark feed guess %s\n%s", file, night_out(night));
}

static void the_console_blocks_are_what_the_demonstration_prints(void **state)
{
    static const char begin[] = "```console\n";
    Night *night = *state;
    const char *home = night_path(night, "demo");
    char *text = readme();
    char *first = demo_run(night, "night");
    char *second = demo_run(night, "late");
    char *guessed = guess_run(night);
    char *printed = text_format("%s%s%s", first, second, guessed);
    char *all = normal(printed, strlen(printed), home);
    int blocks = 0;

    for (const char *block = text; (block = strstr(block, begin)) != NULL; blocks++) {
        block += strlen(begin);

        const char *end = strstr(block, "```");

        assert_non_null(end);

        char *wanted = normal(block, (size_t)(end - block), home);

        if (strstr(all, wanted) == NULL)
            fail_msg("the demonstration does not print this of README.md:\n%s\nit prints:\n%s",
                     wanted, all);
        free(wanted);
    }
    assert_true(blocks >= 5);
    free(all);
    free(printed);
    free(guessed);
    free(second);
    free(first);
    free(text);
}

static void the_reasons_of_rejects_are_those_of_the_code(void **state)
{
    (void)state;
    Text table = {0};
    char *text = readme();

    text_append(&table, "\n| reason | what was expected |\n| --- | --- |\n");
    for (int i = 0; i < REJECT_REASON_COUNT; i++)
        text_append_format(&table, "| `%s` | %s |\n", reject_reason_key((RejectReason)i),
                           reject_reason_expected((RejectReason)i));
    text_append(&table, "\n");
    if (strstr(text, text_bytes(&table)) == NULL)
        fail_msg("README.md lacks this table, exactly:\n%s", text_bytes(&table));
    text_free(&table);
    free(text);
}

/** The compiler warns of a status that stands in error.h and not here. */
static bool is_status(int number)
{
    switch ((Status)number) {
    case STATUS_OK:
    case STATUS_USAGE:
    case STATUS_DATA:
    case STATUS_NO_INPUT:
    case STATUS_UNAVAILABLE:
    case STATUS_BUG:
    case STATUS_MEMORY:
    case STATUS_CANNOT_WRITE:
    case STATUS_CANNOT_READ:
    case STATUS_BUSY:
    case STATUS_PERMISSION:
    case STATUS_CONFIG:
        return true;
    }
    return false;
}

static void the_exit_statuses_are_those_of_the_code(void **state)
{
    (void)state;
    char *text = readme();
    const char *table = strstr(text, "\n| status | means |\n");

    assert_non_null(table);
    for (int number = 0; number < 128; number++) {
        char row[NAME_BYTES];

        (void)snprintf(row, sizeof row, "\n| %d | ", number);
        if ((strstr(table, row) != NULL) != is_status(number))
            fail_msg("exit status %d is in README.md or in error.h, but not in both", number);
    }
    free(text);
}

static void of_several_statuses_the_worst_is_as_told(void **state)
{
    (void)state;
    static const char begin[] = "Of several, the worst: ";
    char *text = readme();
    char *order = strstr(text, begin);
    int worse = -1;
    int told = 0;

    assert_non_null(order);
    order += strlen(begin);
    *strchr(order, '.') = '\0';

    char *rest = NULL;

    for (char *word = strtok_r(order, " >", &rest); word != NULL;
         word = strtok_r(NULL, " >", &rest), told++) {
        int64_t number = 0;

        assert_true(slice_to_int64(slice_of(word), &number) && is_status((int)number));
        if (worse >= 0)
            assert_int_equal(status_worse((Status)number, (Status)worse), worse);
        worse = (int)number;
    }
    assert_int_equal(told, 11); // all but 71, of which nobody is told twice
    free(text);
}

static void each_invariant_has_the_test_that_is_named(void **state)
{
    (void)state;
    static const char begin[] = "`tests/";
    char *text = readme();
    int named = 0;

    for (char *place = text; (place = strstr(place, begin)) != NULL; named++) {
        char *path = place + 1;
        char *end = strchr(path, '`');

        assert_non_null(end);
        *end = '\0';
        if (!file_exists(path))
            fail_msg("README.md names %s, which is not there", path);
        place = end + 1;
    }
    assert_int_equal(named, 9);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reasons_of_rejects_are_those_of_the_code),
        cmocka_unit_test(the_exit_statuses_are_those_of_the_code),
        cmocka_unit_test(of_several_statuses_the_worst_is_as_told),
        cmocka_unit_test(each_invariant_has_the_test_that_is_named),
        NIGHT_TEST(the_console_blocks_are_what_the_demonstration_prints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
