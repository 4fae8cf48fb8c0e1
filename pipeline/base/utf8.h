#ifndef TIDEMARK_BASE_UTF8_H
#define TIDEMARK_BASE_UTF8_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/**
 * How many bytes the UTF-8 character at the beginning takes (RFC 3629: no overlong form, no
 * surrogate, none beyond U+10FFFF), and its number; 0 where none begins there.
 */
size_t utf8_read(Slice bytes, uint32_t *out_character);

/** A copy in which each byte that is part of no character is U+FFFD; the caller's, for free(). */
char *utf8_repaired(const char *text);

#endif
