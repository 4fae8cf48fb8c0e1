#ifndef TIDEMARK_INGEST_ARCHIVE_H
#define TIDEMARK_INGEST_ARCHIVE_H

#include "base/error.h"

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
 * Copies a file, or standard input for "-", into the archive's incoming files, so that nobody can
 * change it while it is read. *out_path is the caller's, for free(); whoever has it takes the file
 * in, or removes it.
 */
Status archive_spool(const char *archive_folder, const char *feed, const char *from,
                     char **out_path, Error *error);

#endif
