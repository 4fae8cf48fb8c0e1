#include "tide/id_set.h"

#include "base/memory.h"
#include "tide/bitmap.h"
#include "tide/part_map.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

// No bitmap of a part is ever empty: a part that loses its last ID is taken out.
typedef struct Part {
    int64_t number;
    roaring_bitmap_t *bitmap;
} Part;

struct IdSet {
    PartMap parts;
};

static int64_t part_of(int64_t id)
{
    return id >> ID_PART_BITS;
}

static uint32_t low_of(int64_t id)
{
    return (uint32_t)(id & BITMAP_NUMBER_MAX);
}

static int64_t id_of(const Part *part, uint32_t low)
{
    return part->number << ID_PART_BITS | low;
}

// What of the part lies between two IDs; the part is one of those that they reach.
static void clip(const Part *part, int64_t first, int64_t last, uint32_t *out_low,
                 uint32_t *out_high)
{
    *out_low = part_of(first) == part->number ? low_of(first) : 0;
    *out_high = part_of(last) == part->number ? low_of(last) : BITMAP_NUMBER_MAX;
}

static Part *put_part(IdSet *set, int64_t number)
{
    Part *part = part_map_put(&set->parts, number);

    if (part->bitmap == NULL)
        part->bitmap = bitmap_new();
    return part;
}

static void remove_part(IdSet *set, Part *part)
{
    roaring_bitmap_free(part->bitmap);
    part_map_remove(&set->parts, part->number);
}

static const Part *find_part(const IdSet *set, int64_t number)
{
    return part_map_find(&set->parts, number);
}

IdSet *id_set_new(void)
{
    IdSet *set = MEMORY_NEW(IdSet, 1);

    set->parts.entry_bytes = sizeof(Part);
    return set;
}

void id_set_free(IdSet *set)
{
    PartCursor cursor;

    if (set == NULL)
        return;
    for (Part *part = part_map_from(&set->parts, 0, &cursor); part != NULL;
         part = part_map_next(&set->parts, &cursor))
        roaring_bitmap_free(part->bitmap);
    part_map_clear(&set->parts);
    free(set);
}

IdSet *id_set_copy(const IdSet *set)
{
    IdSet *copy = id_set_new();

    id_set_add_all(copy, set);
    return copy;
}

bool id_set_add(IdSet *set, int64_t id)
{
    assert(id > 0);
    return roaring_bitmap_add_checked(put_part(set, part_of(id))->bitmap, low_of(id));
}

void id_set_add_range(IdSet *set, int64_t first, int64_t last)
{
    assert(first > 0);
    if (first > last)
        return;
    for (int64_t number = part_of(first); number <= part_of(last); number++) {
        Part *part = put_part(set, number);
        uint32_t low;
        uint32_t high;

        clip(part, first, last, &low, &high);
        roaring_bitmap_add_range_closed(part->bitmap, low, high);
    }
}

bool id_set_contains(const IdSet *set, int64_t id)
{
    const Part *part = find_part(set, part_of(id));

    return part != NULL && roaring_bitmap_contains(part->bitmap, low_of(id));
}

void id_set_add_all(IdSet *set, const IdSet *more)
{
    PartCursor cursor;

    assert(set != more);
    for (const Part *from = part_map_from(&more->parts, 0, &cursor); from != NULL;
         from = part_map_next(&more->parts, &cursor)) {
        Part *part = part_map_put(&set->parts, from->number);

        if (part->bitmap == NULL)
            part->bitmap = bitmap_copy(from->bitmap);
        else
            roaring_bitmap_or_inplace(part->bitmap, from->bitmap);
    }
}

void id_set_remove_all(IdSet *set, const IdSet *less)
{
    PartCursor cursor;

    assert(set != less);
    for (const Part *from = part_map_from(&less->parts, 0, &cursor); from != NULL;
         from = part_map_next(&less->parts, &cursor)) {
        Part *part = part_map_find(&set->parts, from->number);

        if (part == NULL)
            continue;
        roaring_bitmap_andnot_inplace(part->bitmap, from->bitmap);
        if (roaring_bitmap_is_empty(part->bitmap))
            remove_part(set, part);
    }
}

