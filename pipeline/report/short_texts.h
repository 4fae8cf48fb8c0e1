#ifndef TIDEMARK_REPORT_SHORT_TEXTS_H
#define TIDEMARK_REPORT_SHORT_TEXTS_H

#include "base/text.h"

/**
 * The few short texts that a column has over and over (territories, tiers), each with the form that
 * a block gives it: found by two words, without a byte being copied or changed again. A form stays
 * where it is as long as its table.
 */
enum {
    SHORT_TEXT_BYTES_MAX = 16,
    SHORT_TEXTS_MAX = 256, // and what comes beyond them is not kept
};

typedef struct ShortText {
    uint64_t key[2];
    Slice form; // bytes are NULL: a free place
    char bytes[SHORT_TEXT_BYTES_MAX];
} ShortText;

typedef struct ShortTexts { // {0} is an empty one
    ShortText places[2 * SHORT_TEXTS_MAX];
    size_t count;
} ShortTexts;

/** The form of a text without NUL, behind which 16 bytes are readable; NULL: not kept. */
const Slice *short_texts_find(const ShortTexts *texts, Slice text);
/** Keeps the form of a text that was not found, no longer than the text, if both are short enough
 * and there is room. */
void short_texts_add(ShortTexts *texts, Slice text, Slice form);

#endif
