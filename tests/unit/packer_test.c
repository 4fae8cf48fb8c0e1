#include "base/packer.h"

#include "base/memory.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

typedef struct Packed {
    Text bytes;
    size_t refused_from_bytes; // SIZE_MAX: all is taken
} Packed;

static Status take(void *context, const void *bytes, size_t size_bytes, Error *error)
{
    Packed *packed = context;

    if (packed->bytes.size_bytes >= packed->refused_from_bytes)
        return error_set(error, STATUS_CANNOT_WRITE, "the disk is full");
    text_append_slice(&packed->bytes, (Slice){bytes, size_bytes});
    return STATUS_OK;
}

/** A piece of random letters, so that they hardly get shorter. */
static void fill(Text *text, Random *random, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++)
        text_append_byte(text, (char)(' ' + random_below(random, 90)));
}

/** Packs so many pieces; all of them, one behind the other, are added to `plain`. */
static Status pack_pieces(size_t pieces, size_t piece_bytes, Packed *packed, Text *plain,
                          Error *error)
{
    Status status = STATUS_OK;
    Packer *packer = NULL;
    Random random = {3};
    Text piece = {0};

    TRY(packer_new(take, packed, &packer, error));
    for (size_t i = 0; i < pieces; i++) {
        fill(&piece, &random, piece_bytes);
        text_append_slice(plain, (Slice){piece.bytes, piece.size_bytes});
        TRY(packer_add(packer, &piece, error));
        assert_int_equal(piece.size_bytes, 0);
    }
    TRY(packer_finish(packer, error));

cleanup:
    packer_free(packer);
    text_free(&piece);
    return status;
}

static void assert_unpacks(const Packed *packed, const Text *expected)
{
    z_stream stream = {0};
    char *plain = memory_new(expected->size_bytes + 1, 1);

    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (Bytef *)packed->bytes.bytes;
    stream.avail_in = (uInt)packed->bytes.size_bytes;
    stream.next_out = (Bytef *)plain;
    stream.avail_out = (uInt)expected->size_bytes + 1;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, expected->size_bytes);
    assert_memory_equal(plain, text_bytes(expected), expected->size_bytes);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(inflateEnd(&stream), Z_OK);
    free(plain);
}

static void all_pieces_come_out_in_order(void **state)
{
    static const size_t counts[] = {0, 1, 2, 8, 9, 100};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        Packed packed = {.refused_from_bytes = SIZE_MAX};
        Text plain = {0};
        Error error = {0};

        assert_int_equal(pack_pieces(counts[i], 10000, &packed, &plain, &error), STATUS_OK);
        assert_unpacks(&packed, &plain);
        text_free(&packed.bytes);
        text_free(&plain);
    }
}

static void same_pieces_give_the_same_bytes(void **state)
{
    Packed packed[2] = {{.refused_from_bytes = SIZE_MAX}, {.refused_from_bytes = SIZE_MAX}};
    Text plain = {0};
    Error error = {0};

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pack_pieces(50, 70000, &packed[i], &plain, &error), STATUS_OK);
    assert_int_equal(packed[0].bytes.size_bytes, packed[1].bytes.size_bytes);
    assert_memory_equal(packed[0].bytes.bytes, packed[1].bytes.bytes, packed[0].bytes.size_bytes);
    for (size_t i = 0; i < 2; i++)
        text_free(&packed[i].bytes);
    text_free(&plain);
}

static void what_cannot_be_taken_ends_in_its_error(void **state)
{
    static const size_t limits[] = {0, 1, 100000};

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        Packed packed = {.refused_from_bytes = limits[i]};
        Text plain = {0};
        Error error = {0};

        assert_int_equal(pack_pieces(100, 20000, &packed, &plain, &error), STATUS_CANNOT_WRITE);
        assert_string_equal(error.message, "the disk is full");
        text_free(&packed.bytes);
        text_free(&plain);
    }
}

static void one_that_is_given_up_stops(void **state)
{
    Packed packed = {.refused_from_bytes = SIZE_MAX};
    Packer *packer = NULL;
    Random random = {3};
    Text piece = {0};
    Error error = {0};

    (void)state;
    assert_int_equal(packer_new(take, &packed, &packer, &error), STATUS_OK);
    for (size_t i = 0; i < 8; i++) {
        fill(&piece, &random, 50000);
        assert_int_equal(packer_add(packer, &piece, &error), STATUS_OK);
    }
    packer_free(packer);
    packer_free(NULL);
    text_free(&piece);
    text_free(&packed.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pieces_come_out_in_order),
        cmocka_unit_test(same_pieces_give_the_same_bytes),
        cmocka_unit_test(what_cannot_be_taken_ends_in_its_error),
        cmocka_unit_test(one_that_is_given_up_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
