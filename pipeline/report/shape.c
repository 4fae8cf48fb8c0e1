#include "report/shape.h"

#include <stdbool.h>

// The bytes that a character takes, RFC 3629 section 4; 0 for one that is invalid or cut.
static size_t character_bytes(const unsigned char *bytes, size_t size_bytes)
{
    unsigned char first = bytes[0];
    size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || size > size_bytes)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    if ((first == 0xE0 && bytes[1] < 0xA0) || (first == 0xED && bytes[1] > 0x9F) ||
        (first == 0xF0 && bytes[1] < 0x90) || (first == 0xF4 && bytes[1] > 0x8F))
        return 0; // written longer than need be, half of a UTF-16 pair, or beyond U+10FFFF
    return size;
}

static bool is_utf8(const unsigned char *bytes, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes;) {
        size_t size = character_bytes(bytes + i, size_bytes - i);

        if (size == 0)
            return false;
        i += size;
    }
    return true;
}

RejectReason shape_check(Slice field)
{
    const unsigned char *bytes = (const unsigned char *)field.bytes;
    unsigned char high = 0;
    bool has_control = false;

    if (field.size_bytes > USED_FIELD_BYTES_MAX)
        return REJECT_SHAPE_LENGTH;
    for (size_t i = 0; i < field.size_bytes; i++) {
        high |= bytes[i];
        has_control |= bytes[i] < 0x20 || bytes[i] == 0x7F;
    }
    if (has_control)
        return REJECT_SHAPE_CONTROL;
    return high < 0x80 || is_utf8(bytes, field.size_bytes) ? REJECT_NONE : REJECT_SHAPE_ENCODING;
}
