// Any bytes as a gzip file: what source_gunzip() makes of them is what zlib's own reader of members
// makes of them, by every inflater, in pieces of whatever size, and it refuses what that refuses.
// Only zlib has more against Huffman codes than the others: see report/inflate.h.
#include "report/source.h"

#include "base/memory.h"
#include "support/drip.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

enum { TEXT_BYTES_MAX = 4 * 1024 * 1024, GZIP_WRAPPER = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

// Reads all, up to TEXT_BYTES_MAX. False: refused.
static bool read_all(const InflaterKind *inflating, Source *taken_source, size_t capacity_bytes,
                     Text *text)
{
    Source *source = source_gunzip_by(inflating, taken_source);
    char *buffer = MEMORY_NEW(char, capacity_bytes);
    Status status = STATUS_OK;
    size_t size_bytes = 0;

    do {
        Error error = {0};

        status = source_read(source, buffer, capacity_bytes, &size_bytes, &error);
        if (status == STATUS_OK)
            text_append_slice(text, (Slice){buffer, size_bytes});
        else
            assert(status == STATUS_DATA && error.message[0] != '\0');
    } while (status == STATUS_OK && size_bytes > 0 && text->size_bytes < TEXT_BYTES_MAX);
    free(buffer);
    source_free(source);
    return status == STATUS_OK;
}

// Appends a member's text, by zlib with its own reading of the header. The member's size, 0 if it
// is none or too large.
static size_t inflate_member(const uint8_t *bytes, size_t size_bytes, Text *text)
{
    z_stream inflater = {0};
    uint8_t *input = (uint8_t *)memory_copy((const char *)bytes, size_bytes); // zlib's is not const
    char buffer[4096];
    int result = inflateInit2(&inflater, MAX_WBITS + GZIP_WRAPPER);

    inflater.next_in = input;
    inflater.avail_in = (uInt)size_bytes;
    while (result == Z_OK && text->size_bytes < TEXT_BYTES_MAX) {
        inflater.next_out = (Bytef *)buffer;
        inflater.avail_out = sizeof buffer;
        result = inflate(&inflater, Z_NO_FLUSH);
        text_append_slice(text, (Slice){buffer, sizeof buffer - inflater.avail_out});
    }
    size_t member_bytes = result == Z_STREAM_END ? size_bytes - inflater.avail_in : 0;

    (void)inflateEnd(&inflater);
    free(input);
    return member_bytes;
}

static bool is_zeros(const uint8_t *bytes, size_t size_bytes)
{
    while (size_bytes > 0 && bytes[size_bytes - 1] == 0)
        size_bytes--;
    return size_bytes == 0;
}

static bool inflate_all(const uint8_t *bytes, size_t size_bytes, Text *text)
{
    do {
        size_t member_bytes = inflate_member(bytes, size_bytes, text);

        if (member_bytes == 0)
            return false;
        bytes += member_bytes;
        size_bytes -= member_bytes;
    } while (!is_zeros(bytes, size_bytes));
    return true;
}

static bool is_same(const Text *left, const Text *right)
{
    return slice_equal((Slice){left->bytes, left->size_bytes},
                       (Slice){right->bytes, right->size_bytes});
}

static void compare(const InflaterKind *inflating, const uint8_t *bytes, size_t size_bytes)
{
    Text ours = {0};
    Text in_drops = {0};
    Text expected = {0};
    bool is_gzip = size_bytes >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
    bool is_accepted = read_all(inflating, source_of_bytes(bytes, size_bytes), 65536, &ours);
    bool is_accepted_in_drops =
        read_all(inflating, source_drip(bytes, size_bytes, 1), 7, &in_drops);

    if (ours.size_bytes < TEXT_BYTES_MAX && in_drops.size_bytes < TEXT_BYTES_MAX) {
        bool is_expected = true;

        assert(is_accepted == is_accepted_in_drops);
        assert(!is_accepted || is_same(&ours, &in_drops));
        if (is_gzip)
            is_expected = inflate_all(bytes, size_bytes, &expected);
        else
            text_append_slice(&expected, (Slice){(const char *)bytes, size_bytes});
        assert(!is_gzip || is_accepted || !is_expected);
        assert(!is_gzip || is_expected || !is_accepted || inflating != &inflater_zlib);
        assert(!is_accepted || !is_expected || is_same(&ours, &expected));
    }
    text_free(&ours);
    text_free(&in_drops);
    text_free(&expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    for (size_t i = 0; inflater_kinds[i] != NULL; i++)
        compare(inflater_kinds[i], bytes, size_bytes);
    return 0;
}
