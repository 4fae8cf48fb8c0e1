#ifndef TIDEMARK_CATALOGUE_CELL_H
#define TIDEMARK_CATALOGUE_CELL_H

#include "base/dates.h"
#include "base/decimal.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/** One value of a catalogue file: text → typed, or what is wrong with it. Knows no database. */
typedef enum CellType {
    CELL_TEXT,
    CELL_KEY,       // what other files refer to: no white space
    CELL_RELEASE,   // a UPC, EAN, or GRid
    CELL_RECORDING, // an ISRC
    CELL_DAY,       // YYYY-MM-DD
    CELL_POSITION,  // 1 and on
    CELL_FLAG,      // yes, no
    CELL_AMOUNT,    // not negative, at most 12 decimals, as all money here
    CELL_SHARE,     // more than 0, at most 1, at most 12 decimals
    CELL_LETTERS,   // capitals: a territory, a currency
    CELL_IBAN,
    CELL_BIC,
    CELL_ALIAS_KIND, // recording, release, territory
    CELL_RATE_BASIS, // monetised, amount
} CellType;

enum {
    CELL_BYTES_MAX = 1000,
    CELL_DECIMALS_MAX = 12, // finance: exact amounts have 12
};

typedef struct CellRule {
    const char *column; // its name in the header
    CellType type;
    bool may_be_empty;
    int letters; // of CELL_LETTERS
} CellRule;

typedef struct Cell {
    Slice text;       // borrowed from the row, or from `letters`
    int64_t number;   // code (CODE_ODD for a GRid: its text counts), position, flag
    Day day;          // DAY_NONE where it is empty
    Decimal decimal;  // amount, share
    char letters[48]; // what is written in capitals: an IBAN without its spaces, a GRid
} Cell;

/**
 * Reads a value. False: it is faulty, and what was found and expected is appended to `complaint`
 * (`share is "1,5"; expected …`). The cell then holds nothing of use.
 */
bool cell_read(const CellRule *rule, Slice text, Cell *out_cell, Text *complaint);

#endif
