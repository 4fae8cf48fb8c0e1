/**
 * The link that reads ahead: a thread of its own reads from the links before it into a ring of
 * buffers, each to the brim, while who reads from this one is busy with what came before. An error
 * comes behind what was read before it, as it would without a thread.
 */
#include "report/source_link.h"

#include "base/memory.h"
#include "base/ring.h"

#include <stdlib.h>
#include <string.h>

enum {
    // What was inflated stays in the second-level cache; but of each read ISA-L moves 64 KB through
    // memory of its own, so that they should not be much smaller.
    BUFFER_BYTES = 256 * 1024,
    BUFFERS = 4,
};

typedef struct Ahead {
    Source link;
    char *buffers; // BUFFERS of BUFFER_BYTES each
    size_t sizes[BUFFERS];
    Ring *ring;   // of buffers, which the thread fills
    size_t given; // of the buffer that is being emptied
    Error error;  // of the thread
} Ahead;

static char *buffer_at(const Ahead *ahead, size_t slot)
{
    return ahead->buffers + slot * BUFFER_BYTES;
}

static Status fill(Source *from, char *buffer, size_t *out_size_bytes, bool *out_is_end,
                   Error *error)
{
    Status status = STATUS_OK;
    size_t read_bytes = 1;
    size_t size_bytes = 0;

    while (status == STATUS_OK && read_bytes > 0 && size_bytes < BUFFER_BYTES) {
        status =
            source_read(from, buffer + size_bytes, BUFFER_BYTES - size_bytes, &read_bytes, error);
        if (status == STATUS_OK)
            size_bytes += read_bytes;
    }
    *out_size_bytes = size_bytes;
    *out_is_end = read_bytes == 0;
    return status;
}

static void *read_ahead(void *argument)
{
    Ahead *ahead = (Ahead *)argument;
    bool is_end = false;

    for (size_t slot; !is_end && ring_wait_room(ahead->ring, &slot);) {
        if (fill(ahead->link.from, buffer_at(ahead, slot), &ahead->sizes[slot], &is_end,
                 &ahead->error) != STATUS_OK)
            is_end = true;
        if (ahead->sizes[slot] > 0)
            ring_put(ahead->ring);
    }
    ring_end(ahead->ring);
    return NULL;
}

static Status ahead_read(Source *source, char *buffer, size_t capacity_bytes,
                         size_t *out_size_bytes, Error *error)
{
    Ahead *ahead = (Ahead *)source;
    Status status = STATUS_OK;
    size_t slot = 0;
    size_t size_bytes = 0;

    TRY(ring_start(ahead->ring, read_ahead, ahead, "read ahead", error));
    if (ring_wait_full(ahead->ring, &slot)) {
        size_bytes = ahead->sizes[slot] - ahead->given;
        if (size_bytes > capacity_bytes)
            size_bytes = capacity_bytes;
        memcpy(buffer, buffer_at(ahead, slot) + ahead->given, size_bytes);
        ahead->given += size_bytes;
        if (ahead->given == ahead->sizes[slot]) {
            ahead->given = 0;
            ring_give_back(ahead->ring);
        }
    } else if (ahead->error.status != STATUS_OK) {
        *error = ahead->error;
        return error->status;
    }
    *out_size_bytes = size_bytes;

cleanup:
    return status;
}

static void ahead_clear(Source *source)
{
    Ahead *ahead = (Ahead *)source;

    ring_free(ahead->ring);
    free(ahead->buffers);
}

Source *source_ahead(Source *taken_source)
{
    static const SourceKind kind = {.read = ahead_read, .clear = ahead_clear};
    Ahead *ahead = MEMORY_NEW(Ahead, 1);

    ahead->link.kind = &kind;
    ahead->link.from = taken_source;
    ahead->buffers = MEMORY_NEW(char, (size_t)BUFFERS *BUFFER_BYTES);
    ahead->ring = ring_new(BUFFERS, BUFFERS / 2); // one waking for several buffers
    return &ahead->link;
}
