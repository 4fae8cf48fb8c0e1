#ifndef TIDEMARK_SETTINGS_VALUES_H
#define TIDEMARK_SETTINGS_VALUES_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/** How values stand in a file, both ways: what is appended is read as the same. */

/** Reads a number with at most six decimals, not negative, in millionths. False: it is none, or too
 * large. */
bool parse_millionths(Slice text, int64_t *out_millionths);
void append_millionths(Text *yaml, int64_t millionths);
/** Reads "30 s", "30.5 s", "500 ms", "5 min", "2 h", in microseconds. */
bool parse_span(const char *text, int64_t *out_us);
void append_span(Text *yaml, int64_t us);
/** Appends a text, plain where YAML reads it as itself, else quoted. */
void append_yaml_text(Text *yaml, const char *text);
/** Small letters, digits, - and _, at most 63 of them: the name of a feed or a provider. */
bool is_name(const char *text);
/** A path that is relative to a folder: "config" and "../inbox" → "inbox"; the caller's, for
 * free(). */
char *path_from(const char *folder, const char *path);

#endif
