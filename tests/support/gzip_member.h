#ifndef TIDEMARK_TESTS_GZIP_MEMBER_H
#define TIDEMARK_TESTS_GZIP_MEMBER_H

#include "base/text.h"

/** Flags of a gzip header (RFC 1952): the fields that it has. */
enum {
    GZIP_HEADER_CRC = 0x02,
    GZIP_EXTRA = 0x04, // 8 bytes
    GZIP_NAME = 0x08,  // "sales.csv"
    GZIP_COMMENT = 0x10,
};

/** Makes gzip files field by field, so that a test can damage each; all append to `file`. */
void gzip_append_number(Text *file, unsigned long number, int bytes);
void gzip_append_header(Text *file, int flags);
/** Raw deflated data; level 0 stores it, 9 packs it best. */
void gzip_append_data(Text *file, Slice text, int level);
/** A whole member. */
void gzip_append_member(Text *file, int flags, const char *text, int level);

/**
 * A file of three unlike members: a plain header and Huffman codes of its own; a name and fixed
 * codes; all fields and stored data. ends[] has their ends in the file, for text_free().
 */
typedef struct GzipOfThree {
    Text file;
    size_t ends[3];
} GzipOfThree;

extern const char gzip_of_three_text[];
GzipOfThree gzip_of_three(void);

#endif
