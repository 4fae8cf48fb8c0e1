#include "report/block.h"

#include "base/memory.h"

#include <endian.h>
#include <xxhash.h>

// What is hashed of a row: its values in this order, each as a little-endian number, texts by their
// own hashes. It is stored with every file and must never change.
enum {
    HASHED_SEQUENCE_ID,
    HASHED_PERIOD_FROM,
    HASHED_PERIOD_TO,
    HASHED_RECORDING,
    HASHED_RECORDING_TEXT,
    HASHED_RELEASE,
    HASHED_RELEASE_TEXT,
    HASHED_TERRITORY,
    HASHED_TIER,
    HASHED_STREAMS,
    HASHED_MONETISED,
    HASHED_AMOUNT,
    HASHED_CURRENCY = HASHED_AMOUNT + COUNT_OF(((Decimal *)NULL)->limbs),
    HASHED_NUMBERS
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

static uint64_t fingerprint(const RowBlock *block, size_t i)
{
    uint64_t hashed[HASHED_NUMBERS] = {
        [HASHED_SEQUENCE_ID] = number(block->sequence_ids[i]),
        [HASHED_PERIOD_FROM] = number(block->period_from[i]),
        [HASHED_PERIOD_TO] = number(block->period_to[i]),
        [HASHED_RECORDING] = number(block->recordings[i]),
        [HASHED_RECORDING_TEXT] = text(block->recording_texts[i]),
        [HASHED_RELEASE] = number(block->releases[i]),
        [HASHED_RELEASE_TEXT] = text(block->release_texts[i]),
        [HASHED_TERRITORY] = text(block->territories[i]),
        [HASHED_TIER] = text(block->tiers[i]),
        [HASHED_STREAMS] = number(block->streams[i]),
        [HASHED_MONETISED] = number(block->monetised[i]),
        [HASHED_CURRENCY] = text(block->currencies[i]),
    };

    for (size_t limb = 0; limb < COUNT_OF(block->amounts[i].limbs); limb++)
        hashed[HASHED_AMOUNT + limb] = htole64(block->amounts[i].limbs[limb]);
    return XXH3_64bits(hashed, sizeof hashed);
}

void row_block_fingerprint(RowBlock *block)
{
    for (size_t i = 0; i < block->count; i++)
        block->fingerprints[i] = fingerprint(block, i);
}
