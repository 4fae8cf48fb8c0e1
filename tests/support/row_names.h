#ifndef TIDEMARK_TESTS_ROW_NAMES_H
#define TIDEMARK_TESTS_ROW_NAMES_H

#include "report/block.h"

/** What the names of a report's rows (RowBlock) have stood for so far, as hashes; {0} at its beginning. */
enum { ROW_NAMES_SEEN = 1021 };

typedef struct RowNames {
    uint32_t names[ROW_NAMES_SEEN]; // 0: none; a later one takes the place of an earlier one
    uint64_t texts[ROW_NAMES_SEEN];
    size_t count; // of the rows that had names
} RowNames;

static inline uint64_t row_names_add_text(uint64_t hash, Slice text)
{
    for (size_t i = 0; i < text.size_bytes; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * UINT64_C(0x100000001B3); // FNV-1a
    return (hash ^ 0x100) * UINT64_C(0x100000001B3);                            // and its end
}

/** Takes the rows of the next block. False: two have the same names and not the same texts. */
static inline bool row_names_agree(RowNames *seen, const RowBlock *block)
{
    for (size_t i = 0; i < block->count; i++) {
        size_t place = block->names[i] % ROW_NAMES_SEEN;
        uint64_t texts = row_names_add_text(UINT64_C(0xCBF29CE484222325), block->territories[i]);

        texts = row_names_add_text(texts, block->tiers[i]);
        if (block->has_amounts)
            texts = row_names_add_text(texts, block->currencies[i]);
        if (block->names[i] == 0)
            continue;
        if (seen->names[place] == block->names[i] && seen->texts[place] != texts)
            return false;
        seen->names[place] = block->names[i];
        seen->texts[place] = texts;
        seen->count++;
    }
    return true;
}

#endif
