#include "report/block.h"

#include "base/memory.h"

#include <endian.h>

#define XXH_INLINE_ALL // most of what is hashed is a few bytes: a call would cost more than they do
#include <xxhash.h>

// What is hashed of a row: its values in this order, each as a little-endian number, texts by their
// own hashes. It is stored with every file and must never change.
enum {
    HASHED_SEQUENCE_ID,
    HASHED_PERIOD, // its first day, and above 32 bits its last
    HASHED_RECORDING,
    HASHED_RELEASE,
    HASHED_TERRITORY,
    HASHED_TIER,
    HASHED_STREAMS,
    HASHED_MONETISED,
    HASHED_SELDOM, // hash of what follows; 0: the row has none of it
    HASHED_NUMBERS
};

// What few rows have: codes that are no numbers, and in some reports money.
enum {
    HASHED_RECORDING_TEXT,
    HASHED_RELEASE_TEXT,
    HASHED_CURRENCY,
    HASHED_AMOUNT,
    HASHED_SELDOM_NUMBERS = HASHED_AMOUNT + COUNT_OF(((Decimal *)NULL)->limbs)
};

RowBlock *row_block_new(void)
{
    return MEMORY_NEW(RowBlock, 1);
}

static uint64_t number(int64_t value)
{
    return htole64((uint64_t)value);
}

static uint64_t text(Slice slice)
{
    return htole64(XXH3_64bits(slice.bytes == NULL ? "" : slice.bytes, slice.size_bytes));
}

static uint64_t seldom(const RowBlock *block, size_t i)
{
    static const Slice none = {"", 0};
    bool is_odd_recording = block->recordings[i] == CODE_ODD;
    bool is_odd_release = block->releases[i] == CODE_ODD;

    if (!is_odd_recording && !is_odd_release && !block->has_amounts)
        return 0;

    uint64_t hashed[HASHED_SELDOM_NUMBERS] = {
        [HASHED_RECORDING_TEXT] = text(is_odd_recording ? block->recording_texts[i] : none),
        [HASHED_RELEASE_TEXT] = text(is_odd_release ? block->release_texts[i] : none),
        [HASHED_CURRENCY] = text(block->has_amounts ? block->currencies[i] : none),
    };

    for (size_t limb = 0; limb < COUNT_OF(block->amounts[i].limbs) && block->has_amounts; limb++)
        hashed[HASHED_AMOUNT + limb] = htole64(block->amounts[i].limbs[limb]);
    return htole64(XXH3_64bits(hashed, sizeof hashed));
}

// Hashes of texts of one block, by where they lie: territories and tiers are few, and the fast reader
// gives each a place of its own (short_texts.h), so that most need not be hashed again.
enum { KNOWN_TEXTS = 256 };

typedef struct KnownText {
    Slice text;
    uint64_t hash;
} KnownText;

static inline uint64_t known_text(KnownText known[KNOWN_TEXTS], Slice slice)
{
    KnownText *place = &known[(uintptr_t)slice.bytes / sizeof(uint64_t[2]) % KNOWN_TEXTS];

    if (place->text.bytes != slice.bytes || place->text.size_bytes != slice.size_bytes ||
        slice.bytes == NULL)
        *place = (KnownText){slice, text(slice)};
    return place->hash;
}

static uint64_t fingerprint(const RowBlock *block, size_t i, KnownText known[KNOWN_TEXTS])
{
    const uint64_t hashed[HASHED_NUMBERS] = {
        [HASHED_SEQUENCE_ID] = number(block->sequence_ids[i]),
        [HASHED_PERIOD] = number((int64_t)((uint64_t)(uint32_t)block->period_to[i] << 32 |
                                           (uint32_t)block->period_from[i])),
        [HASHED_RECORDING] = number(block->recordings[i]),
        [HASHED_RELEASE] = number(block->releases[i]),
        [HASHED_TERRITORY] = known_text(known, block->territories[i]),
        [HASHED_TIER] = known_text(known, block->tiers[i]),
        [HASHED_STREAMS] = number(block->streams[i]),
        [HASHED_MONETISED] = number(block->monetised[i]),
        [HASHED_SELDOM] = seldom(block, i),
    };

    return XXH3_64bits(hashed, sizeof hashed);
}

void row_block_fingerprint(RowBlock *block)
{
    KnownText known[KNOWN_TEXTS] = {0};

    for (size_t i = 0; i < block->count; i++)
        block->fingerprints[i] = fingerprint(block, i, known);
}
