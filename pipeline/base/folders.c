#include "base/files.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_MODE = 0700 };

static bool is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

Status folder_make(const char *path, Error *error)
{
    Status status = STATUS_OK;
    char *above = NULL;

    if (is_folder(path))
        return STATUS_OK;
    above = path_folder(path);
    // "." and "/" are there, or nothing can be made at all.
    if (strcmp(above, path) != 0 && strcmp(above, ".") != 0)
        TRY(folder_make(above, error));
    if (mkdir(path, FOLDER_MODE) == 0) {
        status = folder_sync(above, error);
        if (status != STATUS_OK)
            (void)rmdir(path); // whoever finds it takes it for one that is on the disk
    } else if (errno != EEXIST || !is_folder(path)) { // another may have made it meanwhile
        status =
            error_set_errno(error, STATUS_CANNOT_WRITE, "could not make the folder \"%s\"", path);
    }

cleanup:
    free(above);
    return status;
}

Status folder_sync(const char *path, Error *error)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    Status status = STATUS_OK;

    if (descriptor < 0)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not open the folder \"%s\"",
                               path);
    // Some file systems cannot sync a folder, and say EINVAL: then there is nothing to wait for.
    if (fsync(descriptor) != 0 && errno != EINVAL)
        status =
            error_set_errno(error, STATUS_CANNOT_WRITE, "could not sync the folder \"%s\"", path);
    (void)close(descriptor);
    return status;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

typedef struct Names {
    char **names;
    size_t count;
    size_t capacity;
} Names;

// Links count as what they lead to, and a link to nowhere as nothing.
static bool has_type(DIR *stream, const char *name, mode_t type)
{
    struct stat found;

    return fstatat(dirfd(stream), name, &found, 0) == 0 && (found.st_mode & S_IFMT) == type;
}

static Status list_type(const char *path, mode_t type, char ***out_names, size_t *out_count,
                        Error *error)
{
    Status status = STATUS_OK;
    Names names = {0};
    DIR *stream = opendir(path);

    if (stream == NULL && errno != ENOENT)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not open the folder \"%s\"", path);
    while (stream != NULL) {
        errno = 0;

        const struct dirent *entry = readdir(stream);

        if (entry == NULL && errno != 0) {
            status = error_set_errno(error, STATUS_CANNOT_READ, "could not read the folder \"%s\"",
                                     path);
            goto cleanup;
        }
        if (entry == NULL)
            break;
        if (entry->d_name[0] == '.' || !has_type(stream, entry->d_name, type))
            continue;
        MEMORY_GROW(names.names, names.count, names.capacity);
        names.names[names.count++] = memory_copy_text(entry->d_name);
    }
    if (names.count > 0)
        qsort(names.names, names.count, sizeof names.names[0], compare_names);
    *out_names = names.names;
    *out_count = names.count;
    names = (Names){0}; // the caller's from here on

cleanup:
    names_free(names.names, names.count);
    if (stream != NULL)
        (void)closedir(stream);
    return status;
}

Status folder_list(const char *path, char ***out_names, size_t *out_count, Error *error)
{
    return list_type(path, S_IFREG, out_names, out_count, error);
}

Status folder_list_folders(const char *path, char ***out_names, size_t *out_count, Error *error)
{
    return list_type(path, S_IFDIR, out_names, out_count, error);
}

void names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

Status folder_remove(const char *path, Error *error)
{
    Status status = STATUS_OK;
    DIR *stream = opendir(path);

    if (stream == NULL && errno == ENOENT)
        return STATUS_OK;
    if (stream == NULL)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not open the folder \"%s\"",
                               path);
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlinkat(dirfd(stream), entry->d_name, 0); // what stays, rmdir tells
    (void)closedir(stream);
    if (rmdir(path) != 0 && errno != ENOENT)
        status =
            error_set_errno(error, STATUS_CANNOT_WRITE, "could not remove the folder \"%s\"", path);
    return status;
}
