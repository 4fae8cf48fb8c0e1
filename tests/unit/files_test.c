#include "base/files.h"

#include "base/memory.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

// Each test works in an empty folder of its own, which is the current one meanwhile.
typedef struct Fixture {
    char folder[32];
    int before;
    Error error;
} Fixture;

static int enter_folder(void **state)
{
    Fixture *fixture = MEMORY_NEW(Fixture, 1);

    *fixture = (Fixture){.folder = "/tmp/files_test.XXXXXX"};
    fixture->before = open(".", O_RDONLY | O_DIRECTORY);
    *state = fixture;
    return fixture->before >= 0 && mkdtemp(fixture->folder) != NULL ? chdir(fixture->folder) : -1;
}

// Tests make folders no deeper than this, and leave nothing open.
static int leave_folder(void **state)
{
    Fixture *fixture = *state;
    static const char *const folders[] = {"a/b/c", "a/b", "a", "."};
    int failed = 0;

    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        char **names = NULL;
        size_t count = 0;

        if (folder_list(folders[i], &names, &count, &fixture->error) != STATUS_OK)
            failed = -1;
        for (size_t n = 0; n < count; n++) {
            char *path = path_join(folders[i], names[n]);

            failed |= unlink(path);
            free(path);
        }
        names_free(names, count);
        if (i < COUNT_OF(folders) - 1)
            (void)rmdir(folders[i]);
    }
    failed |= fchdir(fixture->before) | close(fixture->before);
    failed |= rmdir(fixture->folder); // fails if a hidden file was left
    free(fixture);
    return failed;
}

static void put_file(const char *path, const char *content)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, content, strlen(content)), strlen(content));
    assert_int_equal(close(descriptor), 0);
}

static void assert_file(Fixture *fixture, const char *path, const char *expected)
{
    char *bytes = NULL;
    size_t size_bytes = 0;

    if (file_read(path, 1000, &bytes, &size_bytes, &fixture->error) != STATUS_OK)
        fail_msg("%s", fixture->error.message);
    assert_int_equal(size_bytes, strlen(expected));
    assert_string_equal(bytes, expected);
    free(bytes);
}

