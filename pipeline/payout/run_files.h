#ifndef TIDEMARK_PAYOUT_RUN_FILES_H
#define TIDEMARK_PAYOUT_RUN_FILES_H

#include "base/csv_file.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * The files of a payout run: payments.csv, lines.csv.gz, and manifest.json, which names the others.
 * They are made from committed rows alone, which never change: same rows, same bytes, for ever.
 * (lines.csv.gz as zlib compresses it; Debian's releases 12 and 13 do it alike.)
 */
enum { RUN_FILE_PAYMENTS, RUN_FILE_LINES, RUN_FILE_COUNT };

typedef struct RunFile {
    const char *name;
    CsvFileSummary summary;
} RunFile;

typedef struct RunFiles {
    RunFile files[RUN_FILE_COUNT];
    char manifest_sha256[DIGEST_TEXT_BYTES];
} RunFiles;

/** Writes the files of a run into a folder, which must be there. STATUS_USAGE: there is no such
 * run. */
Status run_files_write(Store *store, int64_t run, const char *folder, RunFiles *out_files,
                       Error *error);

/** STATUS_CANNOT_WRITE: a file of the folder is not the one that was made; both digests are named.
 */
Status run_files_compare_folder(const RunFiles *files, const char *folder, Error *error);

/** STATUS_DATA: what was made is not what was released; both digests are named. */
Status run_files_compare_released(Store *store, int64_t run, const RunFiles *files, Error *error);

/** Makes the files of a released run again in a scratch folder below `scratch`, compares and
 * removes them. STATUS_DATA as above. */
Status run_files_check(Store *store, int64_t run, const char *scratch, Error *error);

#endif
