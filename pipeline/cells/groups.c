#include "base/memory.h"
#include "cells/table.h"

#include <endian.h>
#include <string.h>

// Texts longer than these are looked up the long way, each time.
enum { TERRITORY_BYTES_MAX = 7, TIER_BYTES_MAX = 15, CURRENCY_BYTES_MAX = 7 };

// Up to 8 bytes as a number, without reading beyond them: two pieces, which overlap.
static inline uint64_t pack(const char *bytes, size_t size_bytes)
{
    if (size_bytes >= sizeof(uint32_t)) {
        uint32_t low;
        uint32_t high;

        memcpy(&low, bytes, sizeof low);
        memcpy(&high, bytes + size_bytes - sizeof high, sizeof high);
        return (uint64_t)le32toh(low) | (uint64_t)le32toh(high) << (8 * (size_bytes - sizeof high));
    }
    if (size_bytes >= sizeof(uint16_t)) {
        uint16_t low;
        uint16_t high;

        memcpy(&low, bytes, sizeof low);
        memcpy(&high, bytes + size_bytes - sizeof high, sizeof high);
        return (uint64_t)le16toh(low) | (uint64_t)le16toh(high) << (8 * (size_bytes - sizeof high));
    }
    return size_bytes == 0 ? 0 : (unsigned char)bytes[0];
}

// Up to 7 bytes and how many they are.
static inline uint64_t pack_with_size(Slice text)
{
    return pack(text.bytes, text.size_bytes) | (uint64_t)text.size_bytes << 56;
}

// False where a text is too long.
static inline bool make_key(const RowBlock *block, uint32_t row, Slice currency, GroupKey *out_key)
{
    Slice territory = block->territories[row];
    Slice tier = block->tiers[row];
    size_t low_bytes = tier.size_bytes < 8 ? tier.size_bytes : 8;

    if (territory.size_bytes > TERRITORY_BYTES_MAX || tier.size_bytes > TIER_BYTES_MAX ||
        currency.size_bytes > CURRENCY_BYTES_MAX)
        return false;
    *out_key = (GroupKey){
        .territory = pack_with_size(territory),
        .tier = {pack(tier.bytes, low_bytes), (uint64_t)tier.size_bytes << 56},
        .currency = pack_with_size(currency),
        .period =
            (uint64_t)(uint32_t)block->period_from[row] << 32 | (uint32_t)block->period_to[row],
    };
    if (tier.size_bytes > low_bytes)
        out_key->tier[1] |= pack(tier.bytes + low_bytes, tier.size_bytes - low_bytes);
    return true;
}

static inline bool holds(const CachedGroup *cached, const GroupKey *key)
{
    uint64_t different = cached->key.territory ^ key->territory;

    different |= cached->key.tier[0] ^ key->tier[0];
    different |= cached->key.tier[1] ^ key->tier[1];
    different |= cached->key.currency ^ key->currency;
    different |= cached->key.period ^ key->period;
    return different == 0 && cached->group != 0;
}

// The highest bits of a product depend on all of its factor.
static inline size_t cache_place(const GroupKey *key)
{
    uint64_t mixed = (key->territory + key->period) * UINT64_C(0x9E3779B97F4A7C15);

    mixed ^= (key->tier[0] ^ key->tier[1] << 3) * UINT64_C(0xD6E8FEB86659FD93);
    mixed ^= key->currency * UINT64_C(0xC2B2AE3D27D4EB4F);
    return (size_t)(mixed >> (64 - GROUP_CACHE_BITS));
}

static uint32_t find_group(Cells *cells, const Group *group)
{
    uint32_t number;
    uint32_t hash =
        index_hash((uint64_t)(uint32_t)group->period_from << 32 | (uint32_t)group->period_to,
                   (uint64_t)group->market << 32 | group->currency);

    for (IndexProbe probe = index_probe(&cells->group_index, hash);
         index_next(&cells->group_index, &probe, &number);) {
        const Group *found = &cells->groups[number];

        if (found->period_from == group->period_from && found->period_to == group->period_to &&
            found->market == group->market && found->currency == group->currency)
            return number;
    }
    MEMORY_GROW(cells->groups, cells->group_count, cells->group_capacity);
    cells->groups[cells->group_count] = *group;
    index_add(&cells->group_index, hash, cells->group_count);
    return (uint32_t)cells->group_count++;
}

static uint32_t find_group_of_row(Cells *cells, const RowBlock *block, uint32_t row, Slice currency)
{
    static const Slice nothing = {0};
    Group group = {
        .period_from = block->period_from[row],
        .period_to = block->period_to[row],
        .market = names_number(&cells->markets, block->territories[row], block->tiers[row]),
        .currency = names_number(&cells->currencies, currency, nothing),
    };

    return find_group(cells, &group);
}

// In each of two loops (cells_find_groups()).
__attribute__((always_inline)) static inline uint32_t
find_cached(Cells *cells, const RowBlock *block, uint32_t row, Slice currency)
{
    GroupKey key;

    if (!make_key(block, row, currency, &key))
        return find_group_of_row(cells, block, row, currency);

    size_t place = cache_place(&key);
    CachedGroup *cached = &cells->group_cache[place];

    if (!holds(cached, &key) && !holds(cached = &cells->group_cache[place ^ 1], &key)) {
        if (cached->group != 0) // the other one may be free
            cached = &cells->group_cache[place];
        *cached = (CachedGroup){
            .key = key,
            .group = find_group_of_row(cells, block, row, currency) + 1ULL,
        };
    }
    return (uint32_t)(cached->group - 1);
}

void cells_find_groups(Cells *cells, const RowBlock *block, size_t count)
{
    static const Slice nothing = {0};
    PassRow *rows = cells->rows;

    if (block->has_amounts)
        for (size_t i = 0; i < count; i++)
            rows[i].group = find_cached(cells, block, rows[i].row, block->currencies[rows[i].row]);
    else // the same, without what currencies would cost
        for (size_t i = 0; i < count; i++)
            rows[i].group = find_cached(cells, block, rows[i].row, nothing);
}