static void assert_taken(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

static void paths_are_taken_apart_and_put_together(void **state)
{
    (void)state;
    assert_string_equal(path_name("a/b/c.csv"), "c.csv");
    assert_string_equal(path_name("c.csv"), "c.csv");
    assert_string_equal(path_name("a/"), "");
    assert_taken(path_join("a/b", "c"), "a/b/c");
    assert_taken(path_join("a/", "c"), "a/c");
    assert_taken(path_join("/", "c"), "/c");
    assert_taken(path_folder("a/b/c.csv"), "a/b");
    assert_taken(path_folder("c.csv"), ".");
    assert_taken(path_folder("/c.csv"), "/");
}

static void a_folder_is_made_with_those_above_it_and_private(void **state)
{
    Fixture *fixture = *state;
    struct stat made;

    assert_int_equal(folder_make("a/b/c", &fixture->error), STATUS_OK);
    assert_int_equal(folder_make("a/b/c", &fixture->error), STATUS_OK);
    assert_int_equal(stat("a/b", &made), 0);
    assert_int_equal(made.st_mode & 07777, 0700);
}

static void a_folder_in_the_way_of_a_file_is_told(void **state)
{
    Fixture *fixture = *state;

    put_file("f", "");
    assert_int_equal(folder_make("f", &fixture->error), STATUS_CANNOT_WRITE);
    assert_string_equal(fixture->error.message, "could not make the folder \"f\": File exists");
    assert_int_equal(folder_make("f/g", &fixture->error), STATUS_CANNOT_WRITE);
    assert_int_equal(folder_sync("f", &fixture->error), STATUS_CANNOT_WRITE);
    assert_int_equal(folder_sync("nowhere", &fixture->error), STATUS_CANNOT_WRITE);
}

static void a_list_is_sorted_and_shows_no_folders_and_nothing_hidden(void **state)
{
    Fixture *fixture = *state;
    char **names = NULL;
    size_t count = 0;

    put_file("b", "");
    put_file("B", "");
    put_file("a0", "");
    put_file("ä", "");
    put_file(".hidden", "");
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_equal(symlink("b", "link"), 0);
    assert_int_equal(symlink("gone", "broken"), 0);
    assert_int_equal(folder_list(".", &names, &count, &fixture->error), STATUS_OK);
    assert_int_equal(count, 5);
    assert_string_equal(names[0], "B");
    assert_string_equal(names[1], "a0");
    assert_string_equal(names[2], "b");
    assert_string_equal(names[3], "link");
    assert_string_equal(names[4], "ä");
    names_free(names, count);
    assert_int_equal(folder_list_folders(".", &names, &count, &fixture->error), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(names[0], "a");
    names_free(names, count);
    assert_int_equal(unlink(".hidden") | unlink("broken"), 0);
}

static void a_folder_is_removed_with_hidden_files_but_not_with_folders(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(folder_make("a/b", &fixture->error), STATUS_OK);
    put_file("a/f", "1");
    put_file("a/.hidden", "2");
    assert_int_equal(folder_remove("a", &fixture->error), STATUS_CANNOT_WRITE);
    assert_string_equal(fixture->error.message,
                        "could not remove the folder \"a\": Directory not empty");
    assert_int_equal(folder_remove("a/b", &fixture->error), STATUS_OK);
    assert_int_equal(folder_remove("a", &fixture->error), STATUS_OK);
    assert_false(file_exists("a/.hidden"));
    assert_int_equal(folder_remove("a", &fixture->error), STATUS_OK);
}

static void a_missing_folder_lists_as_empty_and_a_file_does_not(void **state)
{
    Fixture *fixture = *state;
    char **names = NULL;
    size_t count = 7;

    assert_int_equal(folder_list("nowhere", &names, &count, &fixture->error), STATUS_OK);
    assert_int_equal(count, 0);
    names_free(names, count);
    put_file("f", "");
    count = 7;
    assert_int_equal(folder_list("f", &names, &count, &fixture->error), STATUS_CANNOT_READ);
    assert_int_equal(count, 7);
}

static void a_file_is_read_up_to_its_bound_and_no_further(void **state)
{
    Fixture *fixture = *state;
    char *bytes = NULL;
    size_t size_bytes = 0;

    put_file("f", "12345");
    put_file("empty", "");
    assert_int_equal(file_read("f", 5, &bytes, &size_bytes, &fixture->error), STATUS_OK);
    assert_string_equal(bytes, "12345");
    free(bytes);
    bytes = NULL;
    assert_int_equal(file_read("f", 4, &bytes, &size_bytes, &fixture->error), STATUS_DATA);
    assert_string_equal(fixture->error.message, "\"f\" is larger than 4 bytes");
    assert_null(bytes);
    assert_file(fixture, "empty", "");
    assert_int_equal(file_read("gone", 4, &bytes, &size_bytes, &fixture->error), STATUS_NO_INPUT);
    assert_int_equal(file_read(".", 4, &bytes, &size_bytes, &fixture->error), STATUS_CANNOT_READ);
}

static void a_large_file_is_read_whole(void **state)
{
    Fixture *fixture = *state;
    enum { FILE_BYTES = 1024 * 1024 }; // a whole number of reads
    char *content = MEMORY_NEW(char, FILE_BYTES + 1);
    char *bytes = NULL;
    size_t size_bytes = 0;
    int64_t told_bytes = 0;

    for (int i = 0; i < FILE_BYTES; i++)
        content[i] = (char)('a' + i % 23);
    put_file("f", content);
    assert_int_equal(file_read("f", FILE_BYTES, &bytes, &size_bytes, &fixture->error), STATUS_OK);
    assert_int_equal(size_bytes, FILE_BYTES);
    assert_string_equal(bytes, content);
    assert_int_equal(file_size("f", &told_bytes, &fixture->error), STATUS_OK);
    assert_int_equal(told_bytes, FILE_BYTES);
    assert_int_equal(file_size("gone", &told_bytes, &fixture->error), STATUS_NO_INPUT);
    free(bytes);
    free(content);
}

static void a_file_moves_to_a_folder_that_is_made(void **state)
{
    Fixture *fixture = *state;

    put_file("f", "one");
    assert_int_equal(file_move("f", "a/b/g", &fixture->error), STATUS_OK);
    assert_false(file_exists("f"));
    assert_file(fixture, "a/b/g", "one");
    put_file("f", "two");
    assert_int_equal(file_move("f", "a/b/g", &fixture->error), STATUS_OK);
    assert_file(fixture, "a/b/g", "two");
    assert_int_equal(file_move("f", "a/b/g", &fixture->error), STATUS_NO_INPUT);
    assert_file(fixture, "a/b/g", "two");
}

static void a_file_moves_to_another_file_system(void **state)
{
    Fixture *fixture = *state;
    struct stat here;
    struct stat there;

    if (access("/dev/shm", W_OK) != 0 || stat("/dev/shm", &there) != 0 || stat(".", &here) != 0 ||
        here.st_dev == there.st_dev)
        skip();

    char *target = text_format("/dev/shm/files_test.%d", (int)getpid());

    put_file("f", "far");
    assert_int_equal(file_move("f", target, &fixture->error), STATUS_OK);
    assert_false(file_exists("f"));
    assert_file(fixture, target, "far");
    assert_int_equal(file_remove(target, &fixture->error), STATUS_OK);
    free(target);
}

static void removing_what_is_not_there_is_no_error(void **state)
{
    Fixture *fixture = *state;

    put_file("f", "");
    assert_int_equal(file_remove("f", &fixture->error), STATUS_OK);
    assert_int_equal(file_remove("f", &fixture->error), STATUS_OK);
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_not_equal(file_remove("a", &fixture->error), STATUS_OK);
}

static void a_new_file_appears_whole_and_private(void **state)
{
    Fixture *fixture = *state;
    NewFile *file = NULL;
    struct stat made;

    put_file("f", "old");
    assert_int_equal(new_file_open("f", &file, &fixture->error), STATUS_OK);
    assert_int_equal(new_file_write(file, "new", 3, &fixture->error), STATUS_OK);
    assert_int_equal(new_file_write(file, NULL, 0, &fixture->error), STATUS_OK);
    assert_file(fixture, "f", "old");
    assert_int_equal(new_file_commit(file, &fixture->error), STATUS_OK);
    new_file_close(file);
    assert_file(fixture, "f", "new");
    assert_int_equal(stat("f", &made), 0);
    assert_int_equal(made.st_mode & 07777, 0600);
}

// Its hidden name has to fit too.
static void a_new_file_may_have_the_longest_of_names(void **state)
{
    enum { NAME_BYTES = 255 };
    Fixture *fixture = *state;
    char name[NAME_BYTES + 1];
    NewFile *file = NULL;

    memset(name, 'a', NAME_BYTES);
    name[NAME_BYTES] = '\0';
    assert_int_equal(new_file_open(name, &file, &fixture->error), STATUS_OK);
    assert_int_equal(new_file_write(file, "1", 1, &fixture->error), STATUS_OK);
    assert_int_equal(new_file_commit(file, &fixture->error), STATUS_OK);
    new_file_close(file);
    assert_file(fixture, name, "1");
}

static void a_new_file_that_is_not_committed_leaves_nothing(void **state)
{
    Fixture *fixture = *state;
    NewFile *file = NULL;

    assert_int_equal(new_file_open("f", &file, &fixture->error), STATUS_OK);
    assert_int_equal(new_file_write(file, "new", 3, &fixture->error), STATUS_OK);
    new_file_close(file);
    assert_false(file_exists("f"));
    new_file_close(NULL);
}

static void a_new_file_in_no_folder_cannot_be_written(void **state)
{
    Fixture *fixture = *state;
    NewFile *file = NULL;

    assert_int_equal(new_file_open("nowhere/f", &file, &fixture->error), STATUS_CANNOT_WRITE);
    assert_string_equal(fixture->error.message,
                        "could not make the file \"nowhere/f\": No such file or directory");
    assert_null(file);
}

static void a_new_file_that_does_not_fit_is_told_by_the_commit(void **state)
{
    Fixture *fixture = *state;
    NewFile *file = NULL;
    struct rlimit before;
    struct rlimit small = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    char bytes[10000] = {0};

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN); // NOLINT: a file over the limit is to fail with EFBIG
    assert_int_equal(new_file_open("f", &file, &fixture->error), STATUS_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);

    Status status = new_file_write(file, bytes, sizeof bytes, &fixture->error);

    if (status == STATUS_OK)
        status = new_file_commit(file, &fixture->error);
    new_file_close(file);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_CANNOT_WRITE);
    assert_string_equal(fixture->error.message, "could not write \"f\": File too large");
    assert_false(file_exists("f"));
}

