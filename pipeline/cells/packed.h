#ifndef TIDEMARK_CELLS_PACKED_H
#define TIDEMARK_CELLS_PACKED_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Packed numbers: how the columns of a chunk are stored, a number a cell or a pair, one bytea a
 * column.
 *
 *     │ width │ base, 8 bytes      │ number - base │ number - base │ …
 *       1 byte  signed               width bytes each, unsigned
 *
 * Most significant bytes first. The base is the least of the numbers; the width is 0 (all are the
 * base), 1, 2 or 4, the first that holds all of them. Where even 4 bytes do not, the width is 8, the
 * base is 0, and the numbers stand there themselves, signed. The same numbers always have the same
 * bytes.
 *
 * A server takes an array apart number by number, 50 ns each; these it takes as they are. It reads
 * and writes them too: tidemark.packed_at(), tidemark.pack() (store/schema/002_feeds.sql).
 */
enum { PACKED_HEAD_BYTES = 1 + 8, PACKED_WIDTH_MAX = 8 };

/** What room so many packed numbers may need. */
static inline size_t packed_bytes_max(size_t count)
{
    return PACKED_HEAD_BYTES + count * PACKED_WIDTH_MAX;
}

/** Packs at least one number into room for packed_bytes_max(); returns how many bytes they took. */
size_t packed_write(const int64_t numbers[], size_t count, uint8_t room[]);

/**
 * Unpacks what are to be `count` numbers. STATUS_DATA: the bytes are no packed numbers, or not so
 * many.
 */
Status packed_read(const void *bytes, size_t size_bytes, int64_t numbers[], size_t count,
                   Error *error);

#endif
