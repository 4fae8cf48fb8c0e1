/**
 * The link that reads ahead: a thread of its own reads from the links before it into a ring of
 * buffers, each to the brim, while who reads from this one, or borrows them, is busy with what came
 * before. An error
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
    // With half as many, both sides wait for each other more often: a twentieth of the time of a
    // file.
    BUFFERS = SOURCE_AHEAD_BYTES / BUFFER_BYTES,
};

// A buffer has room before it and slack on either side, as who borrows it expects.
enum {
    BUFFER_AT = SOURCE_SLACK_BYTES + SOURCE_ROOM_BYTES,
    BUFFER_STRIDE = BUFFER_AT + BUFFER_BYTES + SOURCE_SLACK_BYTES,
};

typedef struct Ahead {
    Source link;
    char *buffers; // BUFFERS of BUFFER_STRIDE each
    size_t sizes[BUFFERS];
    Ring *ring;   // of buffers, which the thread fills
    size_t given; // of the buffer that is being emptied
    bool is_lent; // all the rest of it
    Error error;  // of the thread
} Ahead;

static char *buffer_at(const Ahead *ahead, size_t slot)
{
    return ahead->buffers + slot * BUFFER_STRIDE + BUFFER_AT;
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

static void give_back(Ahead *ahead)
{
    ahead->given = 0;
    ahead->is_lent = false;
    ring_give_back(ahead->ring);
}

// What is left of the buffer that is being emptied, or is the next; nothing: the end.
static Status wait_rest(Ahead *ahead, Slice *out_rest, Error *error)
{
    Status status = STATUS_OK;
    size_t slot = 0;

    TRY(ring_start(ahead->ring, read_ahead, ahead, "read ahead", error));
    if (ahead->is_lent)
        give_back(ahead);
    if (ring_wait_full(ahead->ring, &slot)) {
        out_rest->bytes = buffer_at(ahead, slot) + ahead->given;
        out_rest->size_bytes = ahead->sizes[slot] - ahead->given;
    } else if (ahead->error.status != STATUS_OK) {
        *error = ahead->error;
        status = error->status;
    }

cleanup:
    return status;
}

static Status ahead_read(Source *source, char *buffer, size_t capacity_bytes,
                         size_t *out_size_bytes, Error *error)
{
    Ahead *ahead = (Ahead *)source;
    Slice rest = {0};
    Status status = wait_rest(ahead, &rest, error);

    if (status != STATUS_OK || rest.size_bytes == 0)
        return status;

    size_t size_bytes = rest.size_bytes < capacity_bytes ? rest.size_bytes : capacity_bytes;

    memcpy(buffer, rest.bytes, size_bytes);
    ahead->given += size_bytes;
    if (size_bytes == rest.size_bytes)
        give_back(ahead);
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

static Status ahead_lend(Source *source, char **out_bytes, size_t *out_size_bytes, Error *error)
{
    Ahead *ahead = (Ahead *)source;
    Slice rest = {0};
    Status status = wait_rest(ahead, &rest, error);

    if (status != STATUS_OK || rest.size_bytes == 0)
        return status;
    ahead->is_lent = true;
    *out_bytes = (char *)rest.bytes; // in a buffer of ours
    *out_size_bytes = rest.size_bytes;
    return STATUS_OK;
}

static void ahead_clear(Source *source)
{
    Ahead *ahead = (Ahead *)source;

    ring_free(ahead->ring);
    free(ahead->buffers);
}

Source *source_ahead(Source *taken_source)
{
    static const SourceKind kind = {.read = ahead_read, .lend = ahead_lend, .clear = ahead_clear};
    Ahead *ahead = MEMORY_NEW(Ahead, 1);

    ahead->link.kind = &kind;
    ahead->link.from = taken_source;
    ahead->buffers = MEMORY_NEW(char, (size_t)BUFFERS *BUFFER_STRIDE);
    ahead->ring = ring_new(BUFFERS, BUFFERS / 2, BUFFERS / 2); // one waking for several
    return &ahead->link;
}
