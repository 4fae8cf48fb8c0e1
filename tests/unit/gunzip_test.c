#include "report/source.h"

#include "base/memory.h"
#include "report/source_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum {
    HEADER_CRC = 0x02,
    EXTRA = 0x04,
    NAME = 0x08,
    COMMENT = 0x10,
};

#define ROWS_1 "id,isrc,seconds\n1,GBA1Z2600001,31\n2,GBA1Z2600001,29\n3,GBA1Z2600002,184\n"
#define ROWS_2 "4,GBA1Z2600002,30\n5,USS1Z9900001,30.001\n"
#define ROWS_3 "6,USS1Z9900001,12\n7,GBA1Z2600001,31\n8,GBA1Z2600001,31\n"

static void append_little_endian(Text *file, unsigned long number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        text_append_byte(file, (char)(number >> (8 * i) & 0xff));
}

static void append_header(Text *file, int flags)
{
    size_t begin = file->size_bytes;

    text_append_slice(file, (Slice){"\x1f\x8b\x08", 3});
    text_append_byte(file, (char)flags);
    text_append_slice(file, (Slice){"\x11\x22\x33\x44\x02\x03", 6});
    if ((flags & EXTRA) != 0)
        text_append_slice(file, (Slice){"\x06\0AB\x02\0xy", 8});
    if ((flags & NAME) != 0)
        text_append_slice(file, (Slice){"sales.csv", 10});
    if ((flags & COMMENT) != 0)
        text_append_slice(file, (Slice){"October", 8});
    if ((flags & HEADER_CRC) != 0)
        append_little_endian(
            file,
            crc32(0, (const Bytef *)file->bytes + begin, (uInt)(file->size_bytes - begin)) & 0xffff,
            2);
}

