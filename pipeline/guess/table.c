#include "guess/parse.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "report/shape.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONSTANT = 80,            // of a hundred rows have the same width: that is a table
    HALF_CONSTANT = 50,       // that may be one
    ROWS_BEHIND_MAX = 10,     // of another width than the others, at the end: a footer
    PREAMBLE_LINES_MAX = 1000 // as in settings
};

Slice guess_whole_lines(Slice text, bool is_whole)
{
    size_t end = text.size_bytes;

    if (is_whole)
        return text;
    while (end > 0 && text.bytes[end - 1] != '\n')
        end--;
    return end == 0 ? text : (Slice){text.bytes, end};
}

/** The text by one delimiter, with or without quotation marks, whichever the fields have. */
static GuessParse parse_by(Slice text, bool is_whole, char delimiter)
{
    GuessParse plain = guess_parse(text, is_whole, delimiter, false);
    bool has_marks = memchr(text.bytes, '"', text.size_bytes) != NULL;

    if (has_marks && plain.opening == 0)
        return plain;

    GuessParse quoted = guess_parse(text, is_whole, delimiter, true);
    bool is_better = !quoted.has_failed && quoted.faulty * 50 <= quoted.row_count;

    guess_parse_clear(is_better ? &plain : &quoted);
    return is_better ? quoted : plain;
}

/** Whether one parse is more of a table than the other. */
static bool is_more_of_a_table(const GuessParse *parse, const GuessParse *other)
{
    const GuessParse *both[] = {parse, other};
    bool is_constant[2];
    bool has_header[2];

    for (size_t i = 0; i < COUNT_OF(both); i++) {
        is_constant[i] = both[i]->width > 1 && guess_parse_constancy(both[i]) >= CONSTANT;
        has_header[i] = both[i]->width > 1 &&
                        guess_is_header(guess_parse_row(both[i], both[i]->first), both[i]->width);
    }
    if (is_constant[0] != is_constant[1])
        return is_constant[0];
    if (is_constant[0] && has_header[0] != has_header[1])
        return has_header[0];
    if (is_constant[0] || parse->width < 2 || other->width < 2)
        return parse->width > other->width;
    return guess_parse_constancy(parse) > guess_parse_constancy(other);
}

static Status choose_delimiter(Slice text, bool is_whole, Guess *guess, GuessParse *out_parse,
                               Error *error)
{
    static const char delimiters[] = {',', ';', '\t', '|'};
    GuessParse best = {0};

    for (size_t i = 0; i < COUNT_OF(delimiters); i++) {
        if (memchr(text.bytes, delimiters[i], text.size_bytes) == NULL)
            continue;

        GuessParse parse = parse_by(text, is_whole, delimiters[i]);
        bool is_better =
            parse.row_count > 0 && (best.row_count == 0 || is_more_of_a_table(&parse, &best));

        guess_parse_clear(is_better ? &best : &parse);
        if (is_better)
            best = parse;
    }
    *out_parse = best;
    if (best.width < 2 || guess_parse_constancy(&best) < HALF_CONSTANT)
        return error_set(error, STATUS_DATA,
                         "it is no table: neither comma, semicolon, tab nor pipe parts its lines "
                         "into the same number of fields, two or more");
    guess->layout.delimiter = best.delimiter;
    guess->layout.quoted = best.quoted;
    guess_because(guess, "file.delimiter", "%zu of %zu rows have %zu fields by it", best.at_width,
                  best.row_count, best.width);
    return STATUS_OK;
}

static void explain_quotes(Slice text, const GuessParse *parse, Guess *guess)
{
    bool has_marks = memchr(text.bytes, '"', text.size_bytes) != NULL;

    guess_because(guess, "file.quoted", "%s",
                  !has_marks      ? "the sample has no quotation mark"
                  : parse->quoted ? "there are fields within quotation marks"
                                  : "quotation marks stand within fields, not around them");
}

/** Rows before the header that have its width too, since a spreadsheet has filled them up. */
static void pass_nearly_empty_rows(GuessParse *parse)
{
    while (parse->first < parse->last) {
        const Slice *fields = guess_parse_row(parse, parse->first);
        bool has_width = parse->rows[parse->first].field_count == parse->width;
        size_t filled = 0;

        for (size_t i = 0; has_width && i < parse->width; i++)
            filled += fields[i].size_bytes > 0;
        if (3 * filled > parse->width)
            return;
        parse->first++;
    }
}

