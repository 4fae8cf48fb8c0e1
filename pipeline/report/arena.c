#include "report/arena.h"

#include "base/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *arena_take(Arena *arena, size_t size_bytes)
{
    assert(size_bytes <= ARENA_PIECE_BYTES_MAX);
    if (arena->piece_count > 0 && size_bytes > ARENA_PIECE_BYTES_MAX - arena->used_bytes) {
        arena->piece++;
        arena->used_bytes = 0;
    }
    if (arena->piece == arena->piece_count) {
        MEMORY_GROW(arena->pieces, arena->piece_count, arena->piece_capacity);
        arena->pieces[arena->piece_count++] = memory_new(ARENA_PIECE_BYTES_MAX, 1);
    }

    char *bytes = arena->pieces[arena->piece] + arena->used_bytes;

    arena->used_bytes += size_bytes;
    return bytes;
}

Slice arena_copy(Arena *arena, Slice slice)
{
    char *bytes = arena_take(arena, slice.size_bytes);

    if (slice.size_bytes > 0)
        memcpy(bytes, slice.bytes, slice.size_bytes);
    return (Slice){.bytes = bytes, .size_bytes = slice.size_bytes};
}

Slice arena_format(Arena *arena, const char *format, ...)
{
    va_list arguments;
    va_list measured;

    va_start(arguments, format);
    va_copy(measured, arguments);
    int size = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    assert(size >= 0);

    char *bytes = arena_take(arena, (size_t)size + 1);

    (void)vsnprintf(bytes, (size_t)size + 1, format, arguments);
    va_end(arguments);
    return (Slice){.bytes = bytes, .size_bytes = (size_t)size};
}

void arena_clear(Arena *arena)
{
    arena->piece = 0;
    arena->used_bytes = 0;
}

void arena_free(Arena *arena)
{
    for (size_t i = 0; i < arena->piece_count; i++)
        free(arena->pieces[i]);
    free(arena->pieces);
    *arena = (Arena){0};
}
