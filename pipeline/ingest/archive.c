#include "ingest/archive.h"

#include "base/files.h"
#include "base/memory.h"
#include "report/source.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    NAME_BYTES_MAX = 4096,
    COPY_BYTES = 1 << 16,
    BEGIN_BYTES = 1 << 23, // the disk begins with so many at once
    HOST_BYTES = 65,
    FILE_MODE = 0600,
};

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

struct ArchiveCopy {
    char *path;
    char *folder;
    int descriptor;
    int64_t size_bytes;
    int64_t begun_bytes; // that the disk has begun with
    pthread_t syncing;
    bool has_begun_sync; // on that thread
    int sync_errno;
    bool is_finished;
};

Status archive_copy_open(const char *archive_folder, const char *feed, ArchiveCopy **out_copy,
                         Error *error)
{
    static atomic_int opened;
    Status status = STATUS_OK;
    char host[HOST_BYTES] = ""; // machines may share an archive
    ArchiveCopy *copy = MEMORY_NEW(ArchiveCopy, 1);

    (void)gethostname(host, sizeof host - 1);
    copy->folder = text_format("%s/.incoming/%s", archive_folder, feed);
    copy->descriptor = -1;
    TRY(folder_make(copy->folder, error));
    // In containers host and process may be called as those of another are, or as they were last night.
    do {
        free(copy->path);
        copy->path = text_format("%s/%s-%ld-%d", copy->folder, host, (long)getpid(),
                                 atomic_fetch_add(&opened, 1));
        copy->descriptor = open(copy->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    } while (copy->descriptor < 0 && errno == EEXIST);
    if (copy->descriptor < 0)
        TRY(error_set_errno(error, STATUS_CANNOT_WRITE, "could not make the file \"%s\"",
                            copy->path));
    *out_copy = copy;
    copy = NULL; // the caller's from here on

cleanup:
    archive_copy_close(copy);
    return status;
}

Status archive_copy_write(ArchiveCopy *copy, const char *bytes, size_t size_bytes, Error *error)
{
    for (size_t done = 0; done < size_bytes;) {
        ssize_t written = write(copy->descriptor, bytes + done, size_bytes - done);

        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            return error_set_errno(error, STATUS_CANNOT_WRITE, "could not write \"%s\"",
                                   copy->path);
    }
    copy->size_bytes += (int64_t)size_bytes;
    if (copy->size_bytes - copy->begun_bytes >= BEGIN_BYTES) {
        // Only a hint: what matters is the sync.
        (void)sync_file_range(copy->descriptor, copy->begun_bytes,
                              copy->size_bytes - copy->begun_bytes, SYNC_FILE_RANGE_WRITE);
        copy->begun_bytes = copy->size_bytes;
    }
    return STATUS_OK;
}

static void *sync_copy(void *argument)
{
    ArchiveCopy *copy = argument;

    copy->sync_errno = fsync(copy->descriptor) == 0 ? 0 : errno;
    return NULL;
}

void archive_copy_begin_sync(ArchiveCopy *copy)
{
    copy->has_begun_sync = pthread_create(&copy->syncing, NULL, sync_copy, copy) == 0;
}

// Where there is no thread for it, it is synced here.
static void end_sync(ArchiveCopy *copy)
{
    if (copy->has_begun_sync)
        (void)pthread_join(copy->syncing, NULL);
    else
        (void)sync_copy(copy);
    copy->has_begun_sync = false;
    errno = copy->sync_errno;
}

Status archive_copy_finish(ArchiveCopy *copy, char **out_path, Error *error)
{
    Status status = STATUS_OK;

    end_sync(copy);
    if (copy->sync_errno != 0)
        TRY(error_set_errno(error, STATUS_CANNOT_WRITE, "could not sync \"%s\"", copy->path));
    TRY(folder_sync(copy->folder, error));
    *out_path = memory_copy_text(copy->path);
    copy->is_finished = true;

cleanup:
    return status;
}

void archive_copy_close(ArchiveCopy *copy)
{
    if (copy == NULL)
        return;
    if (copy->has_begun_sync)
        end_sync(copy);
    if (copy->descriptor >= 0) {
        (void)close(copy->descriptor);
        if (!copy->is_finished)
            (void)unlink(copy->path);
    }
    free(copy->path);
    free(copy->folder);
    free(copy);
}

static Status copy_all(Source *source, ArchiveCopy *copy, Error *error)
{
    Status status = STATUS_OK;
    char *buffer = MEMORY_NEW(char, COPY_BYTES);

    for (size_t size_bytes = 1; size_bytes > 0;) {
        TRY(source_read(source, buffer, COPY_BYTES, &size_bytes, error));
        TRY(archive_copy_write(copy, buffer, size_bytes, error));
    }

cleanup:
    free(buffer);
    return status;
}

Status archive_copy_file(const char *archive_folder, const char *feed, const char *from,
                         char **out_path, Error *error)
{
    Status status = STATUS_OK;
    Source *source = NULL;
    ArchiveCopy *copy = NULL;

    TRY(source_open_file(from, &source, error));
    TRY(archive_copy_open(archive_folder, feed, &copy, error));
    TRY(copy_all(source, copy, error));
    TRY(archive_copy_finish(copy, out_path, error));

cleanup:
    archive_copy_close(copy);
    source_free(source);
    return status;
}
