#ifndef TIDEMARK_INGEST_REJECT_SPOOL_H
#define TIDEMARK_INGEST_REJECT_SPOOL_H

#include "report/reject.h"
#include "store/store.h"

#include <stdbool.h>

/**
 * The rejects of one file while it is read, on disk: a wrong layout rejects every row, and memory
 * is bounded. It has no name, so that a crash leaves nothing.
 *
 * Read whole it becomes two things: rows of tidemark.reject, and <file>.rejects.csv.gz for whoever
 * mends the file.
 */
typedef struct RejectSpool RejectSpool;

/** An empty one, which makes its file in `folder` when the first reject comes; the caller's, for
 * reject_spool_free(). */
RejectSpool *reject_spool_new(const char *folder);
void reject_spool_free(RejectSpool *spool);
/** STATUS_CANNOT_WRITE. */
Status reject_spool_add(RejectSpool *spool, const RejectList *rejects, Error *error);
int64_t reject_spool_count(const RejectSpool *spool);

/** Writes them all to a file of CSV as gzip: line, column, reason, found, expected, raw. The folder
 * is made. Raw text stays raw: it is to be mended, not to be opened in a spreadsheet. */
Status reject_spool_write_csv(RejectSpool *spool, const char *path, Error *error);
/** Copies them all into the table, as those of a file. */
Status reject_spool_copy(RejectSpool *spool, Store *store, int64_t report_file, Error *error);

#endif
