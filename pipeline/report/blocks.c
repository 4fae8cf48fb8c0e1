#include "report/blocks.h"

#include "base/memory.h"
#include "base/ring.h"

#include <assert.h>
#include <stdlib.h>

struct Blocks {
    Report *report;
    BlockOfReport blocks[REPORT_BLOCKS_KEPT];
    Ring *ring; // of blocks, which the thread fills
    bool is_lent;
    Error error; // of the thread, behind the blocks before it
};

Blocks *blocks_new(Report *report)
{
    Blocks *blocks = MEMORY_NEW(Blocks, 1);

    blocks->report = report;
    blocks->ring = ring_new(REPORT_BLOCKS_KEPT, REPORT_BLOCKS_KEPT / 2, REPORT_BLOCKS_KEPT / 2);
    for (size_t i = 0; i < REPORT_BLOCKS_KEPT; i++)
        blocks->blocks[i].block = row_block_new();
    return blocks;
}

static void *read_blocks(void *argument)
{
    Blocks *blocks = argument;
    bool more = true;

    for (size_t slot; more && ring_wait_room(blocks->ring, &slot);) {
        BlockOfReport *block = &blocks->blocks[slot];

        if (report_next(blocks->report, block->block, &block->rejects, &block->more,
                        &blocks->error) != STATUS_OK)
            break;
        more = block->more;
        ring_put(blocks->ring);
    }
    ring_end(blocks->ring);
    return NULL;
}

Status blocks_next(Blocks *blocks, const BlockOfReport **out_block, Error *error)
{
    Status status = STATUS_OK;
    size_t slot = 0;

    TRY(ring_start(blocks->ring, read_blocks, blocks, "read the report", error));
    if (blocks->is_lent)
        ring_give_back(blocks->ring);
    blocks->is_lent = ring_wait_full(blocks->ring, &slot);
    if (blocks->is_lent) {
        *out_block = &blocks->blocks[slot];
    } else {
        assert(blocks->error.status != STATUS_OK); // nobody asks behind the end
        *error = blocks->error;
        status = error->status;
    }

cleanup:
    return status;
}

void blocks_free(Blocks *blocks)
{
    if (blocks == NULL)
        return;
    ring_free(blocks->ring);
    for (size_t i = 0; i < REPORT_BLOCKS_KEPT; i++) {
        free(blocks->blocks[i].block);
        reject_list_free(&blocks->blocks[i].rejects);
    }
    free(blocks);
}
