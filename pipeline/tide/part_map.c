#include "tide/part_map.h"

#include "base/memory.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEAF_ENTRIES = 512 };

// The number of the first entry stands in the leaf, so that a search does not touch other leaves.
typedef struct PartMapLeaf {
    int64_t first;
    size_t count; // 1 to LEAF_ENTRIES
    char *entries;
} PartMapLeaf;

static char *entry_at(const PartMap *map, PartCursor place)
{
    return map->leaves[place.leaf].entries + place.index * map->entry_bytes;
}

static int64_t number_at(const PartMap *map, PartCursor place)
{
    int64_t number;

    memcpy(&number, entry_at(map, place), sizeof number);
    return number;
}

// Where an entry of this number is or belongs: perhaps behind the last one of its leaf. The map is
// not empty.
static PartCursor place_of(const PartMap *map, int64_t number)
{
    size_t low = 0;
    size_t high = map->leaf_count;

    while (high - low > 1) { // the last leaf that does not begin above the number, or the first
        size_t middle = low + (high - low) / 2;

        if (map->leaves[middle].first <= number)
            low = middle;
        else
            high = middle;
    }

    PartCursor place = {.leaf = low, .index = 0};
    size_t end = map->leaves[low].count;

    while (place.index < end) {
        PartCursor middle = {.leaf = low, .index = place.index + (end - place.index) / 2};

        if (number_at(map, middle) < number)
            place.index = middle.index + 1;
        else
            end = middle.index;
    }
    return place;
}

static bool is_at(const PartMap *map, PartCursor place, int64_t number)
{
    return place.index < map->leaves[place.leaf].count && number_at(map, place) == number;
}

void part_map_clear(PartMap *map)
{
    for (size_t i = 0; i < map->leaf_count; i++)
        free(map->leaves[i].entries);
    free(map->leaves);
    *map = (PartMap){.entry_bytes = map->entry_bytes};
}

void *part_map_find(const PartMap *map, int64_t number)
{
    if (map->count == 0)
        return NULL;

    PartCursor place = place_of(map, number);

    return is_at(map, place, number) ? entry_at(map, place) : NULL;
}

static void insert_leaf(PartMap *map, size_t at)
{
    MEMORY_GROW(map->leaves, map->leaf_count, map->leaf_capacity);
    memmove(&map->leaves[at + 1], &map->leaves[at], (map->leaf_count - at) * sizeof map->leaves[0]);
    map->leaf_count++;
    map->leaves[at] = (PartMapLeaf){.entries = memory_new(LEAF_ENTRIES, map->entry_bytes)};
}

// Makes room in the full leaf of a place, and returns the place that the new entry has then.
static PartCursor split_leaf(PartMap *map, PartCursor place)
{
    size_t kept = LEAF_ENTRIES / 2;

    // Numbers that come in rising order fill their leaves.
    if (place.index == LEAF_ENTRIES && place.leaf + 1 == map->leaf_count)
        kept = LEAF_ENTRIES;
    insert_leaf(map, place.leaf + 1);

    PartMapLeaf *left = &map->leaves[place.leaf];
    PartMapLeaf *right = left + 1;

    right->count = LEAF_ENTRIES - kept;
    left->count = kept;
    memcpy(right->entries, left->entries + kept * map->entry_bytes,
           right->count * map->entry_bytes);
    memcpy(&right->first, right->entries, sizeof right->first);
    if (place.index < kept)
        return place;
    return (PartCursor){.leaf = place.leaf + 1, .index = place.index - kept};
}

void *part_map_put(PartMap *map, int64_t number)
{
    if (map->leaf_count == 0)
        insert_leaf(map, 0);

    PartCursor place = place_of(map, number);

    if (is_at(map, place, number))
        return entry_at(map, place);
    if (map->leaves[place.leaf].count == LEAF_ENTRIES)
        place = split_leaf(map, place);

    PartMapLeaf *leaf = &map->leaves[place.leaf];
    char *entry = entry_at(map, place);

    memmove(entry + map->entry_bytes, entry, (leaf->count - place.index) * map->entry_bytes);
    memset(entry, 0, map->entry_bytes);
    memcpy(entry, &number, sizeof number);
    if (place.index == 0)
        leaf->first = number;
    leaf->count++;
    map->count++;
    return entry;
}

void part_map_remove(PartMap *map, int64_t number)
{
    PartCursor place = place_of(map, number);
    PartMapLeaf *leaf = &map->leaves[place.leaf];

    assert(is_at(map, place, number));

    char *entry = entry_at(map, place);

    leaf->count--;
    map->count--;
    memmove(entry, entry + map->entry_bytes, (leaf->count - place.index) * map->entry_bytes);
    if (leaf->count > 0) {
        memcpy(&leaf->first, leaf->entries, sizeof leaf->first);
        return;
    }
    free(leaf->entries);
    map->leaf_count--;
    memmove(leaf, leaf + 1, (map->leaf_count - place.leaf) * sizeof *leaf);
}

void *part_map_at(const PartMap *map, size_t index)
{
    PartCursor place = {0};

    assert(index < map->count);
    while (index >= map->leaves[place.leaf].count) {
        index -= map->leaves[place.leaf].count;
        place.leaf++;
    }
    place.index = index;
    return entry_at(map, place);
}

// The entry at a place, or the first one of the next leaf where the place is behind its leaf's
// last.
static void *entry_from(const PartMap *map, PartCursor *place)
{
    if (place->index == map->leaves[place->leaf].count)
        *place = (PartCursor){.leaf = place->leaf + 1, .index = 0};
    return place->leaf == map->leaf_count ? NULL : entry_at(map, *place);
}

void *part_map_from(const PartMap *map, int64_t number, PartCursor *out_cursor)
{
    if (map->count == 0)
        return NULL;
    *out_cursor = place_of(map, number);
    return entry_from(map, out_cursor);
}

void *part_map_next(const PartMap *map, PartCursor *cursor)
{
    cursor->index++;
    return entry_from(map, cursor);
}
