#include "report/source.h"

#include "base/digest.h"
#include "base/memory.h"
#include "report/source_link.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Status check_before(const Source *source, Error *error)
{
    if (source->failed != STATUS_OK)
        return error_set(error, source->failed, "its source was read on after it had failed");
    return STATUS_OK;
}

Status source_read(Source *source, char *buffer, size_t capacity_bytes, size_t *out_size_bytes,
                   Error *error)
{
    size_t size_bytes = 0;
    Status status = check_before(source, error);

    assert(capacity_bytes > 0);
    if (status == STATUS_OK && !source->is_at_end)
        status = source->kind->read(source, buffer, capacity_bytes, &size_bytes, error);
    source->failed = status;
    if (status != STATUS_OK)
        return status;
    source->is_at_end = size_bytes == 0;
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

bool source_can_lend(const Source *source)
{
    return source->kind->lend != NULL;
}

Status source_lend(Source *source, char **out_bytes, size_t *out_size_bytes, Error *error)
{
    size_t size_bytes = 0;
    Status status = check_before(source, error);

    if (status == STATUS_OK && !source->is_at_end)
        status = source->kind->lend(source, out_bytes, &size_bytes, error);
    source->failed = status;
    if (status != STATUS_OK)
        return status;
    source->is_at_end = size_bytes == 0;
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

void source_free(Source *source)
{
    while (source != NULL) {
        Source *from = source->from;

        if (source->kind->clear != NULL)
            source->kind->clear(source);
        free(source);
        source = from;
    }
}

typedef struct FileSource {
    Source link;
    int descriptor;
    char *path;
} FileSource;

static Status file_read_some(Source *source, char *buffer, size_t capacity_bytes,
                             size_t *out_size_bytes, Error *error)
{
    FileSource *file = (FileSource *)source;
    ssize_t size_bytes = 0;

    do {
        size_bytes = read(file->descriptor, buffer, capacity_bytes);
    } while (size_bytes < 0 && errno == EINTR);
    if (size_bytes < 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not read \"%s\"", file->path);
    *out_size_bytes = (size_t)size_bytes;
    return STATUS_OK;
}

static void file_clear(Source *source)
{
    FileSource *file = (FileSource *)source;

    if (file->descriptor != STDIN_FILENO)
        (void)close(file->descriptor);
    free(file->path);
}

Status source_open_file(const char *path, Source **out_source, Error *error)
{
    static const SourceKind kind = {.read = file_read_some, .clear = file_clear};
    bool is_standard_input = strcmp(path, "-") == 0;
    int descriptor = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not open \"%s\"", path);

    FileSource *file = MEMORY_NEW(FileSource, 1);

    file->link.kind = &kind;
    file->descriptor = descriptor;
    file->path = memory_copy_text(is_standard_input ? "standard input" : path);
    *out_source = &file->link;
    return STATUS_OK;
}

typedef struct BytesSource {
    Source link;
    const char *bytes;
    size_t size_bytes;
} BytesSource;

static Status bytes_read(Source *source, char *buffer, size_t capacity_bytes,
                         size_t *out_size_bytes, Error *error)
{
    BytesSource *rest = (BytesSource *)source;
    size_t size_bytes = rest->size_bytes < capacity_bytes ? rest->size_bytes : capacity_bytes;

    (void)error;
    if (size_bytes > 0)
        memcpy(buffer, rest->bytes, size_bytes);
    rest->bytes += size_bytes;
    rest->size_bytes -= size_bytes;
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

Source *source_of_bytes(const void *bytes, size_t size_bytes)
{
    static const SourceKind kind = {.read = bytes_read};
    BytesSource *source = MEMORY_NEW(BytesSource, 1);

    source->link.kind = &kind;
    source->bytes = bytes;
    source->size_bytes = size_bytes;
    return &source->link;
}

typedef struct DigestSource {
    Source link;
    Digest *digest;
    int64_t size_bytes;
} DigestSource;

static Status digest_read(Source *source, char *buffer, size_t capacity_bytes,
                          size_t *out_size_bytes, Error *error)
{
    DigestSource *passed = (DigestSource *)source;
    Status status = source_read(source->from, buffer, capacity_bytes, out_size_bytes, error);

    if (status == STATUS_OK) {
        digest_add(passed->digest, buffer, *out_size_bytes);
        passed->size_bytes += (int64_t)*out_size_bytes;
    }
    return status;
}

static void digest_clear(Source *source)
{
    digest_free(((DigestSource *)source)->digest);
}

Source *source_digest(Source *taken_source)
{
    static const SourceKind kind = {.read = digest_read, .clear = digest_clear};
    DigestSource *source = MEMORY_NEW(DigestSource, 1);

    source->link.kind = &kind;
    source->link.from = taken_source;
    source->digest = digest_new();
    return &source->link;
}

void source_digest_finish(Source *source, char *text, int64_t *out_size_bytes)
{
    DigestSource *passed = (DigestSource *)source;

    assert(source->kind->read == digest_read && source->is_at_end);
    (void)digest_finish(passed->digest, text);
    *out_size_bytes = passed->size_bytes;
}

typedef struct SharedSource {
    Source link;
    SourceTaker *taker;
    void *context;
} SharedSource;

static Status shared_read(Source *source, char *buffer, size_t capacity_bytes,
                          size_t *out_size_bytes, Error *error)
{
    SharedSource *shared = (SharedSource *)source;
    size_t size_bytes = 0;
    Status status = source_read(source->from, buffer, capacity_bytes, &size_bytes, error);

    if (status == STATUS_OK && size_bytes > 0)
        status = shared->taker(shared->context, buffer, size_bytes, error);
    if (status == STATUS_OK)
        *out_size_bytes = size_bytes;
    return status;
}

Source *source_shared(Source *taken_source, SourceTaker *taker, void *context)
{
    static const SourceKind kind = {.read = shared_read};
    SharedSource *source = MEMORY_NEW(SharedSource, 1);

    source->link.kind = &kind;
    source->link.from = taken_source;
    source->taker = taker;
    source->context = context;
    return &source->link;
}