static void decide_preamble(GuessParse *parse, Guess *guess)
{
    pass_nearly_empty_rows(parse);

    int64_t before = parse->rows[parse->first].line - 1;

    guess->layout.header = guess_is_header(guess_parse_row(parse, parse->first), parse->width);
    if (before > 0 && before <= PREAMBLE_LINES_MAX) {
        Slice first = parse->first > 0 ? *guess_parse_row(parse, 0) : slice_of("");

        guess->layout.preamble_lines = (int)before;
        guess_because(guess, "file.preamble_lines", "before line %lld%s%.*s%s",
                      (long long)before + 1,
                      parse->first > 0 ? " there is no table yet: \"" : " all lines are empty",
                      GUESS_SHOWN(first), parse->first > 0 ? "\"" : "");
    }
    guess_because(guess, "file.header", "%s",
                  guess->layout.header ? "its fields are names, not values"
                                       : "the first row has values like the others: columns are "
                                         "found by their place");
}

static void decide_footer(const GuessParse *parse, bool is_whole, Guess *guess)
{
    size_t behind = parse->row_count - parse->last - 1;

    if (!is_whole) {
        guess_because(guess, "file.footer_lines",
                      "the sample ends before the file does: look whether totals follow");
    } else if (behind > 0 && behind <= ROWS_BEHIND_MAX) {
        const GuessRow *row = &parse->rows[parse->last + 1];
        const Slice *fields = guess_parse_row(parse, parse->last + 1);
        Slice first = row->field_count > 0 ? fields[0] : slice_of("");

        guess->layout.footer_lines = (int)(parse->lines - row->line + 1);
        guess_because(guess, "file.footer_lines",
                      "from line %lld on there is no table any more: \"%.*s\"; if not every file "
                      "ends so, this one was cut",
                      (long long)row->line, GUESS_SHOWN(first));
    }
}

/** Whether a name can be written into settings as it is. */
static bool is_plain_name(Slice name)
{
    if (name.size_bytes == 0 || name.size_bytes > 200 || shape_check(name) != REJECT_NONE)
        return false;
    while (name.size_bytes > 0) {
        uint32_t character = 0;
        size_t size_bytes = utf8_read(name, &character);

        if ((character >= 0x80 && character < 0xa0) || character == 0x2028 || character == 0x2029 ||
            character == 0xfeff || character >= 0xfff0)
            return false;
        name = (Slice){name.bytes + size_bytes, name.size_bytes - size_bytes};
    }
    return true;
}

static bool is_unique(const Slice names[], size_t count, size_t place)
{
    for (size_t i = 0; i < count; i++)
        if (i != place && slice_equal(names[i], names[place]))
            return false;
    return true;
}

static void take_names(const GuessParse *parse, const Guess *guess, GuessTable *table)
{
    const Slice *names = guess_parse_row(parse, parse->first);

    table->names = MEMORY_NEW(char *, table->width);
    for (size_t i = 0; guess->layout.header && i < table->width; i++)
        if (is_plain_name(names[i]) && is_unique(names, table->width, i))
            table->names[i] = slice_copy(names[i]);
}

static void take_rows(GuessParse *parse, const Guess *guess, GuessTable *table)
{
    size_t begin = parse->first + (guess->layout.header ? 1 : 0);

    table->fields = MEMORY_NEW(Slice, GUESS_ROWS_MAX * table->width);
    table->lines = MEMORY_NEW(int64_t, GUESS_ROWS_MAX);
    for (size_t i = begin; i <= parse->last && table->row_count < GUESS_ROWS_MAX; i++)
        if (parse->rows[i].field_count == table->width) {
            memcpy(table->fields + table->row_count * table->width, guess_parse_row(parse, i),
                   table->width * sizeof(Slice));
            table->lines[table->row_count++] = parse->rows[i].line;
        }
    table->texts = parse->texts;
    parse->texts = (Arena){0}; // the table's from here on
}

Status guess_table(Slice text, bool is_whole, Guess *guess, GuessTable *out_table, Error *error)
{
    Status status = STATUS_OK;
    GuessParse parse = {0};

    TRY(choose_delimiter(text, is_whole, guess, &parse, error));
    explain_quotes(text, &parse, guess);
    decide_preamble(&parse, guess);
    decide_footer(&parse, is_whole, guess);
    *out_table = (GuessTable){.width = parse.width};
    take_names(&parse, guess, out_table);
    take_rows(&parse, guess, out_table);

cleanup:
    guess_parse_clear(&parse);
    return status;
}

void guess_table_clear(GuessTable *table)
{
    for (size_t i = 0; table->names != NULL && i < table->width; i++)
        free(table->names[i]);
    free(table->names);
    free(table->fields);
    free(table->lines);
    arena_free(&table->texts);
    *table = (GuessTable){0};
}
