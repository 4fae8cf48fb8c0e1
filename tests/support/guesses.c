#include "support/guesses.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

Guess guess_of_bytes(const char *name, Slice bytes, bool is_whole)
{
    Error error = {0};
    Guess guess = {0};
    GuessSample sample = {.bytes = bytes, .is_whole = is_whole, .file_name = name};

    if (guess_layout(&sample, &guess, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return guess;
}

Guess guess_of(const char *text)
{
    return guess_of_bytes("report.csv", slice_of(text), true);
}

void assert_guess_column(const Guess *guess, ColumnRole role, const char *expected)
{
    const LayoutColumn *column = &guess->layout.columns[role];
    char *found = column->name != NULL        ? memory_copy_text(column->name)
                  : column->position > 0      ? text_format("#%d", column->position)
                  : column->constant != NULL  ? text_format("=%s", column->constant)
                  : column->name_part != NULL ? text_format("{%s}", column->name_part)
                                              : memory_copy_text("-");

    if (strcmp(found, expected) != 0)
        fail_msg("%s is %s; expected %s", layout_column_key(role), found, expected);
    free(found);
}

void assert_guess_because(const Guess *guess, const char *key, const char *part)
{
    for (size_t i = 0; i < guess->reason_count; i++)
        if (strcmp(guess->reasons[i].key, key) == 0 &&
            strstr(guess->reasons[i].sentence, part) != NULL)
            return;
    for (size_t i = 0; i < guess->reason_count; i++)
        print_error("%s: %s\n", guess->reasons[i].key, guess->reasons[i].sentence);
    fail_msg("no reason of \"%s\" says \"%s\"", key, part);
}

void assert_guess_refused(const char *text, const char *part)
{
    Error error = {0};
    Guess guess = {0};
    GuessSample sample = {.bytes = slice_of(text), .is_whole = true, .file_name = "report.csv"};

    assert_int_equal(guess_layout(&sample, &guess, &error), STATUS_DATA);
    if (strstr(error.message, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", error.message, part);
    assert_int_equal(guess.reason_count, 0);
}
