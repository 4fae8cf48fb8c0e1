#ifndef TIDEMARK_BASE_FILES_H
#define TIDEMARK_BASE_FILES_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Files that survive a crash whole or not at all: written aside, synced, renamed, the folder
 * synced. Files are made with mode 0600 and folders with 0700: they hold what people earn.
 */

/** Makes a folder and those above it where they are missing. */
Status folder_make(const char *path, Error *error);
/** fsync of a folder, so that a rename in it lasts. */
Status folder_sync(const char *path, Error *error);
/** The plain files of a folder by name, sorted bytewise, names that begin with a dot left out. A
 * missing folder has none. *out_names is the caller's, for names_free(). */
Status folder_list(const char *path, char ***out_names, size_t *out_count, Error *error);
/** As folder_list(), but its folders. */
Status folder_list_folders(const char *path, char ***out_names, size_t *out_count, Error *error);
void names_free(char **names, size_t count);
/** Removes a folder with the files in it, hidden ones too, but no folders; one that is not there is
 * no error. */
Status folder_remove(const char *path, Error *error);

bool file_exists(const char *path);
/** The size of a file. STATUS_NO_INPUT, STATUS_PERMISSION, STATUS_CANNOT_READ. */
Status file_size(const char *path, int64_t *out_size_bytes, Error *error);
/** A whole file, terminated; refused with STATUS_DATA over `size_bytes_max`. The caller's, for
 * free(). */
Status file_read(const char *path, size_t size_bytes_max, char **out_bytes, size_t *out_size_bytes,
                 Error *error);
/** Syncs the file, renames it, and syncs both folders; across file systems: copies, syncs, renames,
 * removes. The target's folder is made. A target that is there is replaced. */
Status file_move(const char *from, const char *to, Error *error);
/** Has the disk begin with what is not there yet of a file, so that a sync waits less; a hint. */
void file_begin_sync(const char *path);
/** Removes a file; one that is not there is no error. */
Status file_remove(const char *path, Error *error);
/** "a/b/c.csv" → "c.csv"; borrowed. */
const char *path_name(const char *path);
/** "a/b" and "c" → "a/b/c"; the caller's, for free(). */
char *path_join(const char *folder, const char *name);
/** The folder of a path, "." where it names none; the caller's, for free(). */
char *path_folder(const char *path);

/**
 * A file that appears under its name only when it is whole. Its folder must be there. What a crash
 * leaves has a name that begins with a dot.
 *
 *     TRY(new_file_open("payouts/7/lines.csv", &file, error));
 *     TRY(new_file_write(file, bytes, size_bytes, error));
 *     TRY(new_file_commit(file, error));
 * cleanup:
 *     new_file_close(file);    // without a commit: nothing is left
 */
typedef struct NewFile NewFile;

Status new_file_open(const char *path, NewFile **out_file, Error *error);
/** Buffered; STATUS_CANNOT_WRITE, then at the latest by the commit. */
Status new_file_write(NewFile *file, const void *bytes, size_t size_bytes, Error *error);
/** Flushes, syncs, renames into place, syncs the folder. */
Status new_file_commit(NewFile *file, Error *error);
void new_file_close(NewFile *file);

#endif
