#include "report/source.h"

#include "base/memory.h"
#include "report/source_link.h"
#include "support/drip.h"
#include "support/gzip_member.h"
#include "support/source_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Passes a source on, but fails where that ends.
static Status break_at_end(Source *source, char *buffer, size_t capacity_bytes,
                           size_t *out_size_bytes, Error *error)
{
    Status status = source_read(source->from, buffer, capacity_bytes, out_size_bytes, error);

    if (status == STATUS_OK && *out_size_bytes == 0)
        return error_set(error, STATUS_CANNOT_READ, "could not read \"x\": Input/output error");
    return status;
}

static Source *source_that_breaks(Source *taken_source)
{
    static const SourceKind kind = {.read = break_at_end};
    Source *source = MEMORY_NEW(Source, 1);

    source->kind = &kind;
    source->from = taken_source;
    return source;
}

static const InflaterKind *inflating; // which the tests are run for

static Slice slice_of_text(const Text *text)
{
    return (Slice){text->bytes, text->size_bytes};
}

static void assert_gives(Slice file, const char *expected)
{
    Text text = {0};

    source_text_or_fail(source_gunzip_by(inflating, source_of_bytes(file.bytes, file.size_bytes)),
                        4096, &text);
    assert_string_equal(text_bytes(&text), expected);
    text_free(&text);
}

static void assert_refused(Slice file, const char *message)
{
    Text text = {0};
    Error error = {0};

    assert_int_equal(
        source_text(source_gunzip_by(inflating, source_of_bytes(file.bytes, file.size_bytes)), 4096,
                    &text, &error),
        STATUS_DATA);
    assert_string_equal(error.message, message);
    text_free(&text);
}

static void members_give_their_texts_one_behind_the_other(void **state)
{
    (void)state;
    GzipOfThree three = gzip_of_three();

    assert_gives(slice_of_text(&three.file), gzip_of_three_text);
    text_free(&three.file);
}

static void pieces_of_any_size_give_the_same_text(void **state)
{
    (void)state;
    GzipOfThree three = gzip_of_three();
    Text text = {0};

    for (size_t piece_bytes = 1; piece_bytes <= 20; piece_bytes++) {
        for (size_t capacity_bytes = 1; capacity_bytes <= 20; capacity_bytes++) {
            source_text_or_fail(
                source_gunzip_by(inflating,
                                 source_drip(three.file.bytes, three.file.size_bytes, piece_bytes)),
                capacity_bytes, &text);
            assert_string_equal(text_bytes(&text), gzip_of_three_text);
        }
    }
    text_free(&text);
    text_free(&three.file);
}

static void a_text_larger_than_every_buffer_is_whole(void **state)
{
    (void)state;
    enum { ROWS = 300000 };
    Text rows = {0};
    Text file = {0};
    Text text = {0};

    for (int i = 0; i < ROWS; i++)
        text_append_format(&rows, "%d,GBA1Z26%05d,%d\n", i, i % 1000 * 7919 % 100000,
                           i % 1000 * 31 % 400);
    gzip_append_member(&file, 0, text_bytes(&rows), 1);
    gzip_append_member(&file, 0, text_bytes(&rows), 6);
    assert_true(file.size_bytes > (size_t)2 * 256 * 1024);
    source_text_or_fail(source_gunzip_by(inflating, source_of_bytes(file.bytes, file.size_bytes)),
                        65536, &text);
    assert_int_equal(text.size_bytes, 2 * rows.size_bytes);
    assert_memory_equal(text.bytes, rows.bytes, rows.size_bytes);
    assert_memory_equal(text.bytes + rows.size_bytes, rows.bytes, rows.size_bytes);
    text_free(&text);
    text_free(&file);
    text_free(&rows);
}

static void empty_members_are_members(void **state)
{
    (void)state;
    Text file = {0};

    gzip_append_member(&file, 0, "", 6);
    assert_gives(slice_of_text(&file), "");
    gzip_append_member(&file, 0, "a\n", 6);
    for (int i = 0; i < 1000; i++)
        gzip_append_member(&file, GZIP_NAME, "", 6);
    gzip_append_member(&file, 0, "b\n", 6);
    gzip_append_member(&file, 0, "", 0);
    assert_gives(slice_of_text(&file), "a\nb\n");
    text_free(&file);
}

static void an_empty_file_is_an_empty_text(void **state)
{
    (void)state;
    assert_gives((Slice){"", 0}, "");
}

