#include "ingest/archive.h"

#include "base/files.h"
#include "base/memory.h"
#include "report/source.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 4096, COPY_BYTES = 1 << 16, HOST_BYTES = 65 };

char *archive_path(const char *archive_folder, const char *feed, const char *sha256)
{
    return text_format("%s/%s/%.2s/%s.csv.gz", archive_folder, feed, sha256, sha256);
}

static char *name_path(const char *archive_folder, const char *feed, const char *sha256)
{
    return text_format("%s/%s/%.2s/%s.name", archive_folder, feed, sha256, sha256);
}

static Status keep_name(const char *path, const char *name, Error *error)
{
    Status status = STATUS_OK;
    NewFile *file = NULL;
    char *folder = path_folder(path);

    TRY(folder_make(folder, error));
    TRY(new_file_open(path, &file, error));
    TRY(new_file_write(file, name, slice_of(name).size_bytes, error));
    TRY(new_file_commit(file, error));

cleanup:
    new_file_close(file);
    free(folder);
    return status;
}

Status archive_take(const char *archive_folder, const char *feed, const char *sha256,
                    const char *path, const char *name, Error *error)
{
    Status status = STATUS_OK;
    char *to = archive_path(archive_folder, feed, sha256);
    char *name_to = name_path(archive_folder, feed, sha256);

    // A file that comes again keeps the name under which it was counted.
    if (!file_exists(name_to))
        TRY(keep_name(name_to, name, error));
    status = file_move(path, to, error);
    if (status != STATUS_OK && !file_exists(path) && file_exists(to)) {
        error_clear(error); // another run has found it known too, and was faster
        status = STATUS_OK;
    }

cleanup:
    free(name_to);
    free(to);
    return status;
}

char *archive_name(const char *archive_folder, const char *feed, const char *sha256)
{
    Error error = {0};
    char *path = name_path(archive_folder, feed, sha256);
    char *name = NULL;
    size_t size_bytes = 0;
    Status status = file_read(path, NAME_BYTES_MAX, &name, &size_bytes, &error);

    free(path);
    return status == STATUS_OK ? name : text_format("%s.csv.gz", sha256);
}

static Status copy_all(Source *source, NewFile *file, Error *error)
{
    Status status = STATUS_OK;
    char *buffer = MEMORY_NEW(char, COPY_BYTES);

    for (size_t size_bytes = 1; size_bytes > 0;) {
        TRY(source_read(source, buffer, COPY_BYTES, &size_bytes, error));
        TRY(new_file_write(file, buffer, size_bytes, error));
    }

cleanup:
    free(buffer);
    return status;
}

Status archive_spool(const char *archive_folder, const char *feed, const char *from,
                     char **out_path, Error *error)
{
    static atomic_int spooled;
    Status status = STATUS_OK;
    Source *source = NULL;
    NewFile *file = NULL;
    char *folder = text_format("%s/.incoming/%s", archive_folder, feed);
    char host[HOST_BYTES] = ""; // machines may share an archive
    char *path = NULL;

    (void)gethostname(host, sizeof host - 1);
    path = text_format("%s/%s-%ld-%d", folder, host, (long)getpid(), atomic_fetch_add(&spooled, 1));
    TRY(source_open_file(from, &source, error));
    TRY(folder_make(folder, error));
    TRY(new_file_open(path, &file, error));
    TRY(copy_all(source, file, error));
    TRY(new_file_commit(file, error));
    *out_path = path;
    path = NULL; // the caller's from here on

cleanup:
    new_file_close(file);
    source_free(source);
    free(path);
    free(folder);
    return status;
}
