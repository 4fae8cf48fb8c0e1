/**
 * The link that gives UTF-8, whatever the encoding of the file: a byte order mark is dropped,
 * UTF-16 and ISO 8859-1 are converted, UTF-8 passes.
 */
#include "report/source_link.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    INPUT_BYTES = 64 * 1024,
    OUTPUT_BYTES = 2 * INPUT_BYTES, // 1 byte of ISO 8859-1 becomes 2, 2 of UTF-16 at most 3
    MARK_BYTES_MAX = 3,
};

typedef struct Decoder {
    Source link;
    Encoding encoding;
    bool has_begun;
    bool is_big_endian;
    uint8_t *input; // what was read and is not converted yet, at its beginning
    size_t input_bytes;
    int64_t input_offset; // of input[0] in the text as it was read
    uint8_t *output;      // what was converted and is not given yet
    size_t output_at;
    size_t output_end;
} Decoder;

// Reads on behind what is left of the input. False: nothing more came.
static Status read_more(Decoder *decoder, bool *out_has_more, Error *error)
{
    size_t size_bytes = 0;
    Status status = source_read(decoder->link.from, (char *)decoder->input + decoder->input_bytes,
                                INPUT_BYTES - decoder->input_bytes, &size_bytes, error);

    if (status != STATUS_OK)
        return status;
    decoder->input_bytes += size_bytes;
    *out_has_more = size_bytes > 0;
    return STATUS_OK;
}

static void drop_input(Decoder *decoder, size_t size_bytes)
{
    decoder->input_bytes -= size_bytes;
    decoder->input_offset += (int64_t)size_bytes;
    memmove(decoder->input, decoder->input + size_bytes, decoder->input_bytes);
}

typedef struct Mark {
    Encoding encoding;
    bool is_big_endian;
    const char *name;
    size_t size_bytes;
    uint8_t bytes[MARK_BYTES_MAX];
} Mark;

static const Mark *find_mark(const uint8_t *input, size_t size_bytes)
{
    static const Mark marks[] = {
        {ENCODING_UTF_8, false, "UTF-8", 3, {0xef, 0xbb, 0xbf}},
        {ENCODING_UTF_16, false, "UTF-16, little-endian", 2, {0xff, 0xfe}},
        {ENCODING_UTF_16, true, "UTF-16, big-endian", 2, {0xfe, 0xff}},
    };

    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (size_bytes >= marks[i].size_bytes &&
            memcmp(input, marks[i].bytes, marks[i].size_bytes) == 0)
            return &marks[i];
    return NULL;
}

static const char *encoding_name(Encoding encoding)
{
    return encoding == ENCODING_UTF_8    ? "UTF-8"
           : encoding == ENCODING_UTF_16 ? "UTF-16"
                                         : "Latin-1";
}

// Drops the byte order mark. One of another encoding than the layout's is no letter of any report,
// but the sign that the layout is not this file's.
static Status begin(Decoder *decoder, Error *error)
{
    bool has_more = true;

    while (decoder->input_bytes < MARK_BYTES_MAX && has_more) {
        Status status = read_more(decoder, &has_more, error);

        if (status != STATUS_OK)
            return status;
    }

    const Mark *mark = find_mark(decoder->input, decoder->input_bytes);

    if (mark != NULL && mark->encoding != decoder->encoding)
        return error_set(error, STATUS_DATA,
                         "its text begins with the byte order mark of %s, expected %s as the "
                         "layout's encoding says",
                         mark->name, encoding_name(decoder->encoding));
    if (mark != NULL) {
        decoder->is_big_endian = mark->is_big_endian;
        drop_input(decoder, mark->size_bytes);
    }
    if (decoder->encoding == ENCODING_UTF_8) {
        memcpy(decoder->output, decoder->input, decoder->input_bytes);
        decoder->output_end = decoder->input_bytes;
    }
    decoder->has_begun = true;
    return STATUS_OK;
}

