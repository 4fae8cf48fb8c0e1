#include "store/copy_sender.h"

#include "base/memory.h"
#include "base/ring.h"
#include "store/internal.h"

#include <stdlib.h>

enum {
    BUFFERS = 4, // full ones, that wait
    PIECE_BYTES_MAX = 1 << 30,
};

struct CopySender {
    Store *store;
    const char *statement_name;
    CopyBuffer buffers[BUFFERS];
    Ring *ring;  // of buffers, which the thread empties
    Error error; // of the thread, which stops then
};

CopySender *copy_sender_new(Store *store, const char *statement_name)
{
    CopySender *sender = MEMORY_NEW(CopySender, 1);

    sender->store = store;
    sender->statement_name = statement_name;
    sender->ring = ring_new(BUFFERS, BUFFERS - 1, 1);
    return sender;
}

static Status send_buffer(const CopySender *sender, const CopyBuffer *buffer, Error *error)
{
    size_t sent_bytes = 0;

    while (sent_bytes < buffer->size_bytes) {
        size_t left_bytes = buffer->size_bytes - sent_bytes;
        int piece_bytes = left_bytes < PIECE_BYTES_MAX ? (int)left_bytes : PIECE_BYTES_MAX;

        if (PQputCopyData(sender->store->connection, buffer->bytes + sent_bytes, piece_bytes) != 1)
            return store_fail(sender->store, sender->statement_name, NULL, error);
        sent_bytes += (size_t)piece_bytes;
    }
    return STATUS_OK;
}

static void *send_all(void *argument)
{
    CopySender *sender = argument;

    for (size_t slot; ring_wait_full(sender->ring, &slot); ring_give_back(sender->ring)) {
        if (send_buffer(sender, &sender->buffers[slot], &sender->error) != STATUS_OK) {
            ring_stop(sender->ring);
            break;
        }
    }
    return NULL;
}

Status copy_sender_give(CopySender *sender, CopyBuffer *buffer, Error *error)
{
    Status status = STATUS_OK;
    size_t slot = 0;

    TRY(ring_start(sender->ring, send_all, sender, "send rows", error));
    if (!ring_wait_room(sender->ring, &slot)) {
        *error = sender->error;
        return error->status;
    }

    CopyBuffer given = *buffer;

    *buffer = sender->buffers[slot];
    buffer->size_bytes = 0;
    sender->buffers[slot] = given;
    ring_put(sender->ring);

cleanup:
    return status;
}

Status copy_sender_finish(CopySender *sender, CopyBuffer *last, Error *error)
{
    Status status = STATUS_OK;

    if (!ring_has_started(sender->ring))
        return send_buffer(sender, last, error);
    TRY(copy_sender_give(sender, last, error));
    ring_end(sender->ring);
    ring_join(sender->ring);
    status = sender->error.status;
    if (status != STATUS_OK)
        *error = sender->error;

cleanup:
    return status;
}

void copy_sender_free(CopySender *sender)
{
    if (sender == NULL)
        return;
    ring_free(sender->ring);
    for (size_t i = 0; i < BUFFERS; i++)
        free(sender->buffers[i].bytes);
    free(sender);
}
