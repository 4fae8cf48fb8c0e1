#ifndef TIDEMARK_GUESS_PARSE_H
#define TIDEMARK_GUESS_PARSE_H

#include "guess/parts.h"
#include "report/csv.h"

/** A row of the sample, as one delimiter makes it. */
typedef struct GuessRow {
    int64_t line;
    size_t first_field; // of the parse's fields
    size_t field_count;
} GuessRow;

/** The sample as one delimiter, with quotation marks or without them, makes it. */
typedef struct GuessParse {
    char delimiter;
    bool quoted;
    bool has_failed; // a quotation mark that nothing closes
    Arena texts;
    Slice *fields;
    size_t field_count;
    size_t field_capacity;
    GuessRow *rows;
    size_t row_count;
    size_t row_capacity;
    size_t faulty;   // rows with a stray quotation mark
    size_t opening;  // fields that begin with a quotation mark, where these are letters
    int64_t lines;   // of the whole sample
    size_t width;    // that most rows have
    size_t at_width; // how many have it
    size_t first;    // row that has it, and the last
    size_t last;
} GuessParse;

/** Reads a text by a delimiter; for guess_parse_clear(). */
GuessParse guess_parse(Slice text, bool is_whole, char delimiter, bool quoted);
/** How many in a hundred of the rows from the first to the last of the width have it. */
size_t guess_parse_constancy(const GuessParse *parse);
/** The fields of a row. */
const Slice *guess_parse_row(const GuessParse *parse, size_t row);
/** Whether a row's fields are names rather than values. */
bool guess_is_header(const Slice fields[], size_t count);
void guess_parse_clear(GuessParse *parse);

#endif
