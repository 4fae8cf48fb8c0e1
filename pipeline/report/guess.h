#ifndef TIDEMARK_REPORT_GUESS_H
#define TIDEMARK_REPORT_GUESS_H

#include "report/layout.h"
#include "report/source.h"

/**
 * Proposes a layout from a sample: encoding (byte order mark, zeros, valid UTF-8), delimiter (the
 * one that gives the most rows of equal width), preamble (narrower rows before the header), header
 * names (a table of what providers call things: "ISRC", "Track ISRC", "Sales Country", "Quantity",
 * "Net Revenue" …), decimal comma, time format, duration unit, and identity (`column` if one holds
 * distinct rising whole numbers and is called so, else `line`).
 */
typedef struct LayoutGuess {
    Layout layout;                     // owned by the guess
    const char *reasons[COLUMN_ROLES]; // why a column got its role; NULL where none has it
    char *notes;                       // what a person should look at, a line each
} LayoutGuess;

/** STATUS_DATA: the sample has no table. *out_guess is the caller's, for layout_guess_free(). */
Status layout_guess(Source *taken_source, LayoutGuess **out_guess, Error *error);
void layout_guess_free(LayoutGuess *guess);

#endif
