#ifndef TIDEMARK_TESTS_SOURCE_TEXT_H
#define TIDEMARK_TESTS_SOURCE_TEXT_H

#include "report/source.h"

/**
 * Reads a source to its end, `capacity_bytes` at a time, and frees it. *out_text, which may hold a
 * former text, has what came before the end or before the failure.
 */
Status source_text(Source *taken_source, size_t capacity_bytes, Text *out_text, Error *error);

/** As source_text(), but a failure fails the test. */
void source_text_or_fail(Source *taken_source, size_t capacity_bytes, Text *out_text);

#endif
