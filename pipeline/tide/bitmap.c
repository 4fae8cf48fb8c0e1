#include "tide/bitmap.h"

#include "base/memory.h"
#include "tide/roaring_check.h"

// CRoaring 3 gave iterators these names, and marks the old ones with this macro.
#ifndef CROARING_DEPRECATED
#define roaring_iterator_init roaring_init_iterator
#define roaring_uint32_iterator_move_equalorlarger roaring_move_uint32_iterator_equalorlarger
#endif

enum { CONTAINER_NUMBER_MAX = 0xFFFF };

roaring_bitmap_t *bitmap_new(void)
{
    return memory_checked(roaring_bitmap_create());
}

roaring_bitmap_t *bitmap_copy(const roaring_bitmap_t *bitmap)
{
    return memory_checked(roaring_bitmap_copy(bitmap));
}

roaring_bitmap_t *bitmap_intersection(const roaring_bitmap_t *left, const roaring_bitmap_t *right)
{
    return memory_checked(roaring_bitmap_and(left, right));
}

uint32_t bitmap_count_range(const roaring_bitmap_t *bitmap, uint32_t first, uint32_t last)
{
    return (uint32_t)roaring_bitmap_range_cardinality(bitmap, first, (uint64_t)last + 1);
}

// Whether it has all from `first` to `last`, which lie in one container.
static bool has_all(const roaring_bitmap_t *bitmap, uint32_t first, uint32_t last)
{
    return roaring_bitmap_contains(bitmap, last) &&
           (first == last || roaring_bitmap_contains_range(bitmap, first, last));
}

bool bitmap_contains_range(const roaring_bitmap_t *bitmap, uint32_t first, uint32_t last)
{
    while ((first | CONTAINER_NUMBER_MAX) < last) {
        if (!has_all(bitmap, first, first | CONTAINER_NUMBER_MAX))
            return false;
        first = (first | CONTAINER_NUMBER_MAX) + 1;
    }
    return has_all(bitmap, first, last);
}

bool bitmap_next(const roaring_bitmap_t *bitmap, uint32_t from, uint32_t *out_number)
{
    roaring_uint32_iterator_t iterator;

    roaring_iterator_init(bitmap, &iterator);
    if (!roaring_uint32_iterator_move_equalorlarger(&iterator, from))
        return false;
    *out_number = iterator.current_value;
    return true;
}

// The last number of the run that goes on at `first` at least: whole containers are skipped, and in
// the last one steps double until they miss, since most runs there are either short or long.
static uint32_t run_last(const roaring_bitmap_t *bitmap, uint32_t first)
{
    uint32_t container_last = first | CONTAINER_NUMBER_MAX;

    while (has_all(bitmap, first, container_last)) {
        if (container_last == BITMAP_NUMBER_MAX ||
            !roaring_bitmap_contains(bitmap, container_last + 1))
            return container_last;
        first = container_last + 1;
        container_last += CONTAINER_NUMBER_MAX + 1;
    }

    uint32_t last = first; // is in the run
    uint32_t step = 1;

    while (step <= container_last - last && has_all(bitmap, last, last + step)) {
        last += step;
        step *= 2;
    }
    for (; step > 0; step /= 2)
        if (step <= container_last - last && has_all(bitmap, last, last + step))
            last += step;
    return last;
}

bool bitmap_next_run(const roaring_bitmap_t *bitmap, uint32_t from, uint32_t *out_first,
                     uint32_t *out_last)
{
    uint32_t first;

    if (!bitmap_next(bitmap, from, &first))
        return false;
    *out_first = first;
    *out_last = run_last(bitmap, first);
    return true;
}

char *bitmap_encode(const roaring_bitmap_t *bitmap, size_t *out_size_bytes)
{
    roaring_bitmap_t *smallest = bitmap_copy(bitmap);

    (void)roaring_bitmap_run_optimize(smallest);
    *out_size_bytes = roaring_bitmap_portable_size_in_bytes(smallest);

    char *bytes = memory_new(*out_size_bytes, 1);

    (void)roaring_bitmap_portable_serialize(smallest, bytes);
    roaring_bitmap_free(smallest);
    return bytes;
}

roaring_bitmap_t *bitmap_decode(const char *bytes, size_t size_bytes)
{
    if (!roaring_check(bytes, size_bytes))
        return NULL;
    return memory_checked(roaring_bitmap_portable_deserialize_safe(bytes, size_bytes));
}