static void what_is_no_gzip_passes_as_it_is(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a",         "ab",        "abc", "id,isrc\n1,GBA1Z2600001\n", "\x8b", "\xef\xbb\xbfid",
        "\xff\xfei", "PK\x03\x04"};
    Text text = {0};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_gives(slice_of(texts[i]), texts[i]);
        source_text_or_fail(source_gunzip_by(inflating, source_drip(texts[i], strlen(texts[i]), 1)),
                            1, &text);
        assert_string_equal(text_bytes(&text), texts[i]);
    }
    source_text_or_fail(source_gunzip_by(inflating, source_of_bytes("\0\0\0\0", 4)), 16, &text);
    assert_int_equal(text.size_bytes, 4);
    text_free(&text);
}

static void what_nearly_begins_as_gzip_is_refused(void **state)
{
    (void)state;
    assert_refused((Slice){"\x1f", 1}, "gzip member 1 at byte 0: cut at byte 1, in its header");
    assert_refused((Slice){"\x1fid", 3}, "gzip member 1 at byte 0: magic 1f69, expected 1f8b");
    assert_refused((Slice){"\x1e\x8b\x08", 3},
                   "gzip member 1 at byte 0: magic 1e8b, expected 1f8b");
    assert_refused((Slice){"\x8b\x08\x00", 3},
                   "gzip member 1 at byte 0: magic 8b08, expected 1f8b");
}

static void zeros_behind_the_last_member_are_filling(void **state)
{
    (void)state;
    static const char zeros[300000];
    Text file = {0};

    gzip_append_member(&file, 0, "a,b\n", 6);
    text_append_byte(&file, '\0');
    assert_gives(slice_of_text(&file), "a,b\n");
    text_append_slice(&file, (Slice){zeros, sizeof zeros});
    assert_gives(slice_of_text(&file), "a,b\n");
    text_free(&file);
}

static void zeros_between_members_are_refused(void **state)
{
    (void)state;
    Text file = {0};

    gzip_append_member(&file, 0, "a\n", 6);
    text_append_slice(&file, (Slice){"\0\0\0", 3});
    gzip_append_member(&file, 0, "b\n", 6);
    assert_refused(slice_of_text(&file),
                   "gzip member 1 at byte 0: 3 zeros behind it and then 1f at byte 25, expected "
                   "the end, another member, or zeros up to the end");
    text_free(&file);
}

static void anything_else_behind_a_trailer_is_refused(void **state)
{
    (void)state;
    Text file = {0};

    gzip_append_member(&file, 0, "a\n", 6);
    gzip_append_member(&file, 0, "b\n", 6);
    text_append(&file, "3,GBA1Z2600001,31\n");
    assert_refused(slice_of_text(&file),
                   "gzip member 2 at byte 22: 0 zeros behind it and then 33 at byte 44, expected "
                   "the end, another member, or zeros up to the end");
    file.size_bytes = 45; // one stray byte
    assert_refused(slice_of_text(&file),
                   "gzip member 2 at byte 22: 0 zeros behind it and then 33 at byte 44, expected "
                   "the end, another member, or zeros up to the end");
    file.bytes[44] = '\x1f'; // which may be the first of a member
    assert_refused(slice_of_text(&file), "gzip member 3 at byte 44: cut at byte 45, in its header");
    text_free(&file);
}

static void a_wrong_crc_or_length_is_told_with_both_values(void **state)
{
    (void)state;
    Text file = {0};

    gzip_append_member(&file, 0, "a\n", 6);
    gzip_append_member(&file, 0, "123456789", 6);
    size_t trailer = file.size_bytes - 8;

    file.bytes[trailer] = '\0';
    assert_refused(slice_of_text(&file),
                   "gzip member 2 at byte 22: CRC cbf43926, expected cbf43900");
    file.bytes[trailer] = '\x26';
    assert_gives(slice_of_text(&file), "a\n123456789");
    file.bytes[trailer + 7] = '\x01';
    assert_refused(slice_of_text(&file), "gzip member 2 at byte 22: length 9, expected 16777225 "
                                         "(modulo 2^32)");
    text_free(&file);
}

static void a_damaged_header_is_told_with_what_is_wrong(void **state)
{
    (void)state;
    Text file = {0};

    gzip_append_member(&file, GZIP_HEADER_CRC, "a\n", 6);
    assert_gives(slice_of_text(&file), "a\n");
    file.bytes[9] ^= 1; // the operating system, which nobody reads
    assert_refused(slice_of_text(&file), "gzip member 1 at byte 0: header CRC faba, expected ca2c");
    file.bytes[3] = '\x20';
    assert_refused(slice_of_text(&file),
                   "gzip member 1 at byte 0: flags 20, of which 20 are reserved");
    file.bytes[2] = '\x07';
    assert_refused(slice_of_text(&file),
                   "gzip member 1 at byte 0: compression method 7, expected 8 (deflate)");
    file.bytes[1] = '\x8a';
    assert_refused(slice_of_text(&file), "gzip member 1 at byte 0: magic 1f8a, expected 1f8b");
    text_free(&file);
}

