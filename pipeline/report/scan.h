#ifndef TIDEMARK_REPORT_SCAN_H
#define TIDEMARK_REPORT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Finds the bytes at which a CSV file has structure, 64 at a time:
 *
 *     bytes        7001,DE,"Zoë",3.5⏎7002,FR,Ann,4.0⏎
 *     separators   ....^..^.......^...^....^..^...^...^     delimiters and LF
 *     specials     ........^..^^^....^................^     all that is no printable ASCII (LF and CR
 *                                                           too) and quotation marks, but for the
 *                                                           delimiter
 *
 * A block of bytes is compared as a whole and gives two masks of 64 bits; of the masks two lists of
 * places are made. Nothing is carried from one block to the next, not even whether a quotation mark
 * is open, so that a reader may go on from the lists at any place, whoever has read up to there.
 *
 * A row of plain text is one whose next special is its own LF: a single comparison.
 */

/** The ways to do so, each wider than the one before; what they find is the same. */
typedef enum ScanKind {
    SCAN_BEST,     // the widest that this processor has
    SCAN_PORTABLE, // 8 bytes at a time, by arithmetic: any processor
    SCAN_SSE2,     // 16; every x86-64
    SCAN_AVX2,     // 32
    SCAN_AVX512,   // 64
    SCAN_KINDS
} ScanKind;

enum {
    SCAN_BYTES_MAX = 1 << 14, // at once: text and lists lie in the first two levels of cache
    SCAN_BLOCK_BYTES = 64,
    SCAN_NONE = UINT16_MAX, // stands behind the last place of a list
};

typedef struct ScanLetters {
    char delimiter;
    char quote; // LF where quotation marks mean nothing
} ScanLetters;

/** Places in rising order. The separators are from 1 on: 0 is one before the first byte, so that
 * what begins there begins behind a separator, as all other fields do. */
typedef struct ScanIndex {
    size_t separator_count; // without the one before the first byte
    uint16_t separators[1 + SCAN_BYTES_MAX + SCAN_BLOCK_BYTES];
    uint16_t specials[SCAN_BYTES_MAX + SCAN_BLOCK_BYTES];
} ScanIndex;

/** Whether this processor can. */
bool scan_can(ScanKind kind);

/**
 * Lists what is in `size_bytes` bytes, SCAN_BYTES_MAX at most. Of what lies behind them so much is
 * read as fills the last block, whatever it is.
 */
void scan(ScanKind kind, const char *bytes, size_t size_bytes, ScanLetters letters,
          ScanIndex *out_index);

#endif
