#ifndef TIDEMARK_TESTS_LOST_COMMIT_H
#define TIDEMARK_TESTS_LOST_COMMIT_H

/**
 * A socket between stages and the database, which loses one connection at a COMMIT, as a network
 * does. PGHOST leads to it meanwhile; what is connected already stays so.
 *
 *     stage ──────► socket ──────► server
 *            COMMIT        ✂               LOST_BEFORE   the server rolls back
 *            COMMIT        ──────► done ✂  LOST_AFTER    it is done, but nobody is told
 *            COMMIT  ✂ … a second ──────►  LOST_LATE     it is done while the stage looks
 */
typedef enum LostCommit { LOST_BEFORE, LOST_AFTER, LOST_LATE } LostCommit;

typedef struct Loser Loser;

/** Loses the COMMIT of this number, from 1. NULL: the server has no socket in the file system. */
Loser *loser_start(LostCommit kind, int commit_number);
/** Whether it was lost. PGHOST is as before. */
int loser_stop(Loser *loser);

#endif
