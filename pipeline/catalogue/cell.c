#include "catalogue/cell.h"

#include "base/utf8.h"
#include "catalogue/iban.h"
#include "report/code.h"

#include <string.h>

enum {
    GRID_LETTERS = 18,
    BIC_LETTERS_SHORT = 8,
    BIC_LETTERS_LONG = 11,
    BIC_COUNTRY_AT = 4,
    BIC_PLACE_AT = 6,
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_capital(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool are_all(Slice text, bool (*is)(char))
{
    for (size_t i = 0; i < text.size_bytes; i++)
        if (!is(text.bytes[i]))
            return false;
    return true;
}

static bool is_capital_or_digit(char byte)
{
    return is_capital(byte) || is_digit(byte);
}

/** Whether it is UTF-8 without control characters. */
static bool is_clean(Slice text)
{
    while (text.size_bytes > 0) {
        uint32_t character = 0;
        size_t size_bytes = utf8_read(text, &character);

        if (size_bytes == 0 || character < 0x20 || (character >= 0x7F && character <= 0x9F))
            return false;
        text.bytes += size_bytes;
        text.size_bytes -= size_bytes;
    }
    return true;
}

static bool has_space(Slice text)
{
    for (size_t i = 0; i < text.size_bytes; i++)
        if (text.bytes[i] == ' ')
            return true;
    return false;
}

/** Capitals of a text, without its spaces, into the cell; false: they do not fit. */
static bool capitalise(Slice text, Cell *cell)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size_bytes; i++) {
        char byte = text.bytes[i];

        if (byte == ' ')
            continue;
        if (count == sizeof cell->letters)
            return false;
        if (byte >= 'a' && byte <= 'z')
            byte = (char)(byte - 'a' + 'A');
        cell->letters[count++] = byte;
    }
    cell->text = (Slice){.bytes = cell->letters, .size_bytes = count};
    return true;
}

static bool read_release(Slice text, Cell *cell)
{
    cell->number = code_from_gtin(text);
    if (cell->number != CODE_ODD)
        return true;
    return capitalise(text, cell) && cell->text.size_bytes == GRID_LETTERS &&
           memcmp(cell->letters, "A1", 2) == 0 && are_all(cell->text, is_capital_or_digit);
}

static bool read_recording(Slice text, Cell *cell)
{
    cell->number = code_from_isrc(text);
    return cell->number != CODE_ODD;
}

static bool read_flag(Slice text, Cell *cell)
{
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1"};

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (slice_equals_text_any_case(text, words[i])) {
            cell->number = (int64_t)(i % 2);
            return true;
        }
    }
    return false;
}

static bool read_decimal(Slice text, Cell *cell)
{
    char printed[DECIMAL_TEXT_BYTES];
    const char *point = NULL;

    if (decimal_parse(text, '.', &cell->decimal) != DECIMAL_PARSED ||
        decimal_is_negative(&cell->decimal))
        return false;
    point = strchr(decimal_print(&cell->decimal, printed), '.');
    return point == NULL || strlen(point + 1) <= CELL_DECIMALS_MAX;
}

static bool read_share(Slice text, Cell *cell)
{
    Decimal rest = decimal_from_int64(1);
    Decimal taken = {0};

    if (!read_decimal(text, cell) || decimal_is_zero(&cell->decimal))
        return false;
    taken = cell->decimal;
    decimal_negate(&taken);
    decimal_add(&rest, &taken);
    return !decimal_is_negative(&rest);
}

static bool read_bic(Slice text, Cell *cell)
{
    if (!capitalise(text, cell))
        return false;

    Slice bic = cell->text;
    Slice country = {.bytes = bic.bytes + BIC_COUNTRY_AT,
                     .size_bytes = BIC_PLACE_AT - BIC_COUNTRY_AT};

    return (bic.size_bytes == BIC_LETTERS_SHORT || bic.size_bytes == BIC_LETTERS_LONG) &&
           are_all(bic, is_capital_or_digit) && are_all(country, is_capital);
}

static bool is_word(Slice text, const char *const words[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equals_text(text, words[i]))
            return true;
    return false;
}

