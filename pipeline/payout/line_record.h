#ifndef TIDEMARK_PAYOUT_LINE_RECORD_H
#define TIDEMARK_PAYOUT_LINE_RECORD_H

#include "base/decimal.h"
#include "cells/sort.h"
#include "report/code.h"

#include <stdint.h>

/**
 * A line of a request while it is sorted: words that are compared as unsigned numbers, in the order
 * in which the file's lines stand. Records of one key are parts of one line: their measures add up.
 *
 *     place      request's place · 2^32 + span's place (line_terms.h)
 *     release, recording, rate, split          codes and numbers, their sign turned round
 *     share      its order in the split · 2^32 + its number (line_splits.h)
 *     ── measures ──
 *     monetised
 *     reported   a Decimal; only in runs that have rates by amount
 */
enum {
    LINE_PLACE,
    LINE_RELEASE,
    LINE_RECORDING,
    LINE_RATE,
    LINE_SPLIT,
    LINE_SHARE,
    LINE_KEY_WORDS,
    LINE_MONETISED = LINE_KEY_WORDS,
    LINE_WORDS_PLAIN,
    LINE_REPORTED = LINE_WORDS_PLAIN,
    LINE_WORDS_MAX = LINE_REPORTED + sizeof(Decimal) / sizeof(uint64_t),
};

/** The code or number that sort_key_of() made such a word of. */
static inline int64_t line_number(uint64_t word)
{
    return (int64_t)(word ^ UINT64_C(1) << 63);
}

static inline uint64_t line_pair(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

#endif
