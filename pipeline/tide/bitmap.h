#ifndef TIDEMARK_TIDE_BITMAP_H
#define TIDEMARK_TIDE_BITMAP_H

#include <roaring/roaring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What the room needs of the bitmap of a part beyond CRoaring's own functions: runs, and bytes.
 *
 * It must do with CRoaring 0.2.66 as well as 4: only functions that both have are used. 0.2.66's
 * roaring_bitmap_contains_range() aborts on a range that ends where its last container does.
 */
enum { BITMAP_NUMBER_MAX = (1 << 24) - 1 };

roaring_bitmap_t *bitmap_new(void);
roaring_bitmap_t *bitmap_copy(const roaring_bitmap_t *bitmap);
roaring_bitmap_t *bitmap_intersection(const roaring_bitmap_t *left, const roaring_bitmap_t *right);
/** How many it has from `first` to `last`, both included. */
uint32_t bitmap_count_range(const roaring_bitmap_t *bitmap, uint32_t first, uint32_t last);
/** Whether it has all from `first` to `last`, both included. */
bool bitmap_contains_range(const roaring_bitmap_t *bitmap, uint32_t first, uint32_t last);
/** The next number that is `from` or higher; false where there is none. */
bool bitmap_next(const roaring_bitmap_t *bitmap, uint32_t from, uint32_t *out_number);
/** The next run that begins at `from` or later (cut to begin at `from`); false where there is none.
 */
bool bitmap_next_run(const roaring_bitmap_t *bitmap, uint32_t from, uint32_t *out_first,
                     uint32_t *out_last);

/** RoaringFormatSpec, portable, in its smallest form; the caller's, for free(). */
char *bitmap_encode(const roaring_bitmap_t *bitmap, size_t *out_size_bytes);
/** NULL: the bytes are no bitmap of 24-bit numbers, or an empty one. */
roaring_bitmap_t *bitmap_decode(const char *bytes, size_t size_bytes);

#endif
