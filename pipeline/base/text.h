#ifndef TIDEMARK_BASE_TEXT_H
#define TIDEMARK_BASE_TEXT_H

#include "base/attributes.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of somebody else's, not terminated. {NULL, 0} is nothing; {"", 0} is the empty text. */
typedef struct Slice {
    const char *bytes;
    size_t size_bytes;
} Slice;

/** The slice of a terminated text; borrowed. */
Slice slice_of(const char *text);
bool slice_equal(Slice left, Slice right);
bool slice_equals_text(Slice slice, const char *text);
/** Equal but for the case of ASCII letters. */
bool slice_equals_text_any_case(Slice slice, const char *text);
/** Without ASCII white space at both ends. */
Slice slice_trimmed(Slice slice);
/** A terminated copy; the caller's, for free(). */
char *slice_copy(Slice slice);
/** For "%.*s": SLICE_ARGUMENTS(slice). */
#define SLICE_ARGUMENTS(slice) (int)(slice).size_bytes, (slice).bytes == NULL ? "" : (slice).bytes

/** Reads a whole decimal number with an optional sign, nothing around it. False: it is none, or
 * does not fit. */
bool slice_to_int64(Slice slice, int64_t *out_number);

/**
 * A growing text. {0} is an empty one; bytes are always terminated once something was appended.
 * text_bytes() gives "" for an empty one, borrowed until the next change.
 */
typedef struct Text {
    char *bytes;
    size_t size_bytes;
    size_t capacity_bytes;
} Text;

void text_append(Text *text, const char *more);
void text_append_slice(Text *text, Slice more);
void text_append_byte(Text *text, char byte);
/** As text_append_format() with "%" PRId64, for many. */
void text_append_int64(Text *text, int64_t number);
void text_append_format(Text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_append_arguments(Text *text, const char *format, va_list arguments) PRINTF_LIKE(2, 0);
const char *text_bytes(const Text *text);
/** Empties it and keeps its memory, for the next row. */
void text_clear(Text *text);
/** Gives its bytes away, terminated, for free(); the text is empty afterwards. */
char *text_take(Text *text);
void text_free(Text *text);

/** A formatted text; the caller's, for free(). */
char *text_format(const char *format, ...) PRINTF_LIKE(1, 2);

bool text_equal(const char *left, const char *right);
bool text_starts_with(const char *text, const char *start);
bool text_ends_with(const char *text, const char *end);

/**
 * The candidate nearest to a misspelt word by edit distance (ASCII case ignored, two neighbours
 * exchanged are one edit), for "did you mean"; NULL where none is near enough (more than a third of
 * its letters differ). Borrowed from the candidates.
 */
const char *text_nearest(const char *word, const char *const candidates[], size_t candidate_count);

#endif
