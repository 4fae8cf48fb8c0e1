#include "report/source.h"

#include "base/memory.h"
#include "support/drip.h"
#include "support/source_text.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Bytes with NULs in them: BYTES("a\0") is two.
#define BYTES(literal) ((Slice){(literal), sizeof(literal) - 1})

static void assert_gives(Encoding encoding, Slice file, Slice expected)
{
    Text text = {0};

    for (size_t piece_bytes = 1; piece_bytes <= 5; piece_bytes++) {
        for (size_t capacity_bytes = 1; capacity_bytes <= 5; capacity_bytes++) {
            Source *source = source_drip(file.bytes, file.size_bytes, piece_bytes);

            source_text_or_fail(source_utf8(source, encoding), capacity_bytes, &text);
            assert_int_equal(text.size_bytes, expected.size_bytes);
            assert_memory_equal(text_bytes(&text), expected.bytes, expected.size_bytes);
        }
    }
    text_free(&text);
}

static void assert_refused(Encoding encoding, Slice file, const char *message)
{
    Text text = {0};

    for (size_t piece_bytes = 1; piece_bytes <= 5; piece_bytes++) {
        Error error = {0};
        Source *source = source_drip(file.bytes, file.size_bytes, piece_bytes);

        assert_int_equal(source_text(source_utf8(source, encoding), 64, &text, &error),
                         STATUS_DATA);
        assert_string_equal(error.message, message);
    }
    text_free(&text);
}

static void utf_8_passes_as_it_is_without_its_mark(void **state)
{
    (void)state;
    assert_gives(ENCODING_UTF_8, BYTES("id,Ärzte\n"), BYTES("id,Ärzte\n"));
    assert_gives(ENCODING_UTF_8, BYTES("\xef\xbb\xbfid,isrc\n"), BYTES("id,isrc\n"));
    assert_gives(ENCODING_UTF_8, BYTES("\xef\xbb\xbf"), BYTES(""));
    assert_gives(ENCODING_UTF_8, BYTES(""), BYTES(""));
    assert_gives(ENCODING_UTF_8, BYTES("a"), BYTES("a"));
}

static void only_one_mark_and_only_at_the_beginning_is_dropped(void **state)
{
    (void)state;
    assert_gives(ENCODING_UTF_8, BYTES("\xef\xbb\xbf\xef\xbb\xbfid"), BYTES("\xef\xbb\xbfid"));
    assert_gives(ENCODING_UTF_8, BYTES("i\xef\xbb\xbf"), BYTES("i\xef\xbb\xbf"));
    assert_gives(ENCODING_UTF_8, BYTES("\xef\xbb"), BYTES("\xef\xbb"));
    assert_gives(ENCODING_UTF_16, BYTES("\xff\xfe\xff\xfei\0"), BYTES("\xef\xbb\xbfi"));
}

static void a_bad_byte_in_utf_8_is_left_to_its_row(void **state)
{
    (void)state;
    assert_gives(ENCODING_UTF_8, BYTES("1,\xff\xfe\xc3,\0\n"), BYTES("1,\xff\xfe\xc3,\0\n"));
}

static void utf_16_is_read_by_its_mark_and_little_endian_without(void **state)
{
    (void)state;
    Slice text = BYTES("aÄ€𝄞\n");

    assert_gives(ENCODING_UTF_16, BYTES("\xff\xfe\141\0\xc4\0\xac\x20\x34\xd8\x1e\xdd\n\0"), text);
    assert_gives(ENCODING_UTF_16, BYTES("\xfe\xff\0a\0\xc4\x20\xac\xd8\x34\xdd\x1e\0\n"), text);
    assert_gives(ENCODING_UTF_16, BYTES("a\0\xc4\0\xac\x20\x34\xd8\x1e\xdd\n\0"), text);
    assert_gives(ENCODING_UTF_16, BYTES(""), BYTES(""));
    assert_gives(ENCODING_UTF_16, BYTES("\xff\xfe"), BYTES(""));
    assert_gives(ENCODING_UTF_16, BYTES("\0\0a\0"), BYTES("\0a"));
}

static void a_surrogate_without_its_partner_is_refused(void **state)
{
    (void)state;
    assert_refused(ENCODING_UTF_16, BYTES("\xff\xfe\141\0\x34\xd8\142\0"),
                   "the UTF-16 surrogate D834 at byte 4 of its text has no partner");
    assert_refused(ENCODING_UTF_16, BYTES("a\0\x1e\xdd\142\0"),
                   "the UTF-16 surrogate DD1E at byte 2 of its text has no partner");
    assert_refused(ENCODING_UTF_16, BYTES("\xfe\xff\xd8\x34\xd8\x34\xdd\x1e"),
                   "the UTF-16 surrogate D834 at byte 2 of its text has no partner");
    assert_refused(ENCODING_UTF_16, BYTES("\x34\xd8\x21\xff"),
                   "the UTF-16 surrogate D834 at byte 0 of its text has no partner");
}

