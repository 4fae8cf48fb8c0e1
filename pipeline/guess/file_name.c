#include "guess/parts.h"

#include "base/memory.h"
#include "report/name.h"
#include "report/shape.h"

#include <stdlib.h>
#include <string.h>

/** What a name has, and the pattern that it makes. */
typedef struct NameGuess {
    Text pattern;
    Slice dates[2];
    size_t date_count;
    bool has_parts;
    Slice country;
} NameGuess;

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_word(char byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/** Whether a text begins with digits (9) and other signs as a form has them, and is no word then. */
static size_t match(const char *text, const char *form)
{
    size_t size = strlen(form);

    for (size_t i = 0; i < size; i++)
        if (form[i] == '9' ? !is_digit(text[i]) : text[i] != form[i])
            return 0;
    return is_word(text[size]) ? 0 : size;
}

/** The size of a date at the beginning: 2026-10-01, 2026-10, 20261001, 202610. */
static size_t match_date(const char *text)
{
    static const char *const forms[] = {"9999-99-99", "9999-99", "99999999", "999999"};

    if (strncmp(text, "19", 2) != 0 && strncmp(text, "20", 2) != 0)
        return 0;
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (match(text, forms[i]) > 0)
            return match(text, forms[i]);
    return 0;
}

/** The size of "1of2" at the beginning. */
static size_t match_parts(const char *text)
{
    size_t first = strspn(text, "0123456789");
    size_t second = 0;

    if (first == 0 || strncmp(text + first, "of", 2) != 0)
        return 0;
    second = strspn(text + first + 2, "0123456789");
    return second == 0 || is_word(text[first + 2 + second]) ? 0 : first + 2 + second;
}

static size_t match_country(const char *text)
{
    if (text[0] == '\0' || text[1] == '\0' || is_word(text[2]))
        return 0;
    return (guess_shapes((Slice){text, 2}) & 1U << SHAPE_TERRITORY) != 0 ? 2 : 0;
}

static size_t take_piece(NameGuess *name, const char *text)
{
    size_t size = match_date(text);

    if (size > 0 && name->date_count < COUNT_OF(name->dates)) {
        text_append(&name->pattern, name->date_count == 0 ? "{period}" : "{to}");
        name->dates[name->date_count++] = (Slice){text, size};
        return size;
    }
    size = name->has_parts ? 0 : match_parts(text);
    if (size > 0) {
        text_append(&name->pattern, "{part}of{parts}");
        name->has_parts = true;
        return size;
    }
    size = name->country.size_bytes > 0 ? 0 : match_country(text);
    if (size > 0) {
        text_append(&name->pattern, "{country}");
        name->country = (Slice){text, size};
    }
    return size;
}

static void take_apart(const char *file_name, NameGuess *name)
{
    for (const char *at = file_name; *at != '\0';) {
        bool begins = at == file_name || !is_word(at[-1]);
        size_t size = begins ? take_piece(name, at) : 0;

        if (size == 0)
            text_append_byte(&name->pattern, *at);
        at += size == 0 ? 1 : size;
    }
}

/** A day or month that no column has, from the name. */
static void take_period(const NameGuess *name, Guess *guess)
{
    Layout *layout = &guess->layout;
    size_t size = name->dates[0].size_bytes;
    bool is_packed = memchr(name->dates[0].bytes, '-', size) == NULL;
    bool are_two = name->date_count == 2 && name->dates[1].size_bytes == size;

    layout->time_format = is_packed ? TIME_PATTERN : TIME_ISO_8601;
    if (is_packed)
        layout->time_pattern = memory_copy_text(size == 8 ? "%Y%m%d" : "%Y%m");
    layout->columns[are_two ? COLUMN_PERIOD_FROM : COLUMN_PERIOD].name_part =
        memory_copy_text("period");
    if (are_two)
        layout->columns[COLUMN_PERIOD_TO].name_part = memory_copy_text("to");
    guess_because(guess, are_two ? "columns.period_from" : "columns.period",
                  "no column says when: the file's name does, \"%.*s\"",
                  GUESS_SHOWN(name->dates[0]));
    guess_because(guess, "time.format", "as the file's name has it");
}

static bool is_usable(const char *pattern, const char *file_name)
{
    Error ignored = {0};
    ReportName parsed = {0};
    bool fits = shape_check(slice_of(file_name)) == REJECT_NONE &&
                report_name_parse(pattern, file_name, &parsed, &ignored) == STATUS_OK;

    report_name_clear(&parsed);
    return fits;
}

void guess_file_name(const GuessRoles *roles, Guess *guess)
{
    NameGuess name = {0};
    bool lacks_when = !guess_has(guess, COLUMN_TIME) && !guess_has(guess, COLUMN_PERIOD) &&
                      !guess_has(guess, COLUMN_PERIOD_FROM);
    bool lacks_territory = !guess_has(guess, COLUMN_TERRITORY);

    take_apart(roles->file_name, &name);

    bool is_needed = name.has_parts || (lacks_when && name.date_count > 0) ||
                     (lacks_territory && name.country.size_bytes > 0);

    if (is_needed && is_usable(text_bytes(&name.pattern), roles->file_name)) {
        guess->layout.name_pattern = memory_copy_text(text_bytes(&name.pattern));
        guess_because(guess, "file.name_pattern",
                      "the file is called so: what is not in braces must be the same in the names "
                      "of all");
        if (lacks_when && name.date_count > 0)
            take_period(&name, guess);
        if (lacks_territory && name.country.size_bytes > 0) {
            guess->layout.columns[COLUMN_TERRITORY].name_part = memory_copy_text("country");
            guess_because(guess, "columns.territory",
                          "no column has one: the file's name does, \"%.*s\"",
                          GUESS_SHOWN(name.country));
        }
    }
    text_free(&name.pattern);
}
