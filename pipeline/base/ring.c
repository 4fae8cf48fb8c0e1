#include "base/ring.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>

struct Ring {
    size_t slots;
    size_t resume_at; // so few that are full
    size_t wake_at;   // so many
    pthread_t thread;
    bool has_thread;
    bool has_started;
    // Under the lock:
    pthread_mutex_t lock;
    pthread_cond_t more; // than nothing is full, or nothing comes or is wanted
    pthread_cond_t room; // than all is full, or nothing is wanted
    size_t at;
    size_t full;
    bool has_ended;
    bool is_stopped;
};

Ring *ring_new(size_t slots, size_t resume_at, size_t wake_at)
{
    Ring *ring = MEMORY_NEW(Ring, 1);

    ring->slots = slots;
    ring->resume_at = resume_at;
    ring->wake_at = wake_at;
    (void)pthread_mutex_init(&ring->lock, NULL);
    (void)pthread_cond_init(&ring->more, NULL);
    (void)pthread_cond_init(&ring->room, NULL);
    return ring;
}

void ring_free(Ring *ring)
{
    if (ring == NULL)
        return;
    ring_stop(ring);
    ring_join(ring);
    (void)pthread_cond_destroy(&ring->more);
    (void)pthread_cond_destroy(&ring->room);
    (void)pthread_mutex_destroy(&ring->lock);
    free(ring);
}

Status ring_start(Ring *ring, void *(*work)(void *), void *context, const char *purpose,
                  Error *error)
{
    if (ring->has_started)
        return STATUS_OK;
    if (pthread_create(&ring->thread, NULL, work, context) != 0)
        return error_set(error, STATUS_MEMORY, "could not start a thread to %s", purpose);
    ring->has_started = true;
    ring->has_thread = true;
    return STATUS_OK;
}

bool ring_has_started(const Ring *ring)
{
    return ring->has_started;
}

void ring_join(Ring *ring)
{
    if (ring->has_thread)
        (void)pthread_join(ring->thread, NULL);
    ring->has_thread = false;
}

bool ring_wait_room(Ring *ring, size_t *out_slot)
{
    (void)pthread_mutex_lock(&ring->lock);
    if (ring->full == ring->slots)
        while (ring->full > ring->resume_at && !ring->is_stopped)
            (void)pthread_cond_wait(&ring->room, &ring->lock);

    bool is_wanted = !ring->is_stopped;

    if (is_wanted)
        *out_slot = (ring->at + ring->full) % ring->slots;
    (void)pthread_mutex_unlock(&ring->lock);
    return is_wanted;
}

void ring_put(Ring *ring)
{
    (void)pthread_mutex_lock(&ring->lock);
    ring->full++;
    if (ring->full >= ring->wake_at)
        (void)pthread_cond_signal(&ring->more);
    (void)pthread_mutex_unlock(&ring->lock);
}

void ring_end(Ring *ring)
{
    (void)pthread_mutex_lock(&ring->lock);
    ring->has_ended = true;
    (void)pthread_cond_signal(&ring->more);
    (void)pthread_mutex_unlock(&ring->lock);
}

bool ring_wait_full(Ring *ring, size_t *out_slot)
{
    (void)pthread_mutex_lock(&ring->lock);
    if (ring->full == 0)
        while (ring->full < ring->wake_at && !ring->has_ended && !ring->is_stopped)
            (void)pthread_cond_wait(&ring->more, &ring->lock);

    bool is_full = ring->full > 0 && !ring->is_stopped;

    if (is_full)
        *out_slot = ring->at;
    (void)pthread_mutex_unlock(&ring->lock);
    return is_full;
}

void ring_give_back(Ring *ring)
{
    (void)pthread_mutex_lock(&ring->lock);
    ring->at = (ring->at + 1) % ring->slots;
    ring->full--;
    if (ring->full <= ring->resume_at)
        (void)pthread_cond_signal(&ring->room);
    (void)pthread_mutex_unlock(&ring->lock);
}

void ring_stop(Ring *ring)
{
    (void)pthread_mutex_lock(&ring->lock);
    ring->is_stopped = true;
    (void)pthread_cond_signal(&ring->more);
    (void)pthread_cond_signal(&ring->room);
    (void)pthread_mutex_unlock(&ring->lock);
}
