#include "base/digest.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DIGEST_BYTES = 32, READ_BYTES = 128 * 1024 };

struct Digest {
    EVP_MD_CTX *context;
};

// libcrypto fails here only for want of memory, or where SHA-256 is forbidden: neither leaves
// anything to do.
static void must(int succeeded)
{
    if (succeeded != 1)
        abort();
}

Digest *digest_new(void)
{
    Digest *digest = MEMORY_NEW(Digest, 1);

    digest->context = EVP_MD_CTX_new();
    must(digest->context != NULL);
    must(EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL));
    return digest;
}

void digest_add(Digest *digest, const void *bytes, size_t size_bytes)
{
    must(EVP_DigestUpdate(digest->context, bytes, size_bytes));
}

const char *digest_finish(Digest *digest, char text[DIGEST_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[DIGEST_BYTES];
    unsigned size_bytes = 0;

    must(EVP_DigestFinal_ex(digest->context, bytes, &size_bytes));
    assert(size_bytes == DIGEST_BYTES);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 0xf];
    }
    text[DIGEST_TEXT_BYTES - 1] = '\0';
    return text;
}

void digest_free(Digest *digest)
{
    if (digest == NULL)
        return;
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

const char *digest_bytes(const void *bytes, size_t size_bytes, char text[DIGEST_TEXT_BYTES])
{
    Digest *digest = digest_new();

    digest_add(digest, bytes, size_bytes);
    (void)digest_finish(digest, text);
    digest_free(digest);
    return text;
}

static Status add_file(Digest *digest, const char *path, int descriptor, int64_t *out_size_bytes,
                       Error *error)
{
    char *buffer = MEMORY_NEW(char, READ_BYTES);
    Status status = STATUS_OK;

    *out_size_bytes = 0;
    for (;;) {
        ssize_t got = read(descriptor, buffer, READ_BYTES);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = error_set_errno(error, STATUS_CANNOT_READ, "could not read \"%s\"", path);
        if (got <= 0)
            break;
        digest_add(digest, buffer, (size_t)got);
        *out_size_bytes += got;
    }
    free(buffer);
    return status;
}

Status digest_file(const char *path, char text[DIGEST_TEXT_BYTES], int64_t *out_size_bytes,
                   Error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not open \"%s\"", path);

    Digest *digest = digest_new();
    int64_t size_bytes = 0;
    Status status = add_file(digest, path, descriptor, &size_bytes, error);

    if (status == STATUS_OK) {
        (void)digest_finish(digest, text);
        *out_size_bytes = size_bytes;
    }
    digest_free(digest);
    (void)close(descriptor);
    return status;
}
