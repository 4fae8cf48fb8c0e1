#include "base/utf8.h"

static size_t size_by_first_byte(unsigned char byte)
{
    if (byte < 0x80)
        return 1;
    if (byte < 0xc2)
        return 0; // a byte that continues a character, or an overlong form
    if (byte < 0xe0)
        return 2;
    if (byte < 0xf0)
        return 3;
    return byte < 0xf5 ? 4 : 0;
}

size_t utf8_read(Slice bytes, uint32_t *out_character)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *start = (const unsigned char *)bytes.bytes;
    size_t size = bytes.size_bytes == 0 ? 0 : size_by_first_byte(start[0]);

    if (size == 0 || size > bytes.size_bytes)
        return 0;

    uint32_t character = size == 1 ? start[0] : start[0] & (0x7fU >> size);

    for (size_t i = 1; i < size; i++) {
        if ((start[i] & 0xc0U) != 0x80)
            return 0;
        character = character << 6 | (start[i] & 0x3fU);
    }
    if (character < smallest[size] || character > 0x10ffff ||
        (character >= 0xd800 && character <= 0xdfff))
        return 0;
    *out_character = character;
    return size;
}

char *utf8_repaired(const char *text)
{
    Text repaired = {0};
    Slice rest = slice_of(text);

    while (rest.size_bytes > 0) {
        uint32_t character = 0;
        size_t size = utf8_read(rest, &character);
        size_t taken = size == 0 ? 1 : size;

        if (size == 0)
            text_append(&repaired, "\uFFFD");
        else
            text_append_slice(&repaired, (Slice){.bytes = rest.bytes, .size_bytes = size});
        rest.bytes += taken;
        rest.size_bytes -= taken;
    }
    return text_take(&repaired);
}