static void append_character(Decoder *decoder, uint32_t character)
{
    static const uint8_t leads[] = {0, 0x00, 0xc0, 0xe0, 0xf0}; // by size
    uint8_t *end = decoder->output + decoder->output_end;
    size_t size_bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;

    for (size_t i = size_bytes - 1; i > 0; i--) {
        end[i] = (uint8_t)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    end[0] = (uint8_t)(leads[size_bytes] | character);
    decoder->output_end += size_bytes;
}

static void convert_latin_1(Decoder *decoder)
{
    for (size_t i = 0; i < decoder->input_bytes; i++)
        append_character(decoder, decoder->input[i]);
    drop_input(decoder, decoder->input_bytes);
}

static uint32_t utf_16_unit(const Decoder *decoder, size_t at)
{
    uint32_t first = decoder->input[at];
    uint32_t second = decoder->input[at + 1];

    return decoder->is_big_endian ? first << 8 | second : second << 8 | first;
}

// Converts the whole characters; the begun one at the end waits for the rest of its bytes.
static Status convert_utf_16(Decoder *decoder, Error *error)
{
    size_t at = 0;

    while (at + 2 <= decoder->input_bytes) {
        uint32_t character = utf_16_unit(decoder, at);
        size_t size_bytes = 2;

        if (character >= 0xd800 && character < 0xdc00) { // the first of a pair
            if (at + 4 > decoder->input_bytes)
                break;
            uint32_t second = utf_16_unit(decoder, at + 2);

            if (second >= 0xdc00 && second < 0xe000) {
                character = 0x10000 + ((character - 0xd800) << 10) + (second - 0xdc00);
                size_bytes = 4;
            }
        }
        if (character >= 0xd800 && character < 0xe000) {
            if (at > 0)
                break; // what stands before it comes first, however much of the text is here
            return error_set(error, STATUS_DATA,
                             "the UTF-16 surrogate %04" PRIX32 " at byte %" PRId64
                             " of its text has no partner",
                             character, decoder->input_offset);
        }
        append_character(decoder, character);
        at += size_bytes;
    }
    drop_input(decoder, at);
    return STATUS_OK;
}

// Fills the empty output again; it stays empty at the end.
static Status convert(Decoder *decoder, Error *error)
{
    bool has_more = true;

    while (decoder->output_end == 0 && has_more) {
        Status status = STATUS_OK;

        if (decoder->encoding == ENCODING_UTF_16)
            status = convert_utf_16(decoder, error);
        else
            convert_latin_1(decoder);
        if (status == STATUS_OK && decoder->output_end == 0)
            status = read_more(decoder, &has_more, error);
        if (status != STATUS_OK)
            return status;
    }
    if (!has_more && decoder->input_bytes > 0)
        return error_set(error, STATUS_DATA,
                         "its text ends within a UTF-16 character that begins at byte %" PRId64,
                         decoder->input_offset);
    return STATUS_OK;
}

static Status decoder_read(Source *source, char *buffer, size_t capacity_bytes,
                           size_t *out_size_bytes, Error *error)
{
    Status status = STATUS_OK;
    Decoder *decoder = (Decoder *)source;

    if (!decoder->has_begun)
        TRY(begin(decoder, error));
    if (decoder->output_at == decoder->output_end) {
        if (decoder->encoding == ENCODING_UTF_8)
            return source_read(source->from, buffer, capacity_bytes, out_size_bytes, error);
        decoder->output_at = 0;
        decoder->output_end = 0;
        TRY(convert(decoder, error));
    }

    size_t size_bytes = decoder->output_end - decoder->output_at;

    if (size_bytes > capacity_bytes)
        size_bytes = capacity_bytes;
    memcpy(buffer, decoder->output + decoder->output_at, size_bytes);
    decoder->output_at += size_bytes;
    *out_size_bytes = size_bytes;

cleanup:
    return status;
}

static void decoder_clear(Source *source)
{
    Decoder *decoder = (Decoder *)source;

    free(decoder->input);
    free(decoder->output);
}

Source *source_utf8(Source *taken_source, Encoding encoding)
{
    static const SourceKind kind = {.read = decoder_read, .clear = decoder_clear};
    Decoder *decoder = MEMORY_NEW(Decoder, 1);

    decoder->link.kind = &kind;
    decoder->link.from = taken_source;
    decoder->encoding = encoding;
    decoder->input = MEMORY_NEW(uint8_t, INPUT_BYTES);
    decoder->output = MEMORY_NEW(uint8_t, OUTPUT_BYTES);
    return &decoder->link;
}
