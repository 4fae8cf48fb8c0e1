#include "report/blocks.h"

#include "base/memory.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct Blocks {
    Report *report;
    pthread_t thread;
    bool has_thread;
    BlockOfReport blocks[REPORT_BLOCKS_KEPT];
    bool is_lent; // the one at `at`
    // Under the lock:
    pthread_mutex_t lock;
    pthread_cond_t more; // than nothing is full, or the thread is done
    pthread_cond_t room; // for the thread, or it shall stop
    size_t at;           // the oldest
    size_t full;         // with the one that is lent
    bool is_done;        // the thread: at the end, or with an error
    bool shall_stop;
    Error error;
};

Blocks *blocks_new(Report *report)
{
    Blocks *blocks = MEMORY_NEW(Blocks, 1);

    blocks->report = report;
    for (size_t i = 0; i < REPORT_BLOCKS_KEPT; i++)
        blocks->blocks[i].block = row_block_new();
    (void)pthread_mutex_init(&blocks->lock, NULL);
    (void)pthread_cond_init(&blocks->more, NULL);
    (void)pthread_cond_init(&blocks->room, NULL);
    return blocks;
}

// Waits for an empty block. NULL: nobody wants more.
static BlockOfReport *wait_for_room(Blocks *blocks)
{
    BlockOfReport *block = NULL;

    (void)pthread_mutex_lock(&blocks->lock);
    while (blocks->full == REPORT_BLOCKS_KEPT && !blocks->shall_stop)
        (void)pthread_cond_wait(&blocks->room, &blocks->lock);
    if (!blocks->shall_stop)
        block = &blocks->blocks[(blocks->at + blocks->full) % REPORT_BLOCKS_KEPT];
    (void)pthread_mutex_unlock(&blocks->lock);
    return block;
}

static void *read_blocks(void *argument)
{
    Blocks *blocks = argument;
    BlockOfReport *block;

    for (bool is_done = false; !is_done && (block = wait_for_room(blocks)) != NULL;) {
        Error error = {0};
        Status status =
            report_next(blocks->report, block->block, &block->rejects, &block->more, &error);

        is_done = status != STATUS_OK || !block->more;
        (void)pthread_mutex_lock(&blocks->lock);
        blocks->full += status == STATUS_OK ? 1 : 0;
        blocks->is_done = is_done;
        blocks->error = error;
        (void)pthread_cond_signal(&blocks->more);
        (void)pthread_mutex_unlock(&blocks->lock);
    }
    return NULL;
}

// Under the lock.
static void give_back(Blocks *blocks)
{
    if (!blocks->is_lent)
        return;
    blocks->at = (blocks->at + 1) % REPORT_BLOCKS_KEPT;
    blocks->full--;
    blocks->is_lent = false;
    (void)pthread_cond_signal(&blocks->room);
}

Status blocks_next(Blocks *blocks, const BlockOfReport **out_block, Error *error)
{
    Status status = STATUS_OK;

    if (!blocks->has_thread && pthread_create(&blocks->thread, NULL, read_blocks, blocks) != 0)
        return error_set(error, STATUS_MEMORY, "could not start a thread to read the report");
    blocks->has_thread = true;
    (void)pthread_mutex_lock(&blocks->lock);
    give_back(blocks);
    while (blocks->full == 0 && !blocks->is_done)
        (void)pthread_cond_wait(&blocks->more, &blocks->lock);
    if (blocks->full > 0) {
        *out_block = &blocks->blocks[blocks->at];
        blocks->is_lent = true;
    } else {
        assert(blocks->error.status != STATUS_OK); // nobody asks behind the end
        *error = blocks->error;
        status = error->status;
    }
    (void)pthread_mutex_unlock(&blocks->lock);
    return status;
}

void blocks_free(Blocks *blocks)
{
    if (blocks == NULL)
        return;
    if (blocks->has_thread) {
        (void)pthread_mutex_lock(&blocks->lock);
        blocks->shall_stop = true;
        (void)pthread_cond_signal(&blocks->room);
        (void)pthread_mutex_unlock(&blocks->lock);
        (void)pthread_join(blocks->thread, NULL);
    }
    for (size_t i = 0; i < REPORT_BLOCKS_KEPT; i++) {
        free(blocks->blocks[i].block);
        reject_list_free(&blocks->blocks[i].rejects);
    }
    (void)pthread_cond_destroy(&blocks->more);
    (void)pthread_cond_destroy(&blocks->room);
    (void)pthread_mutex_destroy(&blocks->lock);
    free(blocks);
}
