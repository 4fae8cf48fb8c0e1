#ifndef TIDEMARK_REPORT_ARENA_H
#define TIDEMARK_REPORT_ARENA_H

#include "base/text.h"

/**
 * Bytes that live and end together: taken one by one without a malloc() each, given back all at
 * once. What was taken stays where it is while more is taken.
 */
enum { ARENA_PIECE_BYTES_MAX = 1 << 18 };

typedef struct Arena { // {0} is an empty one
    char **pieces;     // of ARENA_PIECE_BYTES_MAX bytes each
    size_t piece_count;
    size_t piece_capacity;
    size_t piece;      // the one that is taken from
    size_t used_bytes; // of it
} Arena;

/** Room for at most ARENA_PIECE_BYTES_MAX bytes, not zeroed; borrowed until arena_clear(). */
char *arena_take(Arena *arena, size_t size_bytes);
/** A copy of a slice. */
Slice arena_copy(Arena *arena, Slice slice);
/** A printed text, of at most ARENA_PIECE_BYTES_MAX - 1 bytes. */
Slice arena_format(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
/** Takes all back and keeps the memory for the next block. */
void arena_clear(Arena *arena);
void arena_free(Arena *arena);

#endif
