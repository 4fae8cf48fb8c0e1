#include "base/text.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Slice slice_of(const char *text)
{
    return (Slice){.bytes = text, .size_bytes = text == NULL ? 0 : strlen(text)};
}

bool slice_equal(Slice left, Slice right)
{
    return left.size_bytes == right.size_bytes &&
           (left.size_bytes == 0 || memcmp(left.bytes, right.bytes, left.size_bytes) == 0);
}

bool slice_equals_text(Slice slice, const char *text)
{
    return slice_equal(slice, slice_of(text));
}

static char lower(char letter)
{
    if (letter < 'A' || letter > 'Z')
        return letter;
    return (char)(letter - 'A' + 'a');
}

bool slice_equals_text_any_case(Slice slice, const char *text)
{
    if (slice.size_bytes != strlen(text))
        return false;
    for (size_t i = 0; i < slice.size_bytes; i++)
        if (lower(slice.bytes[i]) != lower(text[i]))
            return false;
    return true;
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

Slice slice_trimmed(Slice slice)
{
    while (slice.size_bytes > 0 && is_space(slice.bytes[0])) {
        slice.bytes++;
        slice.size_bytes--;
    }
    while (slice.size_bytes > 0 && is_space(slice.bytes[slice.size_bytes - 1]))
        slice.size_bytes--;
    return slice;
}

char *slice_copy(Slice slice)
{
    return memory_copy(slice.bytes, slice.size_bytes);
}

bool slice_to_int64(Slice slice, int64_t *out_number)
{
    bool negative = slice.size_bytes > 0 && slice.bytes[0] == '-';
    size_t i = negative || (slice.size_bytes > 0 && slice.bytes[0] == '+') ? 1 : 0;
    int64_t number = 0;

    if (i == slice.size_bytes)
        return false;
    for (; i < slice.size_bytes; i++) {
        char digit = slice.bytes[i];

        if (digit < '0' || digit > '9')
            return false;
        // Downwards, since the negative numbers reach one further than the positive ones.
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit - '0', &number))
            return false;
    }
    if (!negative && number == INT64_MIN)
        return false;
    *out_number = negative ? number : -number;
    return true;
}

static void make_room(Text *text, size_t more_bytes)
{
    size_t needed = text->size_bytes + more_bytes + 1;

    if (needed <= text->capacity_bytes)
        return;

    size_t capacity = text->capacity_bytes == 0 ? 64 : text->capacity_bytes * 2;

    if (capacity < needed)
        capacity = needed;
    text->bytes = memory_resize(text->bytes, capacity, 1);
    text->capacity_bytes = capacity;
}

void text_append_slice(Text *text, Slice more)
{
    make_room(text, more.size_bytes);
    if (more.size_bytes > 0)
        memcpy(text->bytes + text->size_bytes, more.bytes, more.size_bytes);
    text->size_bytes += more.size_bytes;
    text->bytes[text->size_bytes] = '\0';
}

void text_append(Text *text, const char *more)
{
    text_append_slice(text, slice_of(more));
}

void text_append_byte(Text *text, char byte)
{
    text_append_slice(text, (Slice){.bytes = &byte, .size_bytes = 1});
}

void text_append_arguments(Text *text, const char *format, va_list arguments)
{
    va_list measured;

    va_copy(measured, arguments);
    int size = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    if (size < 0)
        return;
    make_room(text, (size_t)size);
    (void)vsnprintf(text->bytes + text->size_bytes, (size_t)size + 1, format, arguments);
    text->size_bytes += (size_t)size;
}

void text_append_int64(Text *text, int64_t number)
{
    char digits[20]; // of 2^63 there are 19, and its sign
    size_t first = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--first] = '-';
    text_append_slice(text, (Slice){digits + first, sizeof digits - first});
}

void text_append_format(Text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_append_arguments(text, format, arguments);
    va_end(arguments);
}

const char *text_bytes(const Text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

void text_clear(Text *text)
{
    text->size_bytes = 0;
    if (text->bytes != NULL)
        text->bytes[0] = '\0';
}

char *text_take(Text *text)
{
    char *bytes = text->bytes == NULL ? memory_copy("", 0) : text->bytes;

    *text = (Text){0};
    return bytes;
}

void text_free(Text *text)
{
    if (text == NULL)
        return;
    free(text->bytes);
    *text = (Text){0};
}

char *text_format(const char *format, ...)
{
    Text text = {0};
    va_list arguments;

    va_start(arguments, format);
    text_append_arguments(&text, format, arguments);
    va_end(arguments);
    return text_take(&text);
}

bool text_equal(const char *left, const char *right)
{
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

bool text_starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

bool text_ends_with(const char *text, const char *end)
{
    size_t text_size = strlen(text);
    size_t end_size = strlen(end);

    return text_size >= end_size && strcmp(text + text_size - end_size, end) == 0;
}

enum { WORD_BYTES_MAX = 64 };

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

static bool same_letter(char left, char right)
{
    return lower(left) == lower(right);
}

// Levenshtein's distance, in which two neighbours exchanged are one edit (the commonest of slips),
// with three rows of its table.
static size_t edit_distance(const char *left, const char *right)
{
    size_t rows[3][WORD_BYTES_MAX + 1];
    size_t right_size = strlen(right);
    size_t i = 0;

    for (size_t j = 0; j <= right_size; j++)
        rows[0][j] = j;
    for (i = 1; left[i - 1] != '\0'; i++) {
        const size_t *before_last = rows[(i + 1) % 3];
        const size_t *last = rows[(i + 2) % 3];
        size_t *row = rows[i % 3];

        row[0] = i;
        for (size_t j = 1; j <= right_size; j++) {
            size_t substitute = last[j - 1] + !same_letter(left[i - 1], right[j - 1]);

            row[j] = smaller(substitute, smaller(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(left[i - 1], right[j - 2]) &&
                same_letter(left[i - 2], right[j - 1]))
                row[j] = smaller(row[j], before_last[j - 2] + 1);
        }
    }
    return rows[(i + 2) % 3][right_size];
}

const char *text_nearest(const char *word, const char *const candidates[], size_t candidate_count)
{
    const char *nearest = NULL;
    size_t nearest_distance = strlen(word) / 3 + 1;

    if (strlen(word) > WORD_BYTES_MAX)
        return NULL;
    for (size_t i = 0; i < candidate_count; i++) {
        if (strlen(candidates[i]) > WORD_BYTES_MAX)
            continue;

        size_t distance = edit_distance(word, candidates[i]);

        if (distance < nearest_distance) {
            nearest = candidates[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}