#define FOLDER_TEST(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_taken_apart_and_put_together),
        FOLDER_TEST(a_folder_is_made_with_those_above_it_and_private),
        FOLDER_TEST(a_folder_in_the_way_of_a_file_is_told),
        FOLDER_TEST(a_list_is_sorted_and_shows_no_folders_and_nothing_hidden),
        FOLDER_TEST(a_folder_is_removed_with_hidden_files_but_not_with_folders),
        FOLDER_TEST(a_missing_folder_lists_as_empty_and_a_file_does_not),
        FOLDER_TEST(a_file_is_read_up_to_its_bound_and_no_further),
        FOLDER_TEST(a_large_file_is_read_whole),
        FOLDER_TEST(a_file_moves_to_a_folder_that_is_made),
        FOLDER_TEST(a_file_moves_to_another_file_system),
        FOLDER_TEST(removing_what_is_not_there_is_no_error),
        FOLDER_TEST(a_new_file_appears_whole_and_private),
        FOLDER_TEST(a_new_file_may_have_the_longest_of_names),
        FOLDER_TEST(a_new_file_that_is_not_committed_leaves_nothing),
        FOLDER_TEST(a_new_file_in_no_folder_cannot_be_written),
        FOLDER_TEST(a_new_file_that_does_not_fit_is_told_by_the_commit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