void id_set_remove_range(IdSet *set, int64_t first, int64_t last)
{
    PartCursor cursor;

    if (first > last)
        return;
    for (Part *part = part_map_from(&set->parts, part_of(first), &cursor);
         part != NULL && part->number <= part_of(last);) {
        int64_t number = part->number;
        uint32_t low;
        uint32_t high;

        clip(part, first, last, &low, &high);
        roaring_bitmap_remove_range_closed(part->bitmap, low, high);
        if (roaring_bitmap_is_empty(part->bitmap))
            remove_part(set, part);
        part = part_map_from(&set->parts, number + 1, &cursor);
    }
}

// Calls for two sets go through the parts of the one that has fewer.
static void order_by_parts(const IdSet **few, const IdSet **many)
{
    const IdSet *first = *few;

    if (first->parts.count <= (*many)->parts.count)
        return;
    *few = *many;
    *many = first;
}

IdSet *id_set_intersection(const IdSet *left, const IdSet *right)
{
    IdSet *both = id_set_new();
    PartCursor cursor;

    order_by_parts(&left, &right);
    for (const Part *one = part_map_from(&left->parts, 0, &cursor); one != NULL;
         one = part_map_next(&left->parts, &cursor)) {
        const Part *other = find_part(right, one->number);

        if (other == NULL || !roaring_bitmap_intersect(one->bitmap, other->bitmap))
            continue;

        Part *part = part_map_put(&both->parts, one->number);

        part->bitmap = bitmap_intersection(one->bitmap, other->bitmap);
    }
    return both;
}

bool id_set_intersects(const IdSet *left, const IdSet *right)
{
    PartCursor cursor;

    order_by_parts(&left, &right);
    for (const Part *one = part_map_from(&left->parts, 0, &cursor); one != NULL;
         one = part_map_next(&left->parts, &cursor)) {
        const Part *other = find_part(right, one->number);

        if (other != NULL && roaring_bitmap_intersect(one->bitmap, other->bitmap))
            return true;
    }
    return false;
}

bool id_set_contains_range(const IdSet *set, int64_t first, int64_t last)
{
    for (int64_t number = part_of(first); number <= part_of(last); number++) {
        const Part *part = find_part(set, number);
        uint32_t low;
        uint32_t high;

        if (part == NULL)
            return false;
        clip(part, first, last, &low, &high);
        if (!bitmap_contains_range(part->bitmap, low, high))
            return false;
    }
    return true;
}

bool id_set_meets_range(const IdSet *set, int64_t first, int64_t last)
{
    PartCursor cursor;

    for (const Part *part = part_map_from(&set->parts, part_of(first), &cursor);
         part != NULL && part->number <= part_of(last);
         part = part_map_next(&set->parts, &cursor)) {
        uint32_t low;
        uint32_t high;
        uint32_t next;

        clip(part, first, last, &low, &high);
        if (bitmap_next(part->bitmap, low, &next))
            return next <= high;
    }
    return false;
}

int64_t id_set_count(const IdSet *set)
{
    return id_set_count_range(set, 1, INT64_MAX);
}

int64_t id_set_count_range(const IdSet *set, int64_t first, int64_t last)
{
    PartCursor cursor;
    int64_t count = 0;

    if (first > last)
        return 0;
    for (const Part *part = part_map_from(&set->parts, part_of(first), &cursor);
         part != NULL && part->number <= part_of(last);
         part = part_map_next(&set->parts, &cursor)) {
        uint32_t low;
        uint32_t high;

        clip(part, first, last, &low, &high);
        count += bitmap_count_range(part->bitmap, low, high);
    }
    return count;
}

