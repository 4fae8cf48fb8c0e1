#ifndef TIDEMARK_REPORT_BLOCK_H
#define TIDEMARK_REPORT_BLOCK_H

#include "base/dates.h"
#include "base/decimal.h"
#include "base/text.h"
#include "report/code.h"

/**
 * Checked rows travel in blocks of columns, never one callback a row: that is what lets a faster
 * reader replace a careful one without anyone noticing.
 *
 *     row            0         1         2        …
 *     sequence_ids   7001      7002      7003         each array has `count` values;
 *     releases       50607…    CODE_ODD  0            slices lie in the reader's memory and live
 *     territories    "DE"      "DE"      "FR"         until REPORT_BLOCKS_KEPT more blocks are read
 */
enum { BLOCK_ROWS = 2048 };

typedef struct RowBlock {
    size_t count;
    int64_t sequence_ids[BLOCK_ROWS]; // identity `line`: the line, from 1; its report's ordinal is
                                      // added at the commit
    int64_t lines[BLOCK_ROWS];        // line of the file at which the row begins, from 1
    Day period_from[BLOCK_ROWS];
    Day period_to[BLOCK_ROWS]; // the last day, included
    Code recordings[BLOCK_ROWS];
    Code releases[BLOCK_ROWS];
    Slice recording_texts[BLOCK_ROWS]; // only where recordings is CODE_ODD
    Slice release_texts[BLOCK_ROWS];   // only where releases is CODE_ODD
    Slice territories[BLOCK_ROWS];     // capitals; empty where the report has none
    Slice tiers[BLOCK_ROWS];           // small letters; empty where the report has none
    int64_t streams[BLOCK_ROWS];
    int64_t monetised[BLOCK_ROWS];
    bool has_amounts;                  // of the layout, the same in all blocks of a report; else:
    Decimal amounts[BLOCK_ROWS];       // undefined
    Slice currencies[BLOCK_ROWS];      // three capitals; undefined
    uint64_t fingerprints[BLOCK_ROWS]; // of sequence ID and parsed values, not of bytes
} RowBlock;

/** Zeroed; the caller's, for free(): too large for a stack. */
RowBlock *row_block_new(void);

/**
 * The fingerprints of a block's rows: XXH3 of ID and parsed values in one fixed order, so that the
 * same rows written otherwise (quoted, reordered, "0.50" for "0.5") agree, and two rows that
 * exchange their contents do not.
 */
void row_block_fingerprint(RowBlock *block);

#endif
