#ifndef TIDEMARK_REPORT_SHORT_TEXTS_H
#define TIDEMARK_REPORT_SHORT_TEXTS_H

#include "report/quick.h"

/**
 * The few short texts that a column has over and over (territories, tiers), each with the form that
 * a block gives it: found by two words, without a byte being copied or changed again. A form stays
 * where it is as long as its table.
 *
 * Half of the places stay free, so that a search from a text's own place on soon ends.
 */
enum {
    SHORT_TEXT_BYTES_MAX = 16,
    SHORT_TEXTS_BITS = 9,
    SHORT_TEXTS_PLACES = 1 << SHORT_TEXTS_BITS,
    SHORT_TEXTS_MAX = SHORT_TEXTS_PLACES / 2, // what comes beyond them is not kept
};

typedef struct ShortTextKey {
    uint64_t words[2]; // the text, zeros behind it
} ShortTextKey;

typedef struct ShortTexts { // {0} is an empty one
    ShortTextKey keys[SHORT_TEXTS_PLACES];
    Slice forms[SHORT_TEXTS_PLACES]; // bytes are NULL: a free place
    char bytes[SHORT_TEXTS_PLACES][SHORT_TEXT_BYTES_MAX];
    size_t count;
} ShortTexts;

/** Keeps the form of a text that was not found, no longer than the text, if both are short enough
 * and there is room. */
void short_texts_add(ShortTexts *texts, Slice text, Slice form);

static inline uint64_t short_text_word(const char *bytes, size_t size_bytes)
{
    uint64_t word = quick_load(bytes);

    return size_bytes >= sizeof word ? word : word & ~(~UINT64_C(0) << 8 * size_bytes);
}

/** Of a text of SHORT_TEXT_BYTES_MAX bytes at most. */
static inline ShortTextKey short_text_key(Slice text)
{
    const size_t half = sizeof(uint64_t);
    ShortTextKey key = {{short_text_word(text.bytes, text.size_bytes), 0}};

    if (text.size_bytes > half)
        key.words[1] = short_text_word(text.bytes + half, text.size_bytes - half);
    return key;
}

/** The place of a key, or the free one where it belongs. */
static inline size_t short_text_place(const ShortTexts *texts, ShortTextKey key)
{
    // By Knuth's golden ratio: the highest bits of a product depend on all of the key.
    size_t place = ((key.words[0] ^ key.words[1] << 1) * UINT64_C(0x9E3779B97F4A7C15)) >>
                   (64 - SHORT_TEXTS_BITS);

    while ((texts->keys[place].words[0] != key.words[0] ||
            texts->keys[place].words[1] != key.words[1]) &&
           texts->forms[place].bytes != NULL)
        place = (place + 1) % SHORT_TEXTS_PLACES;
    return place;
}

/** The form of a text without NUL, behind which 8 bytes are readable; NULL: not kept. */
static inline const Slice *short_texts_find(const ShortTexts *texts, Slice text)
{
    if (text.size_bytes > SHORT_TEXT_BYTES_MAX)
        return NULL;

    const Slice *form = &texts->forms[short_text_place(texts, short_text_key(text))];

    return form->bytes == NULL ? NULL : form;
}

#endif
