#ifndef TIDEMARK_BASE_RING_H
#define TIDEMARK_BASE_RING_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * A ring of slots between two threads: one fills them in order, the other empties them in the same
 * order. What a slot holds lies elsewhere, in an array of the caller's; a slot that a side was told
 * is that side's alone until it passes it on, and so is all else that was written before.
 *
 *                at            at + full
 *                ▼             ▼
 *     ┌──────┬──────┬──────┬──────┬──────┬──────┐
 *     │      │██████│██████│      │      │      │      who empties ──►    who fills ──►
 *     └──────┴──────┴──────┴──────┴──────┴──────┘
 *
 *     who fills                                   who empties
 *     while (ring_wait_room(ring, &slot)) {       while (ring_wait_full(ring, &slot)) {
 *         ... fill it ...                             ... use it ...
 *         ring_put(ring);                             ring_give_back(ring);
 *     }                                           }
 *     ring_end(ring);
 *
 * One of the two is the ring's own thread, the other its owner. An error of the thread is written
 * where the owner finds it before ring_end() or ring_stop().
 */
typedef struct Ring Ring;

/** When all slots are full, who fills sleeps until only `resume_at` are; when none is, who empties
 * until `wake_at` are, from 1 on, or nothing more comes: one waking for several. The caller's, for
 * ring_free(). */
Ring *ring_new(size_t slots, size_t resume_at, size_t wake_at);
/** Stops the thread, waits for its end and frees. */
void ring_free(Ring *ring);

/** Starts the thread, unless it was started: it runs work(context). STATUS_MEMORY: "could not start
 * a thread to <purpose>". */
Status ring_start(Ring *ring, void *(*work)(void *), void *context, const char *purpose,
                  Error *error);
bool ring_has_started(const Ring *ring);
/** Waits for the thread's end, if it was started. */
void ring_join(Ring *ring);

/** For who fills: an empty slot. False: nothing more is wanted. */
bool ring_wait_room(Ring *ring, size_t *out_slot);
/** The slot is full. */
void ring_put(Ring *ring);
/** Nothing more comes. */
void ring_end(Ring *ring);

/** For who empties: the oldest full slot. False: none is full and nothing more comes, or nothing
 * more is wanted. */
bool ring_wait_full(Ring *ring, size_t *out_slot);
/** The slot is empty again. */
void ring_give_back(Ring *ring);

/** For either side: nothing more is wanted, not even what is in full slots. */
void ring_stop(Ring *ring);

#endif