static void damaged_data_is_told_with_the_inflaters_reason(void **state)
{
    (void)state;
    Text file = {0};
    char *message =
        text_format("gzip member 1 at byte 0: data damaged at or before byte 11: invalid block%s",
                    inflating == &inflater_zlib ? " type" : "");

    gzip_append_header(&file, 0);
    text_append_slice(&file, (Slice){"\x07rubbish", 8});
    assert_refused(slice_of_text(&file), message);
    free(message);
    text_free(&file);
}

static void header_fields_have_bounds(void **state)
{
    (void)state;
    enum { NAME_BYTES_MAX = 65536 };
    Text file = {0};

    for (size_t name_bytes = NAME_BYTES_MAX; name_bytes <= NAME_BYTES_MAX + 1; name_bytes++) {
        text_clear(&file);
        gzip_append_header(&file, 0);
        file.bytes[3] = GZIP_NAME;
        for (size_t i = 0; i < name_bytes; i++)
            text_append_byte(&file, 'n');
        text_append_byte(&file, '\0');
        gzip_append_data(&file, slice_of(""), 6);
        gzip_append_number(&file, 0, 8);
        if (name_bytes == NAME_BYTES_MAX)
            assert_gives(slice_of_text(&file), "");
        else
            assert_refused(slice_of_text(&file), "gzip member 1 at byte 0: a name or comment of "
                                                 "more than 65536 bytes in its header");
    }
    text_free(&file);
}

static void a_failure_of_what_is_read_is_passed_on_with_the_place(void **state)
{
    (void)state;
    GzipOfThree three = gzip_of_three();
    Text text = {0};

    for (size_t size_bytes = 1; size_bytes <= three.file.size_bytes; size_bytes++) {
        Error error = {0};

        // At a border of members too: an error there is no end.
        assert_int_equal(
            source_text(source_gunzip_by(inflating, source_that_breaks(source_drip(three.file.bytes,
                                                                                   size_bytes, 7))),
                        64, &text, &error),
            STATUS_CANNOT_READ);
        assert_non_null(strstr(error.message, "could not read \"x\": Input/output error"));
    }
    text_free(&text);
    text_free(&three.file);
}

static void a_refused_source_stays_refused(void **state)
{
    (void)state;
    Error error = {0};
    char buffer[64];
    size_t size_bytes = 0;
    Text file = {0};

    gzip_append_member(&file, 0, "a\n", 6);
    text_append(&file, "x");
    Source *source = source_gunzip_by(inflating, source_of_bytes(file.bytes, file.size_bytes));

    for (int i = 0; i < 3; i++)
        assert_int_equal(source_read(source, buffer, sizeof buffer, &size_bytes, &error),
                         STATUS_DATA);
    source_free(source);
    text_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_give_their_texts_one_behind_the_other),
        cmocka_unit_test(pieces_of_any_size_give_the_same_text),
        cmocka_unit_test(a_text_larger_than_every_buffer_is_whole),
        cmocka_unit_test(empty_members_are_members),
        cmocka_unit_test(an_empty_file_is_an_empty_text),
        cmocka_unit_test(what_is_no_gzip_passes_as_it_is),
        cmocka_unit_test(what_nearly_begins_as_gzip_is_refused),
        cmocka_unit_test(zeros_behind_the_last_member_are_filling),
        cmocka_unit_test(zeros_between_members_are_refused),
        cmocka_unit_test(anything_else_behind_a_trailer_is_refused),
        cmocka_unit_test(a_wrong_crc_or_length_is_told_with_both_values),
        cmocka_unit_test(a_damaged_header_is_told_with_what_is_wrong),
        cmocka_unit_test(damaged_data_is_told_with_the_inflaters_reason),
        cmocka_unit_test(header_fields_have_bounds),
        cmocka_unit_test(a_failure_of_what_is_read_is_passed_on_with_the_place),
        cmocka_unit_test(a_refused_source_stays_refused),
    };

    int failures = 0;

    for (size_t i = 0; inflater_kinds[i] != NULL; i++) {
        inflating = inflater_kinds[i];
        failures += cmocka_run_group_tests_name(inflating->name, tests, NULL, NULL);
    }
    return failures;
}