// Else a fault of the rows before it would be told or not by how much is read at once.
static void what_stands_before_a_surrogate_without_partner_is_given_first(void **state)
{
    (void)state;
    Text text = {0};
    Error error = {0};

    assert_int_equal(
        source_text(source_utf8(source_of_bytes("a\0b\0\x34\xd8\142\0", 8), ENCODING_UTF_16), 64,
                    &text, &error),
        STATUS_DATA);
    assert_string_equal(text_bytes(&text), "ab");
    text_free(&text);
}

static void half_a_character_at_the_end_is_refused(void **state)
{
    (void)state;
    assert_refused(ENCODING_UTF_16, BYTES("a"),
                   "its text ends within a UTF-16 character that begins at byte 0");
    assert_refused(ENCODING_UTF_16, BYTES("\xff\xfe\141\0b"),
                   "its text ends within a UTF-16 character that begins at byte 4");
    assert_refused(ENCODING_UTF_16, BYTES("a\0\x34\xd8"),
                   "its text ends within a UTF-16 character that begins at byte 2");
    assert_refused(ENCODING_UTF_16, BYTES("a\0\x34\xd8\x1e"),
                   "its text ends within a UTF-16 character that begins at byte 2");
}

static void a_mark_of_another_encoding_is_refused(void **state)
{
    (void)state;
    assert_refused(ENCODING_UTF_8, BYTES("\xff\xfei\0d\0"),
                   "its text begins with the byte order mark of UTF-16, little-endian, expected "
                   "UTF-8 as the layout's encoding says");
    assert_refused(ENCODING_LATIN_1, BYTES("\xfe\xff\0i\0d"),
                   "its text begins with the byte order mark of UTF-16, big-endian, expected "
                   "Latin-1 as the layout's encoding says");
    assert_refused(ENCODING_UTF_16, BYTES("\xef\xbb\xbfid"),
                   "its text begins with the byte order mark of UTF-8, expected UTF-16 as the "
                   "layout's encoding says");
}

// The C library's own opinion of a conversion.
static Text converted_by_iconv(const char *encoding, const Text *file)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    char *from = file->bytes;
    size_t from_bytes = file->size_bytes;
    size_t to_bytes = 2 * file->size_bytes;
    Text text = {.bytes = MEMORY_NEW(char, to_bytes + 1), .capacity_bytes = to_bytes + 1};
    char *to = text.bytes;

    // An iconv_open() that failed makes it fail.
    assert_int_equal(iconv(converter, &from, &from_bytes, &to, &to_bytes), 0);
    assert_int_equal(iconv_close(converter), 0);
    text.size_bytes = (size_t)(to - text.bytes);
    return text;
}

static void assert_as_iconv(Encoding encoding, const char *name, const Text *file)
{
    static const size_t pieces[] = {SIZE_MAX, 3, 65535};
    Text expected = converted_by_iconv(name, file);
    Text text = {0};

    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        Source *source = source_drip(file->bytes, file->size_bytes, pieces[i]);

        source_text_or_fail(source_utf8(source, encoding), 4096, &text);
        assert_int_equal(text.size_bytes, expected.size_bytes);
        assert_memory_equal(text.bytes, expected.bytes, expected.size_bytes);
    }
    text_free(&text);
    text_free(&expected);
}

static void append_unit(Text *file, unsigned unit)
{
    text_append_byte(file, (char)(unit & 0xff));
    text_append_byte(file, (char)(unit >> 8 & 0xff));
}

static void every_character_of_utf_16_is_converted_as_iconv_does(void **state)
{
    (void)state;
    Text file = {0};

    for (unsigned character = 0; character <= 0x10ffff; character++) {
        if (character >= 0xd800 && character < 0xe000)
            continue;
        if (character < 0x10000) {
            append_unit(&file, character);
        } else {
            append_unit(&file, 0xd800 + (character - 0x10000) / 0x400);
            append_unit(&file, 0xdc00 + character % 0x400);
        }
    }
    assert_as_iconv(ENCODING_UTF_16, "UTF-16LE", &file);
    text_free(&file);
}

static void every_letter_of_latin_1_is_converted_as_iconv_does(void **state)
{
    (void)state;
    Text file = {0};

    for (int i = 0; i < 200000; i++)
        text_append_byte(&file, (char)(i & 0xff));
    assert_as_iconv(ENCODING_LATIN_1, "ISO-8859-1", &file);
    text_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf_8_passes_as_it_is_without_its_mark),
        cmocka_unit_test(only_one_mark_and_only_at_the_beginning_is_dropped),
        cmocka_unit_test(a_bad_byte_in_utf_8_is_left_to_its_row),
        cmocka_unit_test(utf_16_is_read_by_its_mark_and_little_endian_without),
        cmocka_unit_test(a_surrogate_without_its_partner_is_refused),
        cmocka_unit_test(what_stands_before_a_surrogate_without_partner_is_given_first),
        cmocka_unit_test(half_a_character_at_the_end_is_refused),
        cmocka_unit_test(a_mark_of_another_encoding_is_refused),
        cmocka_unit_test(every_character_of_utf_16_is_converted_as_iconv_does),
        cmocka_unit_test(every_letter_of_latin_1_is_converted_as_iconv_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
