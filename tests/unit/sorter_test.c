#include "payout/sorter.h"

#include "base/memory.h"
#include "support/random.h"
#include "support/scratch_folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

enum {
    WORDS = 4, // the last is no key: the record's number
    KEYS = 3,
    RECORDS = 5000,
    TINY_BYTES = 1, // room for as few records as a sorter takes
    HUGE_BYTES = 64 << 20,
};

typedef struct Record {
    uint64_t words[WORDS];
} Record;

static Sorter *new_sorter(size_t bytes_max)
{
    return sorter_new(
        &(SorterOptions){.words = WORDS, .key_words = KEYS, .bytes_max = bytes_max, .folder = "."});
}

/** Keys of which many are equal, and words of which every bit is used. */
static Record *random_records(size_t count)
{
    Random random = {5};
    Record *records = MEMORY_NEW(Record, count);

    for (size_t i = 0; i < count; i++) {
        records[i].words[0] = random_below(&random, 3) << 62 | random_below(&random, 2);
        records[i].words[1] = random_below(&random, 40);
        records[i].words[2] = random_next(&random) >> random_below(&random, 64);
        records[i].words[3] = i;
    }
    return records;
}

static int compare_records(const void *left, const void *right)
{
    const Record *a = left;
    const Record *b = right;

    for (size_t i = 0; i < KEYS; i++)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

static void add_all(Sorter *sorter, const Record *records, size_t count)
{
    Error error = {0};

    for (size_t i = 0; i < count; i++)
        if (sorter_add(sorter, records[i].words, &error) != STATUS_OK)
            fail_msg("%s", error.message);
    if (sorter_sort(sorter, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static const uint64_t *next_record(Sorter *sorter)
{
    Error error = {0};
    const uint64_t *record = NULL;

    if (sorter_next(sorter, &record, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return record;
}

/** Sorted by key, and each record once: the order of equal keys is nobody's business. */
static void assert_sorts(size_t bytes_max, size_t count, size_t runs_min)
{
    Record *records = random_records(count);
    Record *expected = MEMORY_NEW(Record, count);
    bool *seen = MEMORY_NEW(bool, count);
    Sorter *sorter = new_sorter(bytes_max);

    memcpy(expected, records, count * sizeof expected[0]);
    qsort(expected, count, sizeof expected[0], compare_records);
    add_all(sorter, records, count);
    assert_true(sorter_run_count(sorter) >= runs_min);
    assert_int_equal(sorter_run_count(sorter) > 0, runs_min > 0);
    for (size_t i = 0; i < count; i++) {
        const uint64_t *record = next_record(sorter);

        assert_non_null(record);
        assert_memory_equal(record, expected[i].words, KEYS * sizeof record[0]);
        assert_true(record[3] < count && !seen[record[3]]);
        assert_memory_equal(record, records[record[3]].words, sizeof records[0].words);
        seen[record[3]] = true;
    }
    assert_null(next_record(sorter));
    assert_null(next_record(sorter));
    sorter_free(sorter);
    free(seen);
    free(expected);
    free(records);
}

static void what_fits_into_memory_is_sorted_there(void **state)
{
    (void)state;
    assert_sorts(HUGE_BYTES, RECORDS, 0);
}

static void what_does_not_fit_is_merged_from_many_runs(void **state)
{
    (void)state;
    assert_sorts(TINY_BYTES, RECORDS, 100);
    assert_sorts(20000, RECORDS, 5);
}

static void nothing_one_and_a_whole_run_are_sorted_too(void **state)
{
    (void)state;
    assert_sorts(HUGE_BYTES, 0, 0);
    assert_sorts(TINY_BYTES, 1, 0);
    assert_sorts(TINY_BYTES, 16, 0); // exactly what memory holds
    assert_sorts(TINY_BYTES, 17, 2);
    assert_sorts(TINY_BYTES, 32, 2);
}

static void records_that_all_have_one_key_come_all(void **state)
{
    (void)state;
    Sorter *sorter = new_sorter(TINY_BYTES);
    Record record = {{7, 7, 7, 0}};
    Error error = {0};
    uint64_t sum = 0;

    for (uint64_t i = 1; i <= 1000; i++) {
        record.words[3] = i;
        assert_int_equal(sorter_add(sorter, record.words, &error), STATUS_OK);
    }
    assert_int_equal(sorter_sort(sorter, &error), STATUS_OK);
    for (const uint64_t *next; (next = next_record(sorter)) != NULL;)
        sum += next[3];
    assert_int_equal(sum, 500500);
    sorter_free(sorter);
}

static void assert_folder_is_empty(void)
{
    DIR *folder = opendir(".");

    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            fail_msg("\"%s\" is there", entry->d_name);
    (void)closedir(folder);
}

static void a_sorter_that_is_given_up_leaves_nothing(void **state)
{
    Record *records = random_records(RECORDS);
    Sorter *sorter = new_sorter(TINY_BYTES);

    (void)state;
    add_all(sorter, records, RECORDS);
    (void)next_record(sorter);
    assert_true(sorter_run_count(sorter) > 1);
    assert_folder_is_empty(); // its file has no name from the beginning
    sorter_free(sorter);
    sorter_free(NULL);
    free(records);
}

static Status add_until_it_fails(Sorter *sorter, Error *error)
{
    Status status = STATUS_OK;
    Record *records = random_records(RECORDS);

    for (size_t i = 0; i < RECORDS && status == STATUS_OK; i++)
        status = sorter_add(sorter, records[i].words, error);
    free(records);
    return status;
}

static void a_full_disk_is_told_with_the_folder(void **state)
{
    Sorter *sorter = new_sorter(TINY_BYTES);
    Error error = {0};
    struct rlimit before;
    struct rlimit small;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    (void)signal(SIGXFSZ, SIG_IGN); // NOLINT: a file over the limit is to fail with EFBIG
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);

    Status status = add_until_it_fails(sorter, &error);

    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_CANNOT_WRITE);
    assert_string_equal(error.message, "could not write to a file in \".\": File too large");
    sorter_free(sorter);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    Sorter *sorter = sorter_new(&(SorterOptions){
        .words = WORDS, .key_words = KEYS, .bytes_max = TINY_BYTES, .folder = "nowhere"});
    Error error = {0};

    (void)state;
    assert_int_equal(add_until_it_fails(sorter, &error), STATUS_CANNOT_WRITE);
    assert_string_equal(error.message,
                        "could not make a file in \"nowhere\": No such file or directory");
    sorter_free(sorter);
}

#define SORTER_TEST(test) \
    cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SORTER_TEST(what_fits_into_memory_is_sorted_there),
        SORTER_TEST(what_does_not_fit_is_merged_from_many_runs),
        SORTER_TEST(nothing_one_and_a_whole_run_are_sorted_too),
        SORTER_TEST(records_that_all_have_one_key_come_all),
        SORTER_TEST(a_sorter_that_is_given_up_leaves_nothing),
        SORTER_TEST(a_full_disk_is_told_with_the_folder),
        SORTER_TEST(a_folder_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
