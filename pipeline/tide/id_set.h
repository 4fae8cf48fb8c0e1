#ifndef TIDEMARK_TIDE_ID_SET_H
#define TIDEMARK_TIDE_ID_SET_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A set of sequence IDs, 1 to 2^63 - 1: one Roaring bitmap (RoaringFormatSpec, portable) for each
 * 2^24 IDs, since a run costs bytes and a part stays small enough to rewrite at each commit.
 *
 *     ID  =  part number (ID >> 24)  │  lower 24 bits, in the part's bitmap
 *
 * Pure. One thread at a time.
 */
typedef struct IdSet IdSet;

enum { ID_PART_BITS = 24 };

/** A stored part; its bytes are borrowed. */
typedef struct IdPart {
    int64_t number;
    const char *bytes;
    size_t size_bytes;
} IdPart;

IdSet *id_set_new(void);
void id_set_free(IdSet *set);
IdSet *id_set_copy(const IdSet *set);

/** True if it was not in the set. */
bool id_set_add(IdSet *set, int64_t id);
/** Adds from `first` to `last`, both included. */
void id_set_add_range(IdSet *set, int64_t first, int64_t last);
bool id_set_contains(const IdSet *set, int64_t id);
void id_set_add_all(IdSet *set, const IdSet *more);
void id_set_remove_all(IdSet *set, const IdSet *less);
/** Removes from `first` to `last`, both included. */
void id_set_remove_range(IdSet *set, int64_t first, int64_t last);
/** What is in both; the caller's. */
IdSet *id_set_intersection(const IdSet *left, const IdSet *right);
bool id_set_intersects(const IdSet *left, const IdSet *right);
/** Whether it has all, and whether it has any, from `first` to `last`, both included. */
bool id_set_contains_range(const IdSet *set, int64_t first, int64_t last);
bool id_set_meets_range(const IdSet *set, int64_t first, int64_t last);

int64_t id_set_count(const IdSet *set);
int64_t id_set_count_range(const IdSet *set, int64_t first, int64_t last);
/** 0 where the set is empty. */
int64_t id_set_lowest(const IdSet *set);
int64_t id_set_highest(const IdSet *set);
/** The next run of IDs that begins at `from` or later (cut to begin at `from`); false where there
 * is none. */
bool id_set_next_run(const IdSet *set, int64_t from, int64_t *out_first, int64_t *out_last);

/** The number of parts, and one of them encoded, parts in rising order; `*out_bytes` is the
 * caller's, for free(). */
size_t id_set_part_count(const IdSet *set);
int64_t id_set_part_number(const IdSet *set, size_t index);
void id_set_encode_part(const IdSet *set, size_t index, int64_t *out_number, char **out_bytes,
                        size_t *out_size_bytes);
/** STATUS_DATA: a part is no bitmap, reaches over its 2^24 IDs, or comes twice. */
Status id_set_decode(const IdPart parts[], size_t part_count, IdSet **out_set, Error *error);

#endif
