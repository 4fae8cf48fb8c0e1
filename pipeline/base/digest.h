#ifndef TIDEMARK_BASE_DIGEST_H
#define TIDEMARK_BASE_DIGEST_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/** SHA-256 (FIPS 180-4, by libcrypto), in lower-case hexadecimal with its NUL. */
enum { DIGEST_TEXT_BYTES = 65 };

typedef struct Digest Digest;

/** A digest of nothing yet; the caller's, for digest_free(). */
Digest *digest_new(void);
void digest_add(Digest *digest, const void *bytes, size_t size_bytes);
/** Writes the digest of all that was added, and returns `text`; afterwards only digest_free(). */
const char *digest_finish(Digest *digest, char text[DIGEST_TEXT_BYTES]);
void digest_free(Digest *digest);

/** The digest of some bytes, and returns `text`. */
const char *digest_bytes(const void *bytes, size_t size_bytes, char text[DIGEST_TEXT_BYTES]);
/** The digest and size of a whole file. STATUS_NO_INPUT, STATUS_PERMISSION, STATUS_CANNOT_READ. */
Status digest_file(const char *path, char text[DIGEST_TEXT_BYTES], int64_t *out_size_bytes,
                   Error *error);

#endif
