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

typedef struct Utf8 {
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
} Utf8;

// Reads on behind what is left of the input. False: nothing more came.
static Status read_more(Utf8 *utf8, bool *out_has_more, Error *error)
{
    size_t size_bytes = 0;
    Status status = source_read(utf8->link.from, (char *)utf8->input + utf8->input_bytes,
                                INPUT_BYTES - utf8->input_bytes, &size_bytes, error);

    if (status != STATUS_OK)
        return status;
    utf8->input_bytes += size_bytes;
    *out_has_more = size_bytes > 0;
    return STATUS_OK;
}

static void drop_input(Utf8 *utf8, size_t size_bytes)
{
    utf8->input_bytes -= size_bytes;
    utf8->input_offset += (int64_t)size_bytes;
    memmove(utf8->input, utf8->input + size_bytes, utf8->input_bytes);
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
static Status begin(Utf8 *utf8, Error *error)
{
    bool has_more = true;

    while (utf8->input_bytes < MARK_BYTES_MAX && has_more) {
        Status status = read_more(utf8, &has_more, error);

        if (status != STATUS_OK)
            return status;
    }

    const Mark *mark = find_mark(utf8->input, utf8->input_bytes);

    if (mark != NULL && mark->encoding != utf8->encoding)
        return error_set(error, STATUS_DATA,
                         "its text begins with the byte order mark of %s, expected %s as the "
                         "layout's encoding says",
                         mark->name, encoding_name(utf8->encoding));
    if (mark != NULL) {
        utf8->is_big_endian = mark->is_big_endian;
        drop_input(utf8, mark->size_bytes);
    }
    if (utf8->encoding == ENCODING_UTF_8) {
        memcpy(utf8->output, utf8->input, utf8->input_bytes);
        utf8->output_end = utf8->input_bytes;
    }
    utf8->has_begun = true;
    return STATUS_OK;
}

static void append_character(Utf8 *utf8, uint32_t character)
{
    uint8_t *end = utf8->output + utf8->output_end;
    size_t size_bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;

    for (size_t i = size_bytes - 1; i > 0; i--) {
        end[i] = (uint8_t)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    static const uint8_t lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};

    end[0] = (uint8_t)(lead[size_bytes] | character);
    utf8->output_end += size_bytes;
}

static void convert_latin_1(Utf8 *utf8)
{
    for (size_t i = 0; i < utf8->input_bytes; i++)
        append_character(utf8, utf8->input[i]);
    drop_input(utf8, utf8->input_bytes);
}

static uint32_t utf_16_unit(const Utf8 *utf8, size_t at)
{
    uint32_t first = utf8->input[at];
    uint32_t second = utf8->input[at + 1];

    return utf8->is_big_endian ? first << 8 | second : second << 8 | first;
}

// Converts the whole characters; the begun one at the end waits for the rest of its bytes.
static Status convert_utf_16(Utf8 *utf8, Error *error)
{
    size_t at = 0;

    while (at + 2 <= utf8->input_bytes) {
        uint32_t character = utf_16_unit(utf8, at);
        size_t size_bytes = 2;

        if (character >= 0xd800 && character < 0xdc00) { // the first of a pair
            if (at + 4 > utf8->input_bytes)
                break;
            uint32_t second = utf_16_unit(utf8, at + 2);

            if (second >= 0xdc00 && second < 0xe000) {
                character = 0x10000 + ((character - 0xd800) << 10) + (second - 0xdc00);
                size_bytes = 4;
            }
        }
        if (character >= 0xd800 && character < 0xe000)
            return error_set(error, STATUS_DATA,
                             "the UTF-16 surrogate %04" PRIX32 " at byte %" PRId64
                             " of its text has no partner",
                             character, utf8->input_offset + (int64_t)at);
        append_character(utf8, character);
        at += size_bytes;
    }
    drop_input(utf8, at);
    return STATUS_OK;
}

// Fills the empty output again; it stays empty at the end.
static Status convert(Utf8 *utf8, Error *error)
{
    bool has_more = true;

    while (utf8->output_end == 0 && has_more) {
        Status status = STATUS_OK;

        if (utf8->encoding == ENCODING_UTF_16)
            status = convert_utf_16(utf8, error);
        else
            convert_latin_1(utf8);
        if (status == STATUS_OK && utf8->output_end == 0)
            status = read_more(utf8, &has_more, error);
        if (status != STATUS_OK)
            return status;
    }
    if (!has_more && utf8->input_bytes > 0)
        return error_set(error, STATUS_DATA,
                         "its text ends within a UTF-16 character that begins at byte %" PRId64,
                         utf8->input_offset);
    return STATUS_OK;
}

static Status utf8_read(Source *source, char *buffer, size_t capacity_bytes, size_t *out_size_bytes,
                        Error *error)
{
    Status status = STATUS_OK;
    Utf8 *utf8 = (Utf8 *)source;

    if (!utf8->has_begun)
        TRY(begin(utf8, error));
    if (utf8->output_at == utf8->output_end) {
        if (utf8->encoding == ENCODING_UTF_8)
            return source_read(source->from, buffer, capacity_bytes, out_size_bytes, error);
        utf8->output_at = 0;
        utf8->output_end = 0;
        TRY(convert(utf8, error));
    }

    size_t size_bytes = utf8->output_end - utf8->output_at;

    if (size_bytes > capacity_bytes)
        size_bytes = capacity_bytes;
    memcpy(buffer, utf8->output + utf8->output_at, size_bytes);
    utf8->output_at += size_bytes;
    *out_size_bytes = size_bytes;

cleanup:
    return status;
}

static void utf8_clear(Source *source)
{
    Utf8 *utf8 = (Utf8 *)source;

    free(utf8->input);
    free(utf8->output);
}

Source *source_utf8(Source *taken_source, Encoding encoding)
{
    static const SourceKind kind = {.read = utf8_read, .clear = utf8_clear};
    Utf8 *utf8 = MEMORY_NEW(Utf8, 1);

    utf8->link.kind = &kind;
    utf8->link.from = taken_source;
    utf8->encoding = encoding;
    utf8->input = MEMORY_NEW(uint8_t, INPUT_BYTES);
    utf8->output = MEMORY_NEW(uint8_t, OUTPUT_BYTES);
    return &utf8->link;
}
