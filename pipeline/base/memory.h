#ifndef TIDEMARK_BASE_MEMORY_H
#define TIDEMARK_BASE_MEMORY_H

#include <stddef.h>

/**
 * Memory that is there: none of these gives NULL. Where the system has no more, or a size
 * overflows, the process ends with status 71, which is safe at any point: what is not committed was
 * never done. All of it goes back by free().
 */

/** Zeroed memory for `count` elements. */
void *memory_new(size_t count, size_t element_bytes);

/**
 * As memory_new(), for arrays of megabytes that are used at random or a little at a time: what is
 * never touched takes no memory, and the system is asked for its large pages, since a look-up of a
 * small page's place costs as much as what lies there.
 */
void *memory_new_large(size_t count, size_t element_bytes);

/** Grows or shrinks; what is new is not zeroed. */
void *memory_resize(void *memory, size_t count, size_t element_bytes);

/** What a library has allocated, or failed to: it ends the process where that is NULL. */
void *memory_checked(void *memory);

/** A copy of `size_bytes` bytes, with a NUL behind them. */
char *memory_copy(const char *bytes, size_t size_bytes);

/** A copy of a text; NULL of NULL. */
char *memory_copy_text(const char *text);

/** MEMORY_NEW(Type, count): typed memory_new(). */
#define MEMORY_NEW(Type, count) ((Type *)memory_new((count), sizeof(Type)))

/**
 * Makes room for one more element of a growing array: doubles `*capacity` when `count` has reached
 * it.
 *
 *     MEMORY_GROW(list->rows, list->count, list->capacity);
 *     list->rows[list->count++] = row;
 */
#define MEMORY_GROW(array, count, capacity)                                \
    do {                                                                   \
        if ((count) == (capacity)) {                                       \
            (capacity) = (capacity) == 0 ? 16 : 2 * (capacity);            \
            (array) = memory_resize((array), (capacity), sizeof *(array)); \
        }                                                                  \
    } while (0)

#endif
