#ifndef TIDEMARK_REPORT_SOURCE_H
#define TIDEMARK_REPORT_SOURCE_H

#include "base/error.h"
#include "report/inflate.h"
#include "report/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Bytes from somewhere: small links behind one interface, each of which owns the one before it.
 *
 *     file (digest, copy)  →  gunzip (members)  →  utf8 (encoding, BOM)  →  ahead  →  the reader
 *                                                                           │
 *                        all before it on a thread of its own ◄─────────────┘
 */
typedef struct Source Source;

/** Reads up to `capacity_bytes`; 0 bytes is the end, and only then is the input known to be whole.
 */
Status source_read(Source *source, char *buffer, size_t capacity_bytes, size_t *out_size_bytes,
                   Error *error);
/**
 * As source_read(), but the bytes stay where they are, and are the reader's until it reads on or
 * lends again: all of them may be changed, and SOURCE_ROOM_BYTES before them, where it can put what
 * it has left of the last ones. On either side of these, so much may be read, whatever stands
 * there. Only where source_can_lend(): what is read ahead.
 */
Status source_lend(Source *source, char **out_bytes, size_t *out_size_bytes, Error *error);
bool source_can_lend(const Source *source);
enum { SOURCE_ROOM_BYTES = 1 << 14, SOURCE_SLACK_BYTES = 64 };
void source_free(Source *source);

/** A file; "-" is standard input. STATUS_NO_INPUT, STATUS_PERMISSION; later STATUS_CANNOT_READ. */
Status source_open_file(const char *path, Source **out_source, Error *error);
/** Bytes in memory, borrowed; for tests and fuzzers. */
Source *source_of_bytes(const void *bytes, size_t size_bytes);
/** Passes bytes through and takes their SHA-256 and size: what was read is what is remembered. */
Source *source_digest(Source *taken_source);
/** Passes bytes through and gives them to somebody else too, who may fail. */
typedef Status SourceTaker(void *context, const char *bytes, size_t size_bytes, Error *error);
Source *source_shared(Source *taken_source, SourceTaker *taker, void *context);
/** Of a source_digest() read to its end; `text` has DIGEST_TEXT_BYTES bytes. */
void source_digest_finish(Source *source, char *text, int64_t *out_size_bytes);

/**
 * gunzip (RFC 1952) by our own loop over members; never gzread(), which ends without an error and
 * drops the rest when a later member's magic is damaged. Behind a trailer comes the end, or only
 * zeros, or a whole valid member; anything else is STATUS_DATA, as are a wrong CRC or length, a
 * header CRC that does not match, reserved flags, and a cut file. What does not begin as gzip does
 * is passed through as it is; what begins nearly so, with a byte of the magic wrong or lost, is
 * refused. Messages name member and byte offset.
 */
Source *source_gunzip(Source *taken_source);
/** The same by an inflater that one names, not by the best that there is; for tests. */
Source *source_gunzip_by(const InflaterKind *inflating, Source *taken_source);

/**
 * UTF-8 from the layout's encoding; a byte order mark is dropped. UTF-16 is read by its mark,
 * little-endian without one. STATUS_DATA: a mark of another encoding, an unpaired surrogate or half
 * a character in UTF-16. UTF-8 passes unchecked: a bad byte is its row's fault.
 */
Source *source_utf8(Source *taken_source, Encoding encoding);

/**
 * Reads ahead, on a thread of its own, SOURCE_AHEAD_BYTES at most; it begins with the first read
 * and ends at the end, with an error, or when it is freed: as soon as the read that it is in
 * returns. What the reader gets, and where an error comes, is the same as without. The links before
 * it are the thread's until it has given its end or an error.
 */
Source *source_ahead(Source *taken_source);
enum { SOURCE_AHEAD_BYTES = 1 << 21 };

#endif
