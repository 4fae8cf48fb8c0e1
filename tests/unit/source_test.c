#include "report/source.h"

#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA256_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Reads to the end, `capacity_bytes` at a time.
static char *read_all(Source *source, size_t capacity_bytes)
{
    Text text = {0};
    Error error = {0};
    char buffer[64];
    size_t size_bytes = 0;

    do {
        if (source_read(source, buffer, capacity_bytes, &size_bytes, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        text_append_slice(&text, (Slice){buffer, size_bytes});
    } while (size_bytes > 0);
    return text_take(&text);
}

// A file without a place of its own: it is gone when its descriptor is closed.
static int file_of(const char *bytes, char path[32])
{
    int descriptor = memfd_create("report", MFD_CLOEXEC);

    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, strlen(bytes)), strlen(bytes));
    assert_int_equal(lseek(descriptor, 0, SEEK_SET), 0);
    (void)snprintf(path, 32, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

static void bytes_come_as_they_are_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t capacity_bytes = 1; capacity_bytes <= 64; capacity_bytes++) {
        Source *source = source_of_bytes("one two three", 13);
        char *text = read_all(source, capacity_bytes);

        assert_string_equal(text, "one two three");
        free(text);
        source_free(source);
    }
}

static void the_end_stays_the_end(void **state)
{
    (void)state;
    Error error = {0};
    char buffer[8];
    size_t size_bytes = 7;
    Source *source = source_of_bytes(NULL, 0);

    for (int i = 0; i < 3; i++) {
        assert_int_equal(source_read(source, buffer, sizeof buffer, &size_bytes, &error),
                         STATUS_OK);
        assert_int_equal(size_bytes, 0);
    }
    source_free(source);
}

static void a_file_is_read_to_its_end(void **state)
{
    (void)state;
    Error error = {0};
    Source *source = NULL;
    char path[32];
    int descriptor = file_of("one\ntwo\n", path);

    assert_int_equal(source_open_file(path, &source, &error), STATUS_OK);
    char *text = read_all(source, 3);

    assert_string_equal(text, "one\ntwo\n");
    free(text);
    source_free(source);
    assert_int_equal(close(descriptor), 0);
}

static void standard_input_is_a_hyphen_and_stays_open(void **state)
{
    (void)state;
    Error error = {0};
    Source *source = NULL;
    char path[32];
    int descriptor = file_of("from a pipe", path);

    assert_int_equal(dup2(descriptor, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(source_open_file("-", &source, &error), STATUS_OK);
    char *text = read_all(source, 64);

    assert_string_equal(text, "from a pipe");
    free(text);
    source_free(source);
    assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_CUR), 11);
    assert_int_equal(close(descriptor), 0);
}

static void a_missing_file_is_told_by_its_name(void **state)
{
    (void)state;
    Error error = {0};
    Source *source = NULL;

    assert_int_equal(source_open_file("no/such/file.csv", &source, &error), STATUS_NO_INPUT);
    assert_string_equal(error.message,
                        "could not open \"no/such/file.csv\": No such file or directory");
    assert_null(source);
}

static void a_failing_read_is_told_and_never_taken_for_the_end(void **state)
{
    (void)state;
    Error error = {0};
    Source *source = NULL;
    char buffer[8];
    size_t size_bytes = 7;

    assert_int_equal(source_open_file("/", &source, &error), STATUS_OK);
    assert_int_equal(source_read(source, buffer, sizeof buffer, &size_bytes, &error),
                     STATUS_CANNOT_READ);
    assert_string_equal(error.message, "could not read \"/\": Is a directory");
    assert_int_equal(size_bytes, 7);
    assert_int_equal(source_read(source, buffer, sizeof buffer, &size_bytes, &error),
                     STATUS_CANNOT_READ);
    source_free(source);
}

