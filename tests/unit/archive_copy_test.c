#include "base/files.h"
#include "base/memory.h"
#include "ingest/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *copy_of(const char *archive, const char *text)
{
    Error error = {0};
    ArchiveCopy *copy = NULL;
    char *path = NULL;

    assert_int_equal(archive_copy_open(archive, "wavecast", &copy, &error), STATUS_OK);
    assert_int_equal(archive_copy_write(copy, text, strlen(text), &error), STATUS_OK);
    assert_int_equal(archive_copy_finish(copy, &path, &error), STATUS_OK);
    archive_copy_close(copy);
    return path;
}

static void write_file(const char *path, const char *text)
{
    Error error = {0};
    NewFile *file = NULL;

    assert_int_equal(new_file_open(path, &file, &error), STATUS_OK);
    assert_int_equal(new_file_write(file, text, strlen(text), &error), STATUS_OK);
    assert_int_equal(new_file_commit(file, &error), STATUS_OK);
    new_file_close(file);
}

static void assert_file(const char *path, const char *expected)
{
    enum { BYTES_MAX = 100 };
    Error error = {0};
    char *text = NULL;
    size_t size_bytes = 0;

    assert_int_equal(file_read(path, BYTES_MAX, &text, &size_bytes, &error), STATUS_OK);
    assert_string_equal(text, expected);
    free(text);
}

// In a container a program has the same number each night, and often its machine the same name: what
// a crash left there may be the only copy of a file that is committed, or another's who writes it now.
static void the_copy_of_another_of_the_same_host_and_number_is_not_overwritten(void **state)
{
    char folder[] = "/tmp/archive_copy_test.XXXXXX";
    char *first = NULL;
    char *others = NULL;
    char *second = NULL;

    (void)state;
    assert_non_null(mkdtemp(folder));
    first = copy_of(folder, "first");
    assert_true(text_ends_with(first, "-0"));
    others = text_format("%.*s1", (int)strlen(first) - 1, first);
    write_file(others, "committed");
    second = copy_of(folder, "second");
    assert_file(others, "committed");
    assert_file(second, "second");

    Error error = {0};
    char *copies = path_folder(first);
    char *incoming = path_folder(copies);

    assert_int_equal(folder_remove(copies, &error), STATUS_OK);
    assert_int_equal(folder_remove(incoming, &error), STATUS_OK);
    assert_int_equal(folder_remove(folder, &error), STATUS_OK);
    free(incoming);
    free(copies);
    free(second);
    free(others);
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_copy_of_another_of_the_same_host_and_number_is_not_overwritten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
