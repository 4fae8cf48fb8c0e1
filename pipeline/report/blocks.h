#ifndef TIDEMARK_REPORT_BLOCKS_H
#define TIDEMARK_REPORT_BLOCKS_H

#include "report/report.h"

/**
 * The blocks of a report, read ahead on a thread of its own: who counts rows and who reads them do
 * not wait for each other.
 *
 *                          lent      full      full     being filled
 *     report_next() ──►  │ block 5 │ block 6 │ block 7 │ block 8 │  ──► blocks_next()
 *       on the thread      with its rejects, and its texts in the report
 *
 * What comes, and where an error comes, is the same as from report_next().
 */
typedef struct Blocks Blocks;

typedef struct BlockOfReport {
    RowBlock *block;
    RejectList rejects;
    bool more; // false: behind the last block, and the report is known to be whole
} BlockOfReport;

/** The report is borrowed. From the first blocks_next() it is the thread's, until there are no more
 * blocks or an error, or blocks_free(). */
Blocks *blocks_new(Report *report);
/** Lends the next block, until the call after this one. */
Status blocks_next(Blocks *blocks, const BlockOfReport **out_block, Error *error);
/** Ends the thread as soon as the block that it reads is read. */
void blocks_free(Blocks *blocks);

#endif
