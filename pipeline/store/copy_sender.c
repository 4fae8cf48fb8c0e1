#include "store/copy_sender.h"

#include "base/memory.h"
#include "store/internal.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    BUFFERS = 4, // full ones, that wait
    PIECE_BYTES_MAX = 1 << 30,
};

struct CopySender {
    Store *store;
    const char *statement_name;
    pthread_t thread;
    bool has_thread;
    // Under the lock:
    pthread_mutex_t lock;
    pthread_cond_t more; // for the thread: a full buffer, or there will be none
    pthread_cond_t room; // for the caller: an empty buffer, or an error
    CopyBuffer buffers[BUFFERS];
    size_t at; // the oldest full one
    size_t full;
    bool has_ended; // nothing more will be given
    bool shall_stop;
    Error error;
};

CopySender *copy_sender_new(Store *store, const char *statement_name)
{
    CopySender *sender = MEMORY_NEW(CopySender, 1);

    sender->store = store;
    sender->statement_name = statement_name;
    (void)pthread_mutex_init(&sender->lock, NULL);
    (void)pthread_cond_init(&sender->more, NULL);
    (void)pthread_cond_init(&sender->room, NULL);
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

// Waits for a full buffer; NULL when there will be none.
static const CopyBuffer *wait_for_more(CopySender *sender)
{
    const CopyBuffer *buffer = NULL;

    (void)pthread_mutex_lock(&sender->lock);
    while (sender->full == 0 && !sender->has_ended && !sender->shall_stop)
        (void)pthread_cond_wait(&sender->more, &sender->lock);
    if (sender->full > 0 && !sender->shall_stop)
        buffer = &sender->buffers[sender->at];
    (void)pthread_mutex_unlock(&sender->lock);
    return buffer;
}

static void *send_all(void *argument)
{
    CopySender *sender = argument;
    Error error = {0};

    for (const CopyBuffer *buffer;
         error.status == STATUS_OK && (buffer = wait_for_more(sender)) != NULL;) {
        (void)send_buffer(sender, buffer, &error);
        (void)pthread_mutex_lock(&sender->lock);
        sender->at = (sender->at + 1) % BUFFERS;
        sender->full--;
        sender->error = error;
        (void)pthread_cond_signal(&sender->room);
        (void)pthread_mutex_unlock(&sender->lock);
    }
    return NULL;
}

Status copy_sender_give(CopySender *sender, CopyBuffer *buffer, Error *error)
{
    if (!sender->has_thread && pthread_create(&sender->thread, NULL, send_all, sender) != 0)
        return error_set(error, STATUS_MEMORY, "could not start a thread to send rows");
    sender->has_thread = true;
    (void)pthread_mutex_lock(&sender->lock);
    while (sender->full == BUFFERS && sender->error.status == STATUS_OK)
        (void)pthread_cond_wait(&sender->room, &sender->lock);

    Status status = sender->error.status;

    if (status == STATUS_OK) {
        CopyBuffer *place = &sender->buffers[(sender->at + sender->full) % BUFFERS];
        CopyBuffer given = *buffer;

        *buffer = *place;
        buffer->size_bytes = 0;
        *place = given;
        sender->full++;
        (void)pthread_cond_signal(&sender->more);
    } else {
        *error = sender->error;
    }
    (void)pthread_mutex_unlock(&sender->lock);
    return status;
}

static void end_thread(CopySender *sender, bool *out_flag)
{
    if (!sender->has_thread)
        return;
    (void)pthread_mutex_lock(&sender->lock);
    *out_flag = true;
    (void)pthread_cond_signal(&sender->more);
    (void)pthread_mutex_unlock(&sender->lock);
    (void)pthread_join(sender->thread, NULL);
    sender->has_thread = false;
}

Status copy_sender_finish(CopySender *sender, CopyBuffer *last, Error *error)
{
    Status status = STATUS_OK;

    if (!sender->has_thread)
        return send_buffer(sender, last, error);
    TRY(copy_sender_give(sender, last, error));
    end_thread(sender, &sender->has_ended);
    if (sender->error.status != STATUS_OK)
        *error = sender->error;
    status = sender->error.status;

cleanup:
    return status;
}

void copy_sender_free(CopySender *sender)
{
    if (sender == NULL)
        return;
    end_thread(sender, &sender->shall_stop);
    for (size_t i = 0; i < BUFFERS; i++)
        free(sender->buffers[i].bytes);
    (void)pthread_cond_destroy(&sender->more);
    (void)pthread_cond_destroy(&sender->room);
    (void)pthread_mutex_destroy(&sender->lock);
    free(sender);
}