static bool read_value(const CellRule *rule, Slice text, Cell *cell)
{
    static const char *const kinds[] = {"recording", "release", "territory"};
    static const char *const bases[] = {"monetised", "amount"};

    switch (rule->type) {
    case CELL_TEXT:
        return true;
    case CELL_KEY:
        return !has_space(text);
    case CELL_RELEASE:
        return read_release(text, cell);
    case CELL_RECORDING:
        return read_recording(text, cell);
    case CELL_DAY:
        return day_parse(text, &cell->day);
    case CELL_POSITION:
        return slice_to_int64(text, &cell->number) && cell->number >= 1 &&
               cell->number <= INT32_MAX;
    case CELL_FLAG:
        return read_flag(text, cell);
    case CELL_AMOUNT:
        return read_decimal(text, cell);
    case CELL_SHARE:
        return read_share(text, cell);
    case CELL_LETTERS:
        return capitalise(text, cell) && cell->text.size_bytes == (size_t)rule->letters &&
               are_all(cell->text, is_capital);
    case CELL_IBAN:
        return capitalise(text, cell) && iban_is_valid(cell->text);
    case CELL_BIC:
        return read_bic(text, cell);
    case CELL_ALIAS_KIND:
        return is_word(text, kinds, COUNT_OF(kinds));
    case CELL_RATE_BASIS:
        return is_word(text, bases, COUNT_OF(bases));
    }
    return false;
}

static const char *expected(const CellRule *rule)
{
    switch (rule->type) {
    case CELL_TEXT:
        return "UTF-8 text without control characters, of 1000 bytes at most";
    case CELL_KEY:
        return "a key without white space, of 1000 bytes at most";
    case CELL_RELEASE:
        return "a UPC or EAN of 8, 12, 13 or 14 digits with a right check digit, or a GRid";
    case CELL_RECORDING:
        return "an ISRC, such as USRC17607839";
    case CELL_DAY:
        return "a date such as 2026-11-24";
    case CELL_POSITION:
        return "a whole number from 1 on";
    case CELL_FLAG:
        return "yes or no";
    case CELL_AMOUNT:
        return "a number such as 0.0031, not negative, with a point and at most 12 decimals";
    case CELL_SHARE:
        return "a number such as 0.25, more than 0 and at most 1, with at most 12 decimals";
    case CELL_LETTERS:
        return rule->letters == 2 ? "two letters of ISO 3166-1" : "three letters of ISO 4217";
    case CELL_IBAN:
        return "an IBAN of its country's length whose check digits match; ask the payee for it "
               "again";
    case CELL_BIC:
        return "a BIC of 8 or 11 letters and digits";
    case CELL_ALIAS_KIND:
        return "recording, release or territory";
    case CELL_RATE_BASIS:
        return "monetised (money for a stream) or amount (a share of what is reported)";
    }
    return "";
}

/** An IBAN is shown by its first and last four letters, here as everywhere. */
static void complain(const CellRule *rule, Slice text, Text *complaint)
{
    enum { SHOWN_BYTES_MAX = 80, IBAN_SHOWN = 4 };
    bool is_hidden = rule->type == CELL_IBAN && text.size_bytes > IBAN_SHOWN + IBAN_SHOWN;
    Slice shown = text;

    if (text.size_bytes == 0) {
        text_append_format(complaint, "%s is missing; expected %s", rule->column, expected(rule));
        return;
    }
    if (is_hidden) {
        Slice last = {.bytes = text.bytes + text.size_bytes - IBAN_SHOWN, .size_bytes = IBAN_SHOWN};

        shown.size_bytes = IBAN_SHOWN;
        text_append_format(complaint, "%s is \"%.*s…%.*s\"; expected %s", rule->column,
                           SLICE_ARGUMENTS(shown), SLICE_ARGUMENTS(last), expected(rule));
        return;
    }
    if (shown.size_bytes > SHOWN_BYTES_MAX)
        shown.size_bytes = SHOWN_BYTES_MAX;
    text_append_format(complaint, "%s is \"%.*s\"; expected %s", rule->column,
                       SLICE_ARGUMENTS(shown), expected(rule));
}

bool cell_read(const CellRule *rule, Slice text, Cell *out_cell, Text *complaint)
{
    bool is_sound = false;

    *out_cell = (Cell){.text = text, .day = DAY_NONE};
    if (text.size_bytes == 0)
        is_sound = rule->may_be_empty;
    else
        is_sound =
            text.size_bytes <= CELL_BYTES_MAX && is_clean(text) && read_value(rule, text, out_cell);
    if (!is_sound)
        complain(rule, text, complaint);
    return is_sound;
}
