#include "guess/guess.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "guess/parts.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCE_BYTES_MAX = 400 };

/** Characters that no line of a comment may have: controls, and what some take for a line's end. */
static bool is_printable(uint32_t character)
{
    return character >= 0x20 && character != 0x7f && !(character >= 0x80 && character < 0xa0) &&
           character != 0x2028 && character != 0x2029 && character != 0xfeff &&
           character != 0xfffe && character != 0xffff;
}

static char *printable(const char *sentence)
{
    Text text = {0};
    Slice rest = slice_of(sentence);

    while (rest.size_bytes > 0 && text.size_bytes < SENTENCE_BYTES_MAX) {
        uint32_t character = 0;
        size_t size_bytes = utf8_read(rest, &character);

        if (size_bytes == 0 || !is_printable(character))
            text_append_byte(&text, '?');
        else
            text_append_slice(&text, (Slice){rest.bytes, size_bytes});
        size_bytes = size_bytes == 0 ? 1 : size_bytes;
        rest = (Slice){rest.bytes + size_bytes, rest.size_bytes - size_bytes};
    }
    if (rest.size_bytes > 0)
        text_append(&text, " …");
    return text_take(&text);
}

void guess_because(Guess *guess, const char *key, const char *format, ...)
{
    Text text = {0};
    va_list arguments;

    va_start(arguments, format);
    text_append_arguments(&text, format, arguments);
    va_end(arguments);
    MEMORY_GROW(guess->reasons, guess->reason_count, guess->reason_capacity);
    guess->reasons[guess->reason_count++] =
        (GuessReason){.key = memory_copy_text(key), .sentence = printable(text_bytes(&text))};
    text_free(&text);
}

void guess_clear(Guess *guess)
{
    layout_clear(&guess->layout);
    for (size_t i = 0; i < guess->reason_count; i++) {
        free(guess->reasons[i].key);
        free(guess->reasons[i].sentence);
    }
    free(guess->reasons);
    *guess = (Guess){0};
}

/** A table of which nothing is known might be any text that has commas. */
static Status check_recognised(const GuessRoles *roles, Error *error)
{
    for (ColumnRole role = 0; role < COLUMN_ROLES; role++)
        if (roles->field[role] != GUESS_NONE)
            return STATUS_OK;
    return error_set(error, STATUS_DATA,
                     "none of its %zu columns is like one of a report, by its name or by its "
                     "values",
                     roles->table->width);
}

Status guess_layout(const GuessSample *sample, Guess *out_guess, Error *error)
{
    Status status = STATUS_OK;
    Guess guess = {.layout = {.delimiter = ',',
                              .quoted = true,
                              .header = true,
                              .decimal_point = '.',
                              .monetised_threshold_us = 30 * MICROSECONDS_PER_SECOND,
                              .first_id = 1,
                              .totals = {.required = true}}};
    Text text = {0};
    Slice lines = {0};
    GuessTable table = {0};
    GuessColumn *columns = NULL;
    DayTable days = {0};
    Instant *starts = guess_utc_days(&days);

    TRY(guess_text(sample, &guess, &text, error));
    lines = guess_whole_lines((Slice){text_bytes(&text), text.size_bytes}, sample->is_whole);
    TRY(guess_table(lines, sample->is_whole, &guess, &table, error));
    columns = guess_columns(&table, &days);

    GuessRoles roles = {
        .table = &table, .columns = columns, .days = &days, .file_name = sample->file_name};

    guess_roles(&roles, &guess);
    TRY(check_recognised(&roles, error));
    guess_file_name(&roles, &guess);
    guess_meaning(&roles, &guess);
    guess_trial(lines, sample->is_whole, &roles, &guess);
    *out_guess = guess;
    guess = (Guess){0}; // the caller's from here on

cleanup:
    guess_clear(&guess);
    free(columns);
    guess_table_clear(&table);
    text_free(&text);
    free(starts);
    return status;
}
