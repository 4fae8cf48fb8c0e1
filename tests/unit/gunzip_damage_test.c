#include "report/source.h"

#include "support/gzip_member.h"
#include "support/source_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { HEADER_BYTES = 10 };

static const InflaterKind *inflating; // which the tests are run for

static bool is_end_of_member(size_t size_bytes, const GzipOfThree *three)
{
    return size_bytes == three->ends[0] || size_bytes == three->ends[1] ||
           size_bytes == three->ends[2];
}

static void a_cut_anywhere_but_between_members_is_refused(void **state)
{
    (void)state;
    GzipOfThree three = gzip_of_three();
    Text *file = &three.file;
    Text text = {0};

    // Nothing tells a file that was cut between two members from a shorter one, but the sender's
    // totals.
    for (size_t size_bytes = 1; size_bytes <= file->size_bytes; size_bytes++) {
        Error error = {0};
        Status status =
            source_text(source_gunzip_by(inflating, source_of_bytes(file->bytes, size_bytes)), 4096,
                        &text, &error);

        assert_int_equal(status, is_end_of_member(size_bytes, &three) ? STATUS_OK : STATUS_DATA);
        assert_int_equal(strstr(error.message, ": cut at byte ") != NULL, status != STATUS_OK);
        assert_true(strncmp(gzip_of_three_text, text_bytes(&text), text.size_bytes) == 0);
    }
    text_free(&text);
    text_free(file);
}

// The letters of the name of the second member, whose header has no CRC.
static bool is_name(size_t at, const GzipOfThree *three)
{
    size_t name = three->ends[0] + HEADER_BYTES;

    return at >= name && at < name + strlen("sales.csv");
}

// Whether a bit says nothing about the text: the text flag, time, extra flags and system of a
// header without a CRC, a name, and what fills the first byte of stored data.
static bool says_nothing(size_t at, int bit, const GzipOfThree *three)
{
    enum { STORED_DATA = HEADER_BYTES + 8 + 10 + 8 + 2 };

    for (int member = 0; member < 2; member++) { // the third has a header CRC
        size_t place = at - (member == 0 ? 0 : three->ends[member - 1]);

        if ((place == 3 && bit == 0) || (place >= 4 && place < HEADER_BYTES))
            return true;
    }
    return is_name(at, three) || (at == three->ends[1] + STORED_DATA && bit >= 3);
}

// The last byte of Huffman codes is filled up, how far depends on zlib.
static bool ends_codes(size_t at, const GzipOfThree *three)
{
    return at + 9 == three->ends[0] || at + 9 == three->ends[1];
}

static void flip(Text *file, size_t at, int bit)
{
    unsigned byte = (unsigned char)file->bytes[at];

    file->bytes[at] = (char)(byte ^ 1U << bit);
}

static void a_flipped_bit_is_refused_or_says_nothing(void **state)
{
    (void)state;
    GzipOfThree three = gzip_of_three();
    Text *file = &three.file;
    Text text = {0};
    int fill_bits = 0;

    for (size_t at = 0; at < file->size_bytes; at++) {
        for (int bit = 0; bit < 8; bit++) {
            Error error = {0};

            flip(file, at, bit);
            Status status = source_text(
                source_gunzip_by(inflating, source_of_bytes(file->bytes, file->size_bytes)), 4096,
                &text, &error);
            flip(file, at, bit);

            if (status == STATUS_OK)
                assert_string_equal(text_bytes(&text), gzip_of_three_text);
            if (ends_codes(at, &three))
                fill_bits += status == STATUS_OK ? 1 : 0;
            else if ((status == STATUS_OK) != says_nothing(at, bit, &three))
                fail_msg("bit %d of byte %zu: %s", bit, at,
                         status == STATUS_OK ? "accepted" : error.message);
        }
    }
    assert_in_range(fill_bits, 0, 2 * 7);
    text_free(&text);
    text_free(file);
}

static void a_byte_left_out_is_refused_or_says_nothing(void **state)
{
    (void)state;
    GzipOfThree three = gzip_of_three();
    Text *file = &three.file;
    Text text = {0};

    for (size_t at = 0; at < file->size_bytes; at++) {
        Text shorter = {0};
        Error error = {0};

        text_append_slice(&shorter, (Slice){file->bytes, at});
        text_append_slice(&shorter, (Slice){file->bytes + at + 1, file->size_bytes - at - 1});
        Status status = source_text(
            source_gunzip_by(inflating, source_of_bytes(shorter.bytes, shorter.size_bytes)), 4096,
            &text, &error);

        // A name may be a letter shorter, or its first letter have moved up into the fields before
        // it, and nobody knows.
        if (status == STATUS_OK) {
            assert_string_equal(text_bytes(&text), gzip_of_three_text);
            assert_true(at > three.ends[0] + 1 && at < three.ends[0] + HEADER_BYTES + 9);
        } else {
            assert_int_equal(status, STATUS_DATA);
        }
        text_free(&shorter);
    }
    text_free(&text);
    text_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_anywhere_but_between_members_is_refused),
        cmocka_unit_test(a_byte_left_out_is_refused_or_says_nothing),
        cmocka_unit_test(a_flipped_bit_is_refused_or_says_nothing),
    };

    int failures = 0;

    for (size_t i = 0; inflater_kinds[i] != NULL; i++) {
        inflating = inflater_kinds[i];
        failures += cmocka_run_group_tests_name(inflating->name, tests, NULL, NULL);
    }
    return failures;
}
