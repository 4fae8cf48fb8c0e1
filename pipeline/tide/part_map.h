#ifndef TIDEMARK_TIDE_PART_MAP_H
#define TIDEMARK_TIDE_PART_MAP_H

#include <stddef.h>
#include <stdint.h>

/**
 * A sorted map from part numbers (ID >> 24) to what is kept for each part.
 *
 *     leaves    │ first 0, count 512 │ first 620, count 3 │ …
 *                 │                    └ entries 620, 621, 999
 *                 └ entries 0, 1, 2, …
 *
 * Parts mostly come in order, a handful to a feed; but where reports number their own lines they
 * are many and far apart, and IDs that are no counters scatter them at random. Leaves of bounded
 * size keep an insertion cheap even then.
 *
 * An entry is a struct of the caller's that begins with `int64_t number`. Pointers to entries live
 * until the next part_map_put() or part_map_remove(). What an entry owns is the caller's to free.
 */
typedef struct PartMap {
    size_t entry_bytes; // a multiple of 8
    size_t count;
    struct PartMapLeaf *leaves;
    size_t leaf_count;
    size_t leaf_capacity;
} PartMap;

/** A place in a map, moved by part_map_next(). */
typedef struct PartCursor {
    size_t leaf;
    size_t index;
} PartCursor;

/** Frees what the map itself holds; it is empty afterwards. */
void part_map_clear(PartMap *map);
/** NULL where the map has none. */
void *part_map_find(const PartMap *map, int64_t number);
/** The entry of this number, zeroed but for the number where it is new. */
void *part_map_put(PartMap *map, int64_t number);
/** Takes an entry out that is there. */
void part_map_remove(PartMap *map, int64_t number);
/** The entry at this place of the order, which is below `count`. */
void *part_map_at(const PartMap *map, size_t index);

/** The first entry of this number or a higher one, and then the next ones; NULL behind the last. */
void *part_map_from(const PartMap *map, int64_t number, PartCursor *out_cursor);
void *part_map_next(const PartMap *map, PartCursor *cursor);

#endif
