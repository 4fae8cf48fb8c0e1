#include "guess/parts.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "report/source.h"

#include <stdlib.h>
#include <string.h>

enum { CONTROLS_ONE_IN = 20 }; // characters of what is still a text

/** Where the first bytes stand that are no UTF-8; the size where there are none. A character that
 * only the sample's end cuts is none of them. */
static size_t find_no_utf8(Slice bytes, bool is_whole)
{
    size_t at = 0;

    while (at < bytes.size_bytes) {
        uint32_t character = 0;
        Slice rest = {bytes.bytes + at, bytes.size_bytes - at};
        size_t size_bytes = utf8_read(rest, &character);

        if (size_bytes == 0)
            return !is_whole && rest.size_bytes < 4 ? bytes.size_bytes : at;
        at += size_bytes;
    }
    return bytes.size_bytes;
}

/** The line around a place, for a person to look at. */
static Slice line_around(Slice bytes, size_t at)
{
    size_t begin = at;
    size_t end = at;

    while (begin > 0 && at - begin < 12 && (unsigned char)bytes.bytes[begin - 1] >= ' ')
        begin--;
    while (end < bytes.size_bytes && end - at < 12 && (unsigned char)bytes.bytes[end] >= ' ')
        end++;
    return (Slice){bytes.bytes + begin, end - begin};
}

/** How many of the sample's bytes at even (0) or odd (1) places are NUL, in hundredths. */
static size_t nul_share(Slice bytes, size_t parity)
{
    size_t pairs = bytes.size_bytes / 2;
    size_t nuls = 0;

    for (size_t i = 0; i < pairs; i++)
        nuls += bytes.bytes[2 * i + parity] == '\0';
    return pairs == 0 ? 0 : nuls * 100 / pairs;
}

static bool begins_with(Slice bytes, const char *mark, size_t mark_bytes)
{
    return bytes.size_bytes >= mark_bytes && memcmp(bytes.bytes, mark, mark_bytes) == 0;
}

static Status decide_encoding(const GuessSample *sample, Guess *guess, Error *error)
{
    static const char key[] = "file.encoding";
    Slice bytes = sample->bytes;
    Encoding *encoding = &guess->layout.encoding;
    size_t no_utf8 = find_no_utf8(bytes, sample->is_whole);

    *encoding = ENCODING_UTF_8;
    if (begins_with(bytes, "\xff\xfe", 2) || begins_with(bytes, "\xfe\xff", 2)) {
        *encoding = ENCODING_UTF_16;
        guess_because(guess, key, "its byte order mark says so");
    } else if (begins_with(bytes, "\xef\xbb\xbf", 3)) {
        guess_because(guess, key, "its byte order mark says so");
    } else if (nul_share(bytes, 1) > 40 && nul_share(bytes, 0) < 5) {
        *encoding = ENCODING_UTF_16;
        guess_because(guess, key, "every second byte is 0, as in UTF-16, little-endian");
    } else if (nul_share(bytes, 0) > 40 && nul_share(bytes, 1) < 5) {
        return error_set(error, STATUS_DATA,
                         "its text is UTF-16, big-endian, without a byte order mark; expected one");
    } else if (no_utf8 == bytes.size_bytes) {
        guess_because(guess, key, "the whole sample is valid UTF-8");
    } else {
        Slice around = line_around(bytes, no_utf8);

        *encoding = ENCODING_LATIN_1;
        guess_because(guess, key,
                      "byte 0x%02X (\"%.*s\") is no UTF-8; whether it is Latin-1, names with "
                      "accents will tell",
                      (unsigned)(unsigned char)bytes.bytes[no_utf8], SLICE_ARGUMENTS(around));
    }
    return STATUS_OK;
}

/** Without the last character of UTF-16 where the sample's end has cut it. */
static Slice whole_characters(const GuessSample *sample, Encoding encoding)
{
    Slice bytes = sample->bytes;

    if (sample->is_whole || encoding != ENCODING_UTF_16)
        return bytes;
    bytes.size_bytes -= bytes.size_bytes % 2;

    // The first half of a pair, in either order of its bytes; taking a whole character more away
    // does no harm.
    if (bytes.size_bytes >= 4) {
        unsigned char low = (unsigned char)bytes.bytes[bytes.size_bytes - 2];
        unsigned char high = (unsigned char)bytes.bytes[bytes.size_bytes - 1];

        if ((low & 0xfc) == 0xd8 || (high & 0xfc) == 0xd8)
            bytes.size_bytes -= 2;
    }
    return bytes;
}

static Status decode(Slice bytes, Encoding encoding, Text *text, Error *error)
{
    enum { BUFFER_BYTES = 1 << 16 };
    Status status = STATUS_OK;
    Source *source = source_utf8(source_of_bytes(bytes.bytes, bytes.size_bytes), encoding);
    char *buffer = memory_new(BUFFER_BYTES, 1);
    size_t size_bytes = 0;

    do {
        TRY(source_read(source, buffer, BUFFER_BYTES, &size_bytes, error));
        text_append_slice(text, (Slice){buffer, size_bytes});
    } while (size_bytes > 0);

cleanup:
    free(buffer);
    source_free(source);
    return status;
}

static Status check_is_text(Slice text, Error *error)
{
    size_t controls = 0;

    for (size_t i = 0; i < text.size_bytes; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];

        controls += (byte < ' ' && strchr("\t\r\n", byte) == NULL) || byte == '\0' || byte == 0x7f;
    }
    if (text.size_bytes == 0)
        return error_set(error, STATUS_DATA, "it is empty; expected a table");
    if (controls > text.size_bytes / CONTROLS_ONE_IN)
        return error_set(error, STATUS_DATA,
                         "%zu of its first %zu characters are control characters: it is no text",
                         controls, text.size_bytes);
    return STATUS_OK;
}

Status guess_text(const GuessSample *sample, Guess *guess, Text *out_text, Error *error)
{
    Status status = STATUS_OK;

    TRY(decide_encoding(sample, guess, error));
    TRY(decode(whole_characters(sample, guess->layout.encoding), guess->layout.encoding, out_text,
               error));
    TRY(check_is_text((Slice){text_bytes(out_text), out_text->size_bytes}, error));

cleanup:
    return status;
}
