#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// The examples of FIPS 180-4.
static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char two_blocks[] = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
static const char nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static void known_digests_come_out(void **state)
{
    (void)state;
    char text[DIGEST_TEXT_BYTES];

    assert_string_equal(digest_bytes("abc", 3, text), abc);
    assert_string_equal(digest_bytes(NULL, 0, text), nothing);
    assert_string_equal(
        digest_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, text),
        two_blocks);
}

static void pieces_make_the_same_digest_as_the_whole(void **state)
{
    (void)state;
    char text[DIGEST_TEXT_BYTES];
    Digest *digest = digest_new();

    digest_add(digest, "a", 1);
    digest_add(digest, "", 0);
    digest_add(digest, "bc", 2);
    assert_string_equal(digest_finish(digest, text), abc);
    digest_free(digest);
    digest_free(NULL);
}

static void a_file_has_the_digest_of_its_bytes(void **state)
{
    (void)state;
    enum { FILE_BYTES = 300000 }; // several reads
    char path[] = "/tmp/digest_test.XXXXXX";
    char expected[DIGEST_TEXT_BYTES];
    char text[DIGEST_TEXT_BYTES];
    Error error = {0};
    int64_t size_bytes = 0;
    char *bytes = malloc(FILE_BYTES);
    int descriptor = mkstemp(path);

    assert_non_null(bytes);
    for (int i = 0; i < FILE_BYTES; i++)
        bytes[i] = (char)(i * 31 / 7);
    assert_int_equal(write(descriptor, bytes, FILE_BYTES), FILE_BYTES);
    assert_int_equal(close(descriptor), 0);

    assert_int_equal(digest_file(path, text, &size_bytes, &error), STATUS_OK);
    assert_int_equal(size_bytes, FILE_BYTES);
    assert_string_equal(text, digest_bytes(bytes, FILE_BYTES, expected));
    assert_int_equal(unlink(path), 0);
    free(bytes);
}

static void a_file_that_is_missing_or_a_folder_is_told(void **state)
{
    (void)state;
    char text[DIGEST_TEXT_BYTES] = "untouched";
    Error error = {0};
    int64_t size_bytes = -1;

    assert_int_equal(digest_file("/nonexistent/file", text, &size_bytes, &error), STATUS_NO_INPUT);
    assert_string_equal(error.message,
                        "could not open \"/nonexistent/file\": No such file or directory");
    assert_int_equal(digest_file("/", text, &size_bytes, &error), STATUS_CANNOT_READ);
    assert_string_equal(error.message, "could not read \"/\": Is a directory");
    assert_string_equal(text, "untouched");
    assert_int_equal(size_bytes, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests_come_out),
        cmocka_unit_test(pieces_make_the_same_digest_as_the_whole),
        cmocka_unit_test(a_file_has_the_digest_of_its_bytes),
        cmocka_unit_test(a_file_that_is_missing_or_a_folder_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
