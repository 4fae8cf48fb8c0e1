#include "base/files.h"

#include "base/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Of the name as much as leaves room for the dot and the letters that make the hidden one unique.
enum { HIDDEN_NAME_BYTES_MAX = 255 - 8 };

struct NewFile {
    FILE *stream;
    char *path;
    char *folder;
    char *hidden_path; // until the commit; NULL afterwards
};

Status new_file_open(const char *path, NewFile **out_file, Error *error)
{
    char *folder = path_folder(path);
    // A dot in front: folder_list() does not show it.
    char *hidden_path =
        text_format("%s/.%.*s.XXXXXX", folder, HIDDEN_NAME_BYTES_MAX, path_name(path));
    int descriptor = mkostemp(hidden_path, O_CLOEXEC); // with mode 0600
    FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "wb");

    if (stream == NULL) {
        Status status =
            error_set_errno(error, STATUS_CANNOT_WRITE, "could not make the file \"%s\"", path);

        if (descriptor >= 0) {
            (void)close(descriptor);
            (void)unlink(hidden_path);
        }
        free(hidden_path);
        free(folder);
        return status;
    }

    NewFile *file = MEMORY_NEW(NewFile, 1);

    file->stream = stream;
    file->path = memory_copy_text(path);
    file->folder = folder;
    file->hidden_path = hidden_path;
    *out_file = file;
    return STATUS_OK;
}

Status new_file_write(NewFile *file, const void *bytes, size_t size_bytes, Error *error)
{
    if (size_bytes > 0 && fwrite(bytes, 1, size_bytes, file->stream) != size_bytes)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not write \"%s\"", file->path);
    return STATUS_OK;
}

Status new_file_commit(NewFile *file, Error *error)
{
    if (fflush(file->stream) != 0 || ferror(file->stream) != 0)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not write \"%s\"", file->path);
    if (fsync(fileno(file->stream)) != 0)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not sync \"%s\"", file->path);
    if (rename(file->hidden_path, file->path) != 0)
        return error_set_errno(error, STATUS_CANNOT_WRITE, "could not rename a file to \"%s\"",
                               file->path);
    free(file->hidden_path);
    file->hidden_path = NULL;
    return folder_sync(file->folder, error);
}

void new_file_close(NewFile *file)
{
    if (file == NULL)
        return;
    (void)fclose(file->stream);
    if (file->hidden_path != NULL)
        (void)unlink(file->hidden_path);
    free(file->hidden_path);
    free(file->folder);
    free(file->path);
    free(file);
}
