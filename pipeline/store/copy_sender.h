#ifndef TIDEMARK_STORE_COPY_SENDER_H
#define TIDEMARK_STORE_COPY_SENDER_H

#include "store/store.h"

#include <stddef.h>

/**
 * Sends what a COPY gathers, on a thread of its own, so that rows are made while the server is at
 * those before them. Within this room alone.
 *
 *     the caller's buffer ──full──► │ full │ full │ ──the thread──► libpq ──► server
 *              ▲                                            │
 *              └───────── an empty one in exchange ◄────────┘
 *
 * The connection is the thread's from the first buffer until copy_sender_finish() or _free().
 */
typedef struct CopyBuffer {
    char *bytes;
    size_t size_bytes;
    size_t capacity_bytes;
} CopyBuffer;

typedef struct CopySender CopySender;

CopySender *copy_sender_new(Store *store, const char *statement_name);
/** Takes what is in the buffer and leaves an empty one there; waits where enough has been given that
 * was not sent yet. An error may be that of a buffer that was given before. */
Status copy_sender_give(CopySender *sender, CopyBuffer *buffer, Error *error);
/** Gives the last one, and waits until all is sent. (Without a thread, where it is the only one.) */
Status copy_sender_finish(CopySender *sender, CopyBuffer *last, Error *error);
/** Without copy_sender_finish(): the rest is not sent. */
void copy_sender_free(CopySender *sender);

#endif