static void append_deflated(Text *file, Slice text, int level)
{
    z_stream deflater = {0};
    uLong bound = 0;

    assert_int_equal(deflateInit2(&deflater, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    bound = deflateBound(&deflater, (uLong)text.size_bytes);
    Bytef *deflated = MEMORY_NEW(Bytef, bound);

    deflater.next_in = (Bytef *)(uintptr_t)text.bytes;
    deflater.avail_in = (uInt)text.size_bytes;
    deflater.next_out = deflated;
    deflater.avail_out = (uInt)bound;
    assert_int_equal(deflate(&deflater, Z_FINISH), Z_STREAM_END);
    text_append_slice(file, (Slice){(char *)deflated, deflater.total_out});
    free(deflated);
    assert_int_equal(deflateEnd(&deflater), Z_OK);
}

static void append_member(Text *file, int flags, const char *text, int level)
{
    append_header(file, flags);
    append_deflated(file, slice_of(text), level);
    append_little_endian(file, crc32(0, (const Bytef *)text, (uInt)strlen(text)), 4);
    append_little_endian(file, strlen(text), 4);
}

// Three members: a plain header and Huffman codes of its own, a name and fixed codes, all fields
// and stored data. out_ends has their ends.
static Text three_members(size_t out_ends[3])
{
    Text file = {0};

    append_member(&file, 0, ROWS_1 ROWS_1 ROWS_3 ROWS_2, 9);
    out_ends[0] = file.size_bytes;
    append_member(&file, NAME, ROWS_2, 9);
    out_ends[1] = file.size_bytes;
    append_member(&file, EXTRA | NAME | COMMENT | HEADER_CRC, ROWS_3, 0);
    out_ends[2] = file.size_bytes;
    return file;
}

#define ROWS_OF_THREE_MEMBERS ROWS_1 ROWS_1 ROWS_3 ROWS_2 ROWS_2 ROWS_3

// A source that gives its bytes in small pieces, and may fail at one of them.
typedef struct Trickle {
    Source link;
    Slice rest;
    size_t piece_bytes;
    bool fails_at_end;
} Trickle;

static Status trickle_read(Source *source, char *buffer, size_t capacity_bytes,
                           size_t *out_size_bytes, Error *error)
{
    Trickle *trickle = (Trickle *)source;
    size_t size_bytes = trickle->piece_bytes;

    if (size_bytes > capacity_bytes)
        size_bytes = capacity_bytes;
    if (size_bytes > trickle->rest.size_bytes)
        size_bytes = trickle->rest.size_bytes;
    if (size_bytes == 0 && trickle->fails_at_end)
        return error_set(error, STATUS_CANNOT_READ, "could not read \"x\": Input/output error");
    if (size_bytes > 0)
        memcpy(buffer, trickle->rest.bytes, size_bytes);
    trickle->rest.bytes += size_bytes;
    trickle->rest.size_bytes -= size_bytes;
    *out_size_bytes = size_bytes;
    return STATUS_OK;
}

static Source *trickle_of(Slice bytes, size_t piece_bytes, bool fails_at_end)
{
    static const SourceKind kind = {.read = trickle_read};
    Trickle *trickle = MEMORY_NEW(Trickle, 1);

    trickle->link.kind = &kind;
    trickle->rest = bytes;
    trickle->piece_bytes = piece_bytes;
    trickle->fails_at_end = fails_at_end;
    return &trickle->link;
}

// Unzips all of it. The text is what came before the end or the failure.
static Status gunzip(Source *taken_source, size_t capacity_bytes, Text *out_text, Error *error)
{
    Source *source = source_gunzip(taken_source);
    char *buffer = MEMORY_NEW(char, capacity_bytes);
    Status status = STATUS_OK;
    size_t size_bytes = 0;

    text_clear(out_text);
    do {
        status = source_read(source, buffer, capacity_bytes, &size_bytes, error);
        if (status == STATUS_OK)
            text_append_slice(out_text, (Slice){buffer, size_bytes});
    } while (status == STATUS_OK && size_bytes > 0);
    free(buffer);
    source_free(source);
    return status;
}

static Slice slice_of_text(const Text *text)
{
    return (Slice){text->bytes, text->size_bytes};
}

static void assert_gives(Slice file, const char *expected)
{
    Text text = {0};
    Error error = {0};

    if (gunzip(source_of_bytes(file.bytes, file.size_bytes), 4096, &text, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_string_equal(text_bytes(&text), expected);
    text_free(&text);
}

static void assert_refused(Slice file, const char *message)
{
    Text text = {0};
    Error error = {0};

    assert_int_equal(gunzip(source_of_bytes(file.bytes, file.size_bytes), 4096, &text, &error),
                     STATUS_DATA);
    assert_string_equal(error.message, message);
    text_free(&text);
}

static void members_give_their_texts_one_behind_the_other(void **state)
{
    (void)state;
    size_t ends[3] = {0};
    Text file = three_members(ends);

    assert_gives(slice_of_text(&file), ROWS_OF_THREE_MEMBERS);
    text_free(&file);
}

static void pieces_of_any_size_give_the_same_text(void **state)
{
    (void)state;
    size_t ends[3] = {0};
    Text file = three_members(ends);
    Text text = {0};
    Error error = {0};

    for (size_t piece_bytes = 1; piece_bytes <= 20; piece_bytes++) {
        for (size_t capacity_bytes = 1; capacity_bytes <= 20; capacity_bytes++) {
            assert_int_equal(gunzip(trickle_of(slice_of_text(&file), piece_bytes, false),
                                    capacity_bytes, &text, &error),
                             STATUS_OK);
            assert_string_equal(text_bytes(&text), ROWS_OF_THREE_MEMBERS);
        }
    }
    text_free(&text);
    text_free(&file);
}

static void a_text_larger_than_every_buffer_is_whole(void **state)
{
    (void)state;
    enum { ROWS = 300000 };
    Text rows = {0};
    Text file = {0};
    Text text = {0};
    Error error = {0};

    for (int i = 0; i < ROWS; i++)
        text_append_format(&rows, "%d,GBA1Z26%05d,%d\n", i, i % 1000 * 7919 % 100000,
                           i % 1000 * 31 % 400);
    append_member(&file, 0, text_bytes(&rows), 1);
    append_member(&file, 0, text_bytes(&rows), 6);
    assert_true(file.size_bytes > 2 * 256 * 1024);
    assert_int_equal(gunzip(source_of_bytes(file.bytes, file.size_bytes), 65536, &text, &error),
                     STATUS_OK);
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

    append_member(&file, 0, "", 6);
    assert_gives(slice_of_text(&file), "");
    append_member(&file, 0, "a\n", 6);
    for (int i = 0; i < 1000; i++)
        append_member(&file, NAME, "", 6);
    append_member(&file, 0, "b\n", 6);
    append_member(&file, 0, "", 0);
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
    Error error = {0};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_gives(slice_of(texts[i]), texts[i]);
        assert_int_equal(gunzip(trickle_of(slice_of(texts[i]), 1, false), 1, &text, &error),
                         STATUS_OK);
        assert_string_equal(text_bytes(&text), texts[i]);
    }
    assert_int_equal(gunzip(source_of_bytes("\0\0\0\0", 4), 16, &text, &error), STATUS_OK);
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
}

static void zeros_behind_the_last_member_are_filling(void **state)
{
    (void)state;
    static const char zeros[300000];
    Text file = {0};

    append_member(&file, 0, ROWS_1, 6);
    text_append_byte(&file, '\0');
    assert_gives(slice_of_text(&file), ROWS_1);
    text_append_slice(&file, (Slice){zeros, sizeof zeros});
    assert_gives(slice_of_text(&file), ROWS_1);
    text_free(&file);
}

static void zeros_between_members_are_refused(void **state)
{
    (void)state;
    Text file = {0};

    append_member(&file, 0, "a\n", 6);
    text_append_slice(&file, (Slice){"\0\0\0", 3});
    append_member(&file, 0, "b\n", 6);
    assert_refused(slice_of_text(&file),
                   "gzip member 1 at byte 0: 3 zeros behind it and then 1f at byte 25, expected "
                   "the end, another member, or zeros up to the end");
    text_free(&file);
}

static void anything_else_behind_a_trailer_is_refused(void **state)
{
    (void)state;
    Text file = {0};

    append_member(&file, 0, "a\n", 6);
    append_member(&file, 0, "b\n", 6);
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

static void a_damaged_magic_of_a_later_member_is_refused(void **state)
{
    (void)state;
    size_t ends[3] = {0};
    Text file = three_members(ends);

    for (int bit = 0; bit < 16; bit++) {
        Text damaged = {0};
        Text text = {0};
        Error error = {0};

        text_append_slice(&damaged, slice_of_text(&file));
        damaged.bytes[ends[0] + (size_t)bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(
            gunzip(source_of_bytes(damaged.bytes, damaged.size_bytes), 4096, &text, &error),
            STATUS_DATA);
        text_free(&text);
        text_free(&damaged);
    }
    text_free(&file);
}

static void a_wrong_crc_or_length_is_told_with_both_values(void **state)
{
    (void)state;
    Text file = {0};

    append_member(&file, 0, "a\n", 6);
    append_member(&file, 0, "123456789", 6);
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

    append_member(&file, HEADER_CRC, "a\n", 6);
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

static void damaged_data_is_told_with_zlibs_reason(void **state)
{
    (void)state;
    Text file = {0};

    append_header(&file, 0);
    text_append_slice(&file, (Slice){"\x07rubbish", 8});
    assert_refused(slice_of_text(&file), "gzip member 1 at byte 0: data damaged at or before byte "
                                         "11: invalid block type");
    text_free(&file);
}

static void header_fields_have_bounds(void **state)
{
    (void)state;
    enum { NAME_BYTES_MAX = 65536 };
    Text file = {0};

    for (size_t name_bytes = NAME_BYTES_MAX; name_bytes <= NAME_BYTES_MAX + 1; name_bytes++) {
        text_clear(&file);
        append_header(&file, 0);
        file.bytes[3] = NAME;
        for (size_t i = 0; i < name_bytes; i++)
            text_append_byte(&file, 'n');
        text_append_byte(&file, '\0');
        append_deflated(&file, slice_of(""), 6);
        append_little_endian(&file, 0, 8);
        if (name_bytes == NAME_BYTES_MAX)
            assert_gives(slice_of_text(&file), "");
        else
            assert_refused(slice_of_text(&file), "gzip member 1 at byte 0: a name or comment of "
                                                 "more than 65536 bytes in its header");
    }
    text_free(&file);
}

static bool is_end_of_member(size_t size_bytes, const size_t ends[3])
{
    return size_bytes == ends[0] || size_bytes == ends[1] || size_bytes == ends[2];
}

static void a_cut_anywhere_but_between_members_is_refused(void **state)
{
    (void)state;
    size_t ends[3] = {0};
    Text file = three_members(ends);
    Text text = {0};

    // Nothing tells a file that was cut between two members from a shorter one, but the sender's
    // totals.
    for (size_t size_bytes = 1; size_bytes <= file.size_bytes; size_bytes++) {
        Error error = {0};
        Status status = gunzip(source_of_bytes(file.bytes, size_bytes), 4096, &text, &error);

        assert_int_equal(status, is_end_of_member(size_bytes, ends) ? STATUS_OK : STATUS_DATA);
        assert_int_equal(strstr(error.message, ": cut at byte ") != NULL, status != STATUS_OK);
        assert_true(strncmp(ROWS_OF_THREE_MEMBERS, text_bytes(&text), text.size_bytes) == 0);
    }
    text_free(&text);
    text_free(&file);
}

// Whether a bit says nothing about the text: the text flag, time, extra flags and system of a
// header without a CRC, a name, and what fills the first byte of stored data.
static bool says_nothing(size_t at, int bit, const size_t ends[3])
{
    enum { HEADER_BYTES = 10, NAME_BYTES = 9, STORED_DATA = HEADER_BYTES + 8 + 10 + 8 + 2 };

    for (int member = 0; member < 2; member++) { // the third has a header CRC
        size_t place = at - (member == 0 ? 0 : ends[member - 1]);
        bool is_name = member == 1 && place >= HEADER_BYTES && place < HEADER_BYTES + NAME_BYTES;

        if ((place == 3 && bit == 0) || (place >= 4 && place < HEADER_BYTES) || is_name)
            return true;
    }
    return at == ends[1] + STORED_DATA && bit >= 3;
}

// The last byte of Huffman codes is filled up, how far depends on zlib.
static bool ends_codes(size_t at, const size_t ends[3])
{
    return at + 9 == ends[0] || at + 9 == ends[1];
}

static void a_flipped_bit_is_refused_or_says_nothing(void **state)
{
    (void)state;
    size_t ends[3] = {0};
    Text file = three_members(ends);
    Text text = {0};
    int fill_bits = 0;

    for (size_t at = 0; at < file.size_bytes; at++) {
        for (int bit = 0; bit < 8; bit++) {
            Error error = {0};

            file.bytes[at] ^= (char)(1 << bit);
            Status status =
                gunzip(source_of_bytes(file.bytes, file.size_bytes), 4096, &text, &error);
            file.bytes[at] ^= (char)(1 << bit);

            if (status == STATUS_OK)
                assert_string_equal(text_bytes(&text), ROWS_OF_THREE_MEMBERS);
            if (ends_codes(at, ends))
                fill_bits += status == STATUS_OK ? 1 : 0;
            else if ((status == STATUS_OK) != says_nothing(at, bit, ends))
                fail_msg("bit %d of byte %zu: %s", bit, at,
                         status == STATUS_OK ? "accepted" : error.message);
        }
    }
    assert_in_range(fill_bits, 0, 2 * 7);
    text_free(&text);
    text_free(&file);
}

static void a_failure_of_what_is_read_is_passed_on_with_the_place(void **state)
{
    (void)state;
    size_t ends[3] = {0};
    Text file = three_members(ends);
    Text text = {0};

    for (size_t size_bytes = 1; size_bytes <= file.size_bytes; size_bytes++) {
        Error error = {0};
        Slice begin = {file.bytes, size_bytes};

        // At a border of members too: an error there is no end.
        assert_int_equal(gunzip(trickle_of(begin, 7, true), 64, &text, &error), STATUS_CANNOT_READ);
        assert_non_null(strstr(error.message, "could not read \"x\": Input/output error"));
    }
    text_free(&text);
    text_free(&file);
}

static void a_refused_source_stays_refused(void **state)
{
    (void)state;
    Error error = {0};
    char buffer[64];
    size_t size_bytes = 0;
    Text file = {0};

    append_member(&file, 0, "a\n", 6);
    text_append(&file, "x");
    Source *source = source_gunzip(source_of_bytes(file.bytes, file.size_bytes));

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
        cmocka_unit_test(a_damaged_magic_of_a_later_member_is_refused),
        cmocka_unit_test(a_wrong_crc_or_length_is_told_with_both_values),
        cmocka_unit_test(a_damaged_header_is_told_with_what_is_wrong),
        cmocka_unit_test(damaged_data_is_told_with_zlibs_reason),
        cmocka_unit_test(header_fields_have_bounds),
        cmocka_unit_test(a_cut_anywhere_but_between_members_is_refused),
        cmocka_unit_test(a_flipped_bit_is_refused_or_says_nothing),
        cmocka_unit_test(a_failure_of_what_is_read_is_passed_on_with_the_place),
        cmocka_unit_test(a_refused_source_stays_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
