#include "ingest/inbox.h"

#include "base/files.h"
#include "base/memory.h"
#include "support/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

// A folder that begins empty, and goes with all that is in it.
typedef struct Folder {
    char path[64];
    Feed feed;
    Inbox inbox;
    char semaphore[32];
    char pattern[64];
} Folder;

static int folder_begin(void **state)
{
    Folder *folder = MEMORY_NEW(Folder, 1);

    *state = folder;
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/tidemark-inbox-XXXXXX");
    return mkdtemp(folder->path) == NULL ? -1 : 0;
}

static int folder_end(void **state)
{
    Folder *folder = *state;
    CommandResult removal;

    inbox_clear(&folder->inbox);
    command_run((const char *const[]){"rm", "-r", folder->path, NULL}, NULL, &removal);
    free(folder);

    int failed = removal.status;

    command_result_free(&removal);
    return failed;
}

static void put(Folder *folder, const char *name)
{
    char *path = path_join(folder->path, name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void list_at(Folder *folder, int64_t now)
{
    Error error = {0};

    inbox_clear(&folder->inbox);
    assert_int_equal(inbox_list(folder->path, &folder->feed, now, &folder->inbox, &error),
                     STATUS_OK);
}

static void list(Folder *folder)
{
    list_at(folder, (int64_t)time(NULL));
}

static const InboxFile *find(const Folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->inbox.count; i++)
        if (text_equal(folder->inbox.files[i].name, name))
            return &folder->inbox.files[i];
    fail_msg("no file \"%s\"", name);
    return NULL;
}

static void wait_for_pattern(Folder *folder, const char *pattern)
{
    (void)snprintf(folder->pattern, sizeof folder->pattern, "%s", pattern);
    folder->feed.layout.name_pattern = folder->pattern;
    folder->feed.readiness.all_parts = true;
}

static void reports_are_told_by_their_endings_and_come_by_name(void **state)
{
    Folder *folder = *state;

    put(folder, "c.txt.gz");
    put(folder, "a.csv");
    put(folder, "b.tsv.gz");
    put(folder, "d.xlsx");
    put(folder, ".hidden.csv");
    list(folder);
    assert_int_equal(folder->inbox.count, 3);
    assert_string_equal(folder->inbox.files[0].name, "a.csv");
    assert_string_equal(folder->inbox.files[1].name, "b.tsv.gz");
    assert_string_equal(folder->inbox.files[2].name, "c.txt.gz");
    assert_null(folder->inbox.files[0].waits_for);
    assert_int_equal(folder->inbox.stranger_count, 1);
    assert_string_equal(folder->inbox.strangers[0], "d.xlsx");
}

static void a_missing_folder_is_an_empty_inbox(void **state)
{
    Folder *folder = *state;
    Error error = {0};

    assert_int_equal(inbox_list("/nonexistent/inbox", &folder->feed, 0, &folder->inbox, &error),
                     STATUS_OK);
    assert_int_equal(folder->inbox.count, 0);
}

static void a_file_settles_before_it_is_read(void **state)
{
    Folder *folder = *state;
    struct stat found;

    folder->feed.readiness.settle_seconds = 60;
    put(folder, "a.csv");
    list(folder);
    assert_int_equal(stat(folder->inbox.files[0].path, &found), 0);
    list_at(folder, found.st_mtime + 59);
    assert_string_equal(folder->inbox.files[0].waits_for,
                        "it was changed 59 s ago, and settles for 60 s");
    list_at(folder, found.st_mtime + 60);
    assert_null(folder->inbox.files[0].waits_for);
}

static void a_file_waits_for_its_semaphore_which_is_no_stranger(void **state)
{
    Folder *folder = *state;

    (void)snprintf(folder->semaphore, sizeof folder->semaphore, "ok.{file}.done");
    folder->feed.readiness.semaphore = folder->semaphore;
    put(folder, "a.csv");
    put(folder, "b.csv");
    put(folder, "ok.b.csv.done");
    put(folder, "ok.gone.csv.done"); // its file was archived
    put(folder, "ok..done");
    list(folder);
    assert_string_equal(find(folder, "a.csv")->waits_for,
                        "its semaphore \"ok.a.csv.done\" is not there");
    assert_null(find(folder, "b.csv")->waits_for);
    assert_int_equal(folder->inbox.stranger_count, 1);
    assert_string_equal(folder->inbox.strangers[0], "ok..done");
}

static void a_report_waits_until_all_its_parts_are_there(void **state)
{
    Folder *folder = *state;

    wait_for_pattern(folder, "{period}_{part}of{parts}.csv");
    put(folder, "2026-09_1of2.csv");
    put(folder, "2026-09_2of2.csv");
    put(folder, "2026-10_1of3.csv");
    put(folder, "2026-10_3of3.csv");
    put(folder, "no-pattern.csv"); // is refused in its turn, and does not wait
    list(folder);
    assert_true(inbox_lacks_parts(&folder->inbox));
    inbox_wait_for_parts(&folder->inbox, NULL, 0);
    assert_null(find(folder, "2026-09_1of2.csv")->waits_for);
    assert_null(find(folder, "2026-09_2of2.csv")->waits_for);
    assert_string_equal(find(folder, "2026-10_1of3.csv")->waits_for,
                        "part 2 of its report's 3 is not there");
    assert_non_null(find(folder, "2026-10_3of3.csv")->waits_for);
    assert_null(find(folder, "no-pattern.csv")->waits_for);
}

static void a_part_that_was_counted_before_is_there(void **state)
{
    Folder *folder = *state;
    const char *const counted[] = {"2026-10_2of3.csv", "other.csv", "2026-10_1of3.csv"};

    wait_for_pattern(folder, "{period}_{part}of{parts}.csv");
    put(folder, "2026-10_1of3.csv"); // it comes again
    put(folder, "2026-10_3of3.csv");
    list(folder);
    inbox_wait_for_parts(&folder->inbox, counted, 3);
    assert_null(find(folder, "2026-10_1of3.csv")->waits_for);
    assert_null(find(folder, "2026-10_3of3.csv")->waits_for);
}

static void whole_reports_need_no_look_at_what_was_counted(void **state)
{
    Folder *folder = *state;

    wait_for_pattern(folder, "{period}_{part}of{parts}.csv");
    put(folder, "2026-09_1of2.csv");
    put(folder, "2026-09_2of2.csv");
    list(folder);
    assert_false(inbox_lacks_parts(&folder->inbox));
}

static void shares_part_the_files_among_them(void **state)
{
    (void)state;
    enum { FILES = 1000, SHARES = 4 };
    int files[SHARES + 1] = {0};

    for (int i = 0; i < FILES; i++) {
        char name[32];
        int owners = 0;

        (void)snprintf(name, sizeof name, "report-%d.csv.gz", i);
        for (int share = 1; share <= SHARES; share++)
            if (inbox_is_of_share(name, share, SHARES)) {
                owners++;
                files[share]++;
            }
        assert_int_equal(owners, 1);
        assert_true(inbox_is_of_share(name, 1, 1));
    }
    for (int share = 1; share <= SHARES; share++)
        assert_in_range(files[share], FILES / SHARES / 2, FILES / SHARES * 2);
}

#define FOLDER_TEST(test) cmocka_unit_test_setup_teardown(test, folder_begin, folder_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(reports_are_told_by_their_endings_and_come_by_name),
        FOLDER_TEST(a_missing_folder_is_an_empty_inbox),
        FOLDER_TEST(a_file_settles_before_it_is_read),
        FOLDER_TEST(a_file_waits_for_its_semaphore_which_is_no_stranger),
        FOLDER_TEST(a_report_waits_until_all_its_parts_are_there),
        FOLDER_TEST(a_part_that_was_counted_before_is_there),
        FOLDER_TEST(whole_reports_need_no_look_at_what_was_counted),
        cmocka_unit_test(shares_part_the_files_among_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
