#ifndef TIDEMARK_TIDE_ROARING_CHECK_H
#define TIDEMARK_TIDE_ROARING_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether these bytes are a Roaring bitmap (RoaringFormatSpec, portable) of 24-bit numbers that is
 * not empty, to the last bit: cookie, order of keys and values, cardinalities, offsets, size.
 *
 * CRoaring's own reader keeps within the bytes, but prints on a bad cookie and believes everything
 * else, and a bitmap whose values are out of order answers wrongly for ever.
 */
bool roaring_check(const char *bytes, size_t size_bytes);

#endif
