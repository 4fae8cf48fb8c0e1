#ifndef TIDEMARK_TESTS_DRIP_H
#define TIDEMARK_TESTS_DRIP_H

#include "report/source.h"

/** Bytes in memory, borrowed, of which each read gives at most `read_bytes_max`: what is read must
 * not depend on how it comes. */
Source *source_drip(const void *bytes, size_t size_bytes, size_t read_bytes_max);

#endif
