#ifndef TIDEMARK_INGEST_ARCHIVE_H
#define TIDEMARK_INGEST_ARCHIVE_H

#include "base/error.h"

#include <stddef.h>

/**
 * The archive of report files: the record of every row that was counted.
 *
 *     archive/wavecast/3f/3fa9…c1.csv.gz      its bytes as they came, addressed by their SHA-256
 *     archive/wavecast/3f/3fa9…c1.name        what it was called
 *     archive/.incoming/wavecast/             copies of files that are being read
 *
 * All are called .csv.gz, plain ones too: the reader tells gzip by its first bytes, and a file is
 * found by its SHA-256 alone. The name is kept because a layout may read from it (a territory, the
 * report's key), and because the archive can outlive the database: what a restored ledger does not
 * know is counted again under its old name.
 */

/** Where a file of this SHA-256 lies; the caller's, for free(). */
char *archive_path(const char *archive_folder, const char *feed, const char *sha256);

/** Moves a file in, and keeps its name; all folders are synced. One that is there is replaced by
 * its like. */
Status archive_take(const char *archive_folder, const char *feed, const char *sha256,
                    const char *path, const char *name, Error *error);

/** What an archived file was called; its own name where that was not kept. The caller's, for
 * free(). */
char *archive_name(const char *archive_folder, const char *feed, const char *sha256);

/**
 * A copy among the archive's incoming files: of standard input before it is read, or of a file while
 * it is. The disk has begun with most of it when all is written.
 *
 *     TRY(archive_copy_open(archive_folder, feed, &copy, error));
 *     TRY(archive_copy_write(copy, bytes, size_bytes, error));
 *     archive_copy_begin_sync(copy);                              // where there is else to do
 *     TRY(archive_copy_finish(copy, &path, error));
 * cleanup:
 *     archive_copy_close(copy);     // unless it was finished: nothing is left
 */
typedef struct ArchiveCopy ArchiveCopy;

Status archive_copy_open(const char *archive_folder, const char *feed, ArchiveCopy **out_copy,
                         Error *error);
Status archive_copy_write(ArchiveCopy *copy, const char *bytes, size_t size_bytes, Error *error);
/** All is written: syncs it on a thread of its own, while other things are done. */
void archive_copy_begin_sync(ArchiveCopy *copy);
/** Syncs it, or waits until it is synced. *out_path is the caller's, for free(); whoever has it
 * takes the file in, or removes it.
 */
Status archive_copy_finish(ArchiveCopy *copy, char **out_path, Error *error);
void archive_copy_close(ArchiveCopy *copy);

/** The same of a whole file, "-" is standard input. */
Status archive_copy_file(const char *archive_folder, const char *feed, const char *from,
                         char **out_path, Error *error);

#endif