int64_t id_set_lowest(const IdSet *set)
{
    if (set->parts.count == 0)
        return 0;

    const Part *part = part_map_at(&set->parts, 0);

    return id_of(part, roaring_bitmap_minimum(part->bitmap));
}

int64_t id_set_highest(const IdSet *set)
{
    if (set->parts.count == 0)
        return 0;

    const Part *part = part_map_at(&set->parts, set->parts.count - 1);

    return id_of(part, roaring_bitmap_maximum(part->bitmap));
}

// The last ID of a run that reaches the end of its part.
static int64_t run_last_beyond(const IdSet *set, const Part *part, PartCursor cursor)
{
    uint32_t first;
    uint32_t last = BITMAP_NUMBER_MAX;

    while (last == BITMAP_NUMBER_MAX) {
        const Part *next = part_map_next(&set->parts, &cursor);

        if (next == NULL || next->number != part->number + 1 ||
            !roaring_bitmap_contains(next->bitmap, 0) ||
            !bitmap_next_run(next->bitmap, 0, &first, &last))
            return id_of(part, BITMAP_NUMBER_MAX);
        part = next;
    }
    return id_of(part, last);
}

bool id_set_next_run(const IdSet *set, int64_t from, int64_t *out_first, int64_t *out_last)
{
    PartCursor cursor;

    for (const Part *part = part_map_from(&set->parts, part_of(from), &cursor); part != NULL;
         part = part_map_next(&set->parts, &cursor)) {
        uint32_t first;
        uint32_t last;

        if (!bitmap_next_run(part->bitmap, part->number == part_of(from) ? low_of(from) : 0, &first,
                             &last))
            continue;
        *out_first = id_of(part, first);
        *out_last =
            last == BITMAP_NUMBER_MAX ? run_last_beyond(set, part, cursor) : id_of(part, last);
        return true;
    }
    return false;
}

size_t id_set_part_count(const IdSet *set)
{
    return set->parts.count;
}

int64_t id_set_part_number(const IdSet *set, size_t index)
{
    const Part *part = part_map_at(&set->parts, index);

    return part->number;
}

void id_set_encode_part(const IdSet *set, size_t index, int64_t *out_number, char **out_bytes,
                        size_t *out_size_bytes)
{
    const Part *part = part_map_at(&set->parts, index);

    *out_number = part->number;
    *out_bytes = bitmap_encode(part->bitmap, out_size_bytes);
}

static Status decode_part(IdSet *set, const IdPart *stored, Error *error)
{
    if (stored->number < 0 || stored->number > part_of(INT64_MAX))
        return error_set(error, STATUS_DATA,
                         "part %" PRId64 ": the number is not between 0 and %" PRId64,
                         stored->number, part_of(INT64_MAX));

    roaring_bitmap_t *bitmap = bitmap_decode(stored->bytes, stored->size_bytes);

    if (bitmap == NULL)
        return error_set(error, STATUS_DATA,
                         "part %" PRId64 ": its %zu bytes are no bitmap of 24-bit numbers",
                         stored->number, stored->size_bytes);

    Part *part = part_map_put(&set->parts, stored->number);

    if (part->bitmap != NULL) {
        roaring_bitmap_free(bitmap);
        return error_set(error, STATUS_DATA, "part %" PRId64 ": it comes twice", stored->number);
    }
    part->bitmap = bitmap;
    if (stored->number == 0 && roaring_bitmap_contains(bitmap, 0))
        return error_set(error, STATUS_DATA, "part 0: it has ID 0, and the lowest is 1");
    return STATUS_OK;
}

Status id_set_decode(const IdPart parts[], size_t part_count, IdSet **out_set, Error *error)
{
    Status status = STATUS_OK;
    IdSet *set = id_set_new();

    for (size_t i = 0; i < part_count; i++)
        TRY(decode_part(set, &parts[i], error));
    *out_set = set;
    set = NULL; // the caller's from here on

cleanup:
    id_set_free(set);
    return status;
}
