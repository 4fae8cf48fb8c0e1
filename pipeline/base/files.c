#include "base/files.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 128 * 1024 };

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

Status file_size(const char *path, int64_t *out_size_bytes, Error *error)
{
    struct stat found;

    if (stat(path, &found) != 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not look at \"%s\"", path);
    *out_size_bytes = found.st_size;
    return STATUS_OK;
}

static Status open_to_read(const char *path, int *out_descriptor, Error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not open \"%s\"", path);
    *out_descriptor = descriptor;
    return STATUS_OK;
}

// Reads up to `size_bytes`; fewer only at the end.
static Status read_bytes(int descriptor, const char *path, char *bytes, size_t size_bytes,
                         size_t *out_got_bytes, Error *error)
{
    size_t got_bytes = 0;

    while (got_bytes < size_bytes) {
        ssize_t got = read(descriptor, bytes + got_bytes, size_bytes - got_bytes);

        if (got == 0)
            break;
        if (got > 0)
            got_bytes += (size_t)got;
        else if (errno != EINTR)
            return error_set_errno(error, STATUS_CANNOT_READ, "could not read \"%s\"", path);
    }
    *out_got_bytes = got_bytes;
    return STATUS_OK;
}

Status file_read(const char *path, size_t size_bytes_max, char **out_bytes, size_t *out_size_bytes,
                 Error *error)
{
    Status status = STATUS_OK;
    int descriptor = -1;
    char *bytes = NULL;
    size_t size_bytes = 0;
    size_t capacity_bytes = 0;

    TRY(open_to_read(path, &descriptor, error));
    // One byte more than is allowed shows a file that is too large, whatever its size is said to
    // be.
    do {
        size_t wanted_bytes = capacity_bytes == 0 ? COPY_BYTES : capacity_bytes;
        size_t got_bytes = 0;

        if (wanted_bytes > size_bytes_max + 1 - size_bytes)
            wanted_bytes = size_bytes_max + 1 - size_bytes;
        capacity_bytes = size_bytes + wanted_bytes;
        bytes = memory_resize(bytes, capacity_bytes + 1, 1);
        TRY(read_bytes(descriptor, path, bytes + size_bytes, wanted_bytes, &got_bytes, error));
        size_bytes += got_bytes;
    } while (size_bytes == capacity_bytes && size_bytes <= size_bytes_max);
    if (size_bytes > size_bytes_max) {
        status =
            error_set(error, STATUS_DATA, "\"%s\" is larger than %zu bytes", path, size_bytes_max);
        goto cleanup;
    }
    bytes[size_bytes] = '\0';
    *out_bytes = bytes;
    *out_size_bytes = size_bytes;
    bytes = NULL; // the caller's from here on

cleanup:
    free(bytes);
    if (descriptor >= 0)
        (void)close(descriptor);
    return status;
}

static Status copy_file(const char *from, const char *to, Error *error)
{
    Status status = STATUS_OK;
    int descriptor = -1;
    NewFile *file = NULL;
    char *buffer = MEMORY_NEW(char, COPY_BYTES);
    size_t got_bytes = 0;

    TRY(open_to_read(from, &descriptor, error));
    TRY(new_file_open(to, &file, error));
    do {
        TRY(read_bytes(descriptor, from, buffer, COPY_BYTES, &got_bytes, error));
        TRY(new_file_write(file, buffer, got_bytes, error));
    } while (got_bytes == COPY_BYTES);
    TRY(new_file_commit(file, error));

cleanup:
    new_file_close(file);
    free(buffer);
    if (descriptor >= 0)
        (void)close(descriptor);
    return status;
}

// Whoever wrote the file need not have waited for the disk.
static Status sync_file(const char *path, Error *error)
{
    int descriptor = -1;
    Status status = open_to_read(path, &descriptor, error);

    if (status != STATUS_OK)
        return status;
    if (fsync(descriptor) != 0)
        status = error_set_errno(error, STATUS_CANNOT_WRITE, "could not sync \"%s\"", path);
    (void)close(descriptor);
    return status;
}

void file_begin_sync(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return;
    (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
    (void)close(descriptor);
}

Status file_move(const char *from, const char *to, Error *error)
{
    Status status = STATUS_OK;
    char *folder = path_folder(to);
    char *left_folder = path_folder(from);

    TRY(sync_file(from, error));
    TRY(folder_make(folder, error));
    if (rename(from, to) != 0) {
        if (errno != EXDEV) {
            status = error_set_errno(error, STATUS_CANNOT_WRITE,
                                     "could not rename a file to \"%s\"", to);
            goto cleanup;
        }
        TRY(copy_file(from, to, error));
        TRY(file_remove(from, error));
    }
    TRY(folder_sync(folder, error));
    TRY(folder_sync(left_folder, error));

cleanup:
    free(left_folder);
    free(folder);
    return status;
}

Status file_remove(const char *path, Error *error)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not remove \"%s\"", path);
    return STATUS_OK;
}
