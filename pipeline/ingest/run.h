#ifndef TIDEMARK_INGEST_RUN_H
#define TIDEMARK_INGEST_RUN_H

#include "ingest/inbox.h"
#include "ingest/ingest.h"
#include "stage/stage.h"

/**
 * The files of a run in their order, and what came of each. Several threads take them from the
 * front, each with connections of its own.
 */
typedef struct IngestList {
    IngestFile *files;
    IngestResult *results;
    bool *is_done; // whether the file was reached; then it has a result
    size_t count;
    size_t capacity;
} IngestList;

/**
 * Held against what the database knows of the feeds. STATUS_CONFIG: a feed's identity, first ID or
 * provider is another there; its rows were counted by that.
 */
Status ingest_check_feeds(Store *store, const Settings *settings, Error *error);

/** Adds a file; its texts become the list's. */
void ingest_list_add(IngestList *list, IngestFile file);
/** A feed's inbox as it is now, with what each file waits for; for inbox_clear(). */
Status ingest_look(Store *store, const Settings *settings, const Feed *feed, Inbox *out_inbox,
                   Error *error);
/** Adds the files of a feed's inbox that are of this share; what waits is marked so. */
Status ingest_list_inbox(IngestList *list, const Ingest *ingest, Store *store, const Feed *feed,
                         StageShare share, Error *error);
/** Adds the archived files of a feed that the database does not know, for it can be younger than the
 * archive (a backup that was restored), and first puts away what a crash left on its way there. */
Status ingest_list_lost(IngestList *list, const Ingest *ingest, Store *store, const Feed *feed,
                        Error *error);
/** Adds a file by its path, "-" for standard input, called `name`, or as its path ends for NULL.
 * It does not wait. STATUS_NO_INPUT where there is no such file. */
Status ingest_list_path(IngestList *list, const Ingest *ingest, const Feed *feed, const char *path,
                        const char *name, Error *error);

/**
 * Ingests all files of the list, `jobs` at once, or as many as there is memory for; the first job on
 * the connection that is given. A job that gets none of its own leaves its files to the others. What becomes of a file is told in
 * its result; one that is refused does not hold up the others. What would stop them all (no
 * database, no disk) does: the files behind are not reached.
 */
Status ingest_run(const Ingest *ingest, Store *store, IngestList *list, int jobs, Error *error);
void ingest_list_clear(IngestList *list);

#endif
