/**
 * The link that reads ahead: a thread of its own reads from the links before it into a ring of
 * buffers, while who reads from this one is busy with what came before.
 *
 *                 at            at + filled
 *                 ▼             ▼
 *     ┌──────┬──────┬──────┬──────┬──────┬──────┐
 *     │      │██████│██████│      │      │      │   the thread fills the first empty one to the brim,
 *     └──────┴──────┴──────┴──────┴──────┴──────┘   the other side empties the first full one
 *
 * A buffer belongs to one side at a time; they pass it under the lock. When all are full, the
 * thread sleeps until half are empty: one waking for several buffers. An error comes behind what
 * was read before it, as it would without a thread.
 */
#include "report/source_link.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_BYTES = 64 * 1024, // what was inflated stays in the second-level cache
    BUFFERS = 16,
};

typedef struct Ahead {
    Source link;
    pthread_t thread;
    bool has_thread;
    char *buffers; // BUFFERS of BUFFER_BYTES each
    size_t given;  // of the buffer that is being emptied
    // Under the lock:
    pthread_mutex_t lock;
    pthread_cond_t more; // than nothing is filled, or the thread is done
    pthread_cond_t room; // for the thread, or it shall stop
    size_t at;
    size_t filled;
    size_t sizes[BUFFERS];
    bool is_done; // the thread: at the end, or with an error
    bool shall_stop;
    Error error;
} Ahead;

// Waits for an empty buffer. NULL: nobody wants more.
static char *wait_for_room(Ahead *ahead, size_t *out_number)
{
    char *buffer = NULL;

    (void)pthread_mutex_lock(&ahead->lock);
    if (ahead->filled == BUFFERS)
        while (ahead->filled > BUFFERS / 2 && !ahead->shall_stop)
            (void)pthread_cond_wait(&ahead->room, &ahead->lock);
    if (!ahead->shall_stop) {
        *out_number = (ahead->at + ahead->filled) % BUFFERS;
        buffer = ahead->buffers + *out_number * BUFFER_BYTES;
    }
    (void)pthread_mutex_unlock(&ahead->lock);
    return buffer;
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
    bool is_done = false;

    while (!is_done) {
        Error error = {0};
        size_t number = 0;
        size_t size_bytes = 0;
        char *buffer = wait_for_room(ahead, &number);

        if (buffer == NULL)
            break;
        if (fill(ahead->link.from, buffer, &size_bytes, &is_done, &error) != STATUS_OK)
            is_done = true;
        (void)pthread_mutex_lock(&ahead->lock);
        ahead->sizes[number] = size_bytes;
        ahead->filled += size_bytes > 0 ? 1 : 0;
        ahead->is_done = is_done;
        ahead->error = error;
        (void)pthread_cond_signal(&ahead->more);
        (void)pthread_mutex_unlock(&ahead->lock);
    }
    return NULL;
}

// Waits for a full buffer: its size, or 0 when there are no more.
static size_t wait_for_more(Ahead *ahead)
{
    size_t size_bytes = 0;

    (void)pthread_mutex_lock(&ahead->lock);
    while (ahead->filled == 0 && !ahead->is_done)
        (void)pthread_cond_wait(&ahead->more, &ahead->lock);
    if (ahead->filled > 0)
        size_bytes = ahead->sizes[ahead->at];
    (void)pthread_mutex_unlock(&ahead->lock);
    return size_bytes;
}

static void give_back(Ahead *ahead)
{
    ahead->given = 0;
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->at = (ahead->at + 1) % BUFFERS;
    ahead->filled--;
    if (ahead->filled == BUFFERS / 2)
        (void)pthread_cond_signal(&ahead->room);
    (void)pthread_mutex_unlock(&ahead->lock);
}

static Status ahead_read(Source *source, char *buffer, size_t capacity_bytes,
                         size_t *out_size_bytes, Error *error)
{
    Ahead *ahead = (Ahead *)source;

    if (!ahead->has_thread && pthread_create(&ahead->thread, NULL, read_ahead, ahead) != 0)
        return error_set(error, STATUS_MEMORY, "could not start a thread to read ahead");
    ahead->has_thread = true;

    size_t size_bytes = wait_for_more(ahead);

    if (size_bytes == 0 && ahead->error.status != STATUS_OK) { // the thread has ended
        *error = ahead->error;
        return error->status;
    }
    *out_size_bytes = size_bytes - ahead->given;
    if (*out_size_bytes > capacity_bytes)
        *out_size_bytes = capacity_bytes;
    memcpy(buffer, ahead->buffers + ahead->at * BUFFER_BYTES + ahead->given, *out_size_bytes);
    ahead->given += *out_size_bytes;
    if (size_bytes > 0 && ahead->given == size_bytes)
        give_back(ahead);
    return STATUS_OK;
}

static void ahead_clear(Source *source)
{
    Ahead *ahead = (Ahead *)source;

    if (ahead->has_thread) {
        (void)pthread_mutex_lock(&ahead->lock);
        ahead->shall_stop = true;
        (void)pthread_cond_signal(&ahead->room);
        (void)pthread_mutex_unlock(&ahead->lock);
        (void)pthread_join(ahead->thread, NULL);
    }
    (void)pthread_cond_destroy(&ahead->more);
    (void)pthread_cond_destroy(&ahead->room);
    (void)pthread_mutex_destroy(&ahead->lock);
    free(ahead->buffers);
}

Source *source_ahead(Source *taken_source)
{
    static const SourceKind kind = {.read = ahead_read, .clear = ahead_clear};
    Ahead *ahead = MEMORY_NEW(Ahead, 1);

    ahead->link.kind = &kind;
    ahead->link.from = taken_source;
    ahead->buffers = MEMORY_NEW(char, (size_t)BUFFERS *BUFFER_BYTES);
    (void)pthread_mutex_init(&ahead->lock, NULL);
    (void)pthread_cond_init(&ahead->more, NULL);
    (void)pthread_cond_init(&ahead->room, NULL);
    return &ahead->link;
}