static void the_digest_is_of_what_was_read(void **state)
{
    (void)state;
    for (size_t capacity_bytes = 1; capacity_bytes <= 4; capacity_bytes++) {
        Source *source = source_digest(source_of_bytes("abc", 3));
        char digest[DIGEST_TEXT_BYTES];
        int64_t size_bytes = 0;
        char *text = read_all(source, capacity_bytes);

        source_digest_finish(source, digest, &size_bytes);
        assert_string_equal(text, "abc");
        assert_string_equal(digest, SHA256_OF_ABC);
        assert_int_equal(size_bytes, 3);
        free(text);
        source_free(source);
    }
}

static void the_digest_of_an_empty_file_is_that_of_nothing(void **state)
{
    (void)state;
    Source *source = source_digest(source_of_bytes("", 0));
    char digest[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 7;
    char *text = read_all(source, 8);

    source_digest_finish(source, digest, &size_bytes);
    assert_string_equal(digest, SHA256_OF_NOTHING);
    assert_int_equal(size_bytes, 0);
    free(text);
    source_free(source);
}

static void the_digest_is_of_the_file_and_not_of_what_is_made_of_it(void **state)
{
    (void)state;
    // Three zeros behind an empty member: no byte of text, 23 bytes of file.
    static const char member[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0\0\0\0";
    Source *passed = source_digest(source_of_bytes(member, 23));
    Source *source = source_utf8(source_gunzip(passed), ENCODING_UTF_8);
    char digest[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    char *text = read_all(source, 64);

    source_digest_finish(passed, digest, &size_bytes);
    assert_string_equal(text, "");
    assert_int_equal(size_bytes, 23);
    free(text);
    source_free(source);
}

static Status append(void *text, const char *bytes, size_t size_bytes, Error *error)
{
    (void)error;
    text_append_slice(text, (Slice){.bytes = bytes, .size_bytes = size_bytes});
    return STATUS_OK;
}

static void what_is_shared_is_what_was_read(void **state)
{
    (void)state;
    Text taken = {0};
    Source *source = source_shared(source_of_bytes("7001,DE", 7), append, &taken);
    char *text = read_all(source, 3);

    assert_string_equal(text, "7001,DE");
    assert_string_equal(text_bytes(&taken), "7001,DE");
    text_free(&taken);
    free(text);
    source_free(source);
}

static Status have_no_room(void *context, const char *bytes, size_t size_bytes, Error *error)
{
    (void)context;
    (void)bytes;
    (void)size_bytes;
    return error_set(error, STATUS_CANNOT_WRITE, "no room");
}

static void bytes_that_cannot_be_shared_are_not_given(void **state)
{
    (void)state;
    Error error = {0};
    Source *source = source_shared(source_of_bytes("7001,DE", 7), have_no_room, NULL);
    char buffer[8];
    size_t size_bytes = 5;

    assert_int_equal(source_read(source, buffer, sizeof buffer, &size_bytes, &error),
                     STATUS_CANNOT_WRITE);
    assert_string_equal(error.message, "no room");
    assert_int_equal(size_bytes, 5);
    source_free(source);
}

static void freeing_no_source_does_nothing(void **state)
{
    (void)state;
    source_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_as_they_are_in_pieces_of_any_size),
        cmocka_unit_test(the_end_stays_the_end),
        cmocka_unit_test(a_file_is_read_to_its_end),
        cmocka_unit_test(standard_input_is_a_hyphen_and_stays_open),
        cmocka_unit_test(a_missing_file_is_told_by_its_name),
        cmocka_unit_test(a_failing_read_is_told_and_never_taken_for_the_end),
        cmocka_unit_test(the_digest_is_of_what_was_read),
        cmocka_unit_test(the_digest_of_an_empty_file_is_that_of_nothing),
        cmocka_unit_test(the_digest_is_of_the_file_and_not_of_what_is_made_of_it),
        cmocka_unit_test(what_is_shared_is_what_was_read),
        cmocka_unit_test(bytes_that_cannot_be_shared_are_not_given),
        cmocka_unit_test(freeing_no_source_does_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
