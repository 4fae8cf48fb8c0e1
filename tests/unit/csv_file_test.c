#include "base/csv_file.h"

#include "base/files.h"
#include "base/memory.h"
#include "support/random.h"
#include "support/scratch_folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <zlib.h>

#include <cmocka.h>

static const char *const columns[] = {"id", "title"};

static void assert_row(const CsvCell cells[], size_t count, const char *expected)
{
    Text row = {0};

    csv_append_row(&row, cells, count);
    assert_string_equal(text_bytes(&row), expected);
    text_free(&row);
}

static void a_field_is_quoted_only_where_it_needs_to_be(void **state)
{
    (void)state;
    assert_row((CsvCell[]){csv_value("7"), csv_text("Low Water")}, 2, "7,Low Water\r\n");
    assert_row((CsvCell[]){csv_text("Minuit, encore")}, 1, "\"Minuit, encore\"\r\n");
    assert_row((CsvCell[]){csv_text("Terns (7\" edition)")}, 1, "\"Terns (7\"\" edition)\"\r\n");
    assert_row((CsvCell[]){csv_text("two\nlines")}, 1, "\"two\nlines\"\r\n");
    assert_row((CsvCell[]){csv_text("two\rlines")}, 1, "\"two\rlines\"\r\n");
    assert_row((CsvCell[]){csv_text(" led"), csv_text("trailed ")}, 2, "\" led\",\"trailed \"\r\n");
    assert_row((CsvCell[]){csv_text(NULL), csv_value(NULL), csv_text("")}, 3, ",,\r\n");
    assert_row((CsvCell[]){csv_text("Maré")}, 1, "Maré\r\n");
}

static void a_text_that_a_spreadsheet_would_run_is_neutralised(void **state)
{
    (void)state;
    assert_row((CsvCell[]){csv_text("=1+1"), csv_text("+1"), csv_text("-1"), csv_text("@SUM(A1)")},
               4, "'=1+1,'+1,'-1,'@SUM(A1)\r\n");
    assert_row((CsvCell[]){csv_text("\t=1")}, 1, "'\t=1\r\n");
    assert_row((CsvCell[]){csv_text("\r=1")}, 1, "\"'\r=1\"\r\n");
    assert_row((CsvCell[]){csv_text("=A1,\"B\"")}, 1, "\"'=A1,\"\"B\"\"\"\r\n");
    assert_row((CsvCell[]){csv_text("a=1"), csv_text("'quoted")}, 2, "a=1,'quoted\r\n");
}

static void a_value_of_ours_stays_as_it_is(void **state)
{
    (void)state;
    assert_row((CsvCell[]){csv_value("-0.004"), csv_value("2026-11-24")}, 2,
               "-0.004,2026-11-24\r\n");
}

static void bytes_that_are_no_text_pass(void **state)
{
    Text row = {0};

    (void)state;
    csv_append_row(&row, (CsvCell[]){{.bytes = {"a\0\xff,", 4}, .is_text = true}}, 1);
    assert_int_equal(row.size_bytes, 8);
    assert_memory_equal(row.bytes, "\"a\0\xff,\"\r\n", 8);
    text_free(&row);
}

static CsvFileSummary write_rows(const char *path, CsvForm form, int rows)
{
    Error error = {0};
    CsvFile *file = NULL;
    CsvFileSummary summary = {0};
    Random random = {7};

    if (csv_file_open(path, form, columns, COUNT_OF(columns), &file, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    for (int i = 0; i < rows; i++) {
        char *id = text_format("%d", i);
        char *title = text_format("title, %llu", (unsigned long long)random_next(&random));

        assert_int_equal(csv_file_row(file, (CsvCell[]){csv_value(id), csv_text(title)}, &error),
                         STATUS_OK);
        free(id);
        free(title);
    }
    assert_false(file_exists(path));
    if (csv_file_commit(file, &summary, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    csv_file_close(file);
    return summary;
}

static char *read_whole(const char *path, size_t *out_size_bytes)
{
    Error error = {0};
    char *bytes = NULL;

    if (file_read(path, 1 << 24, &bytes, out_size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return bytes;
}

static void the_summary_is_of_the_file_on_disk(void **state)
{
    Error error = {0};
    char sha256[DIGEST_TEXT_BYTES];
    int64_t size_bytes = 0;
    CsvFileSummary plain = write_rows("a.csv", CSV_PLAIN, 5000);
    CsvFileSummary packed = write_rows("a.csv.gz", CSV_GZIP, 5000);

    (void)state;
    assert_int_equal(digest_file("a.csv", sha256, &size_bytes, &error), STATUS_OK);
    assert_string_equal(plain.sha256, sha256);
    assert_int_equal(plain.size_bytes, size_bytes);
    assert_int_equal(plain.records, 5000);
    assert_int_equal(digest_file("a.csv.gz", sha256, &size_bytes, &error), STATUS_OK);
    assert_string_equal(packed.sha256, sha256);
    assert_int_equal(packed.size_bytes, size_bytes);
    assert_int_equal(packed.records, 5000);
}

static void a_gzip_file_unpacks_to_the_plain_one(void **state)
{
    size_t plain_bytes = 0;
    size_t packed_bytes = 0;
    z_stream stream = {0};

    (void)state;
    (void)write_rows("a.csv", CSV_PLAIN, 20000);
    (void)write_rows("a.csv.gz", CSV_GZIP, 20000);

    char *plain = read_whole("a.csv", &plain_bytes);
    char *packed = read_whole("a.csv.gz", &packed_bytes);
    char *unpacked = memory_new(plain_bytes + 1, 1);

    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (Bytef *)packed;
    stream.avail_in = (uInt)packed_bytes;
    stream.next_out = (Bytef *)unpacked;
    stream.avail_out = (uInt)plain_bytes + 1;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(stream.total_out, plain_bytes);
    assert_memory_equal(unpacked, plain, plain_bytes);
    assert_int_equal(inflateEnd(&stream), Z_OK);
    free(plain);
    free(packed);
    free(unpacked);
}

static void the_gzip_header_names_no_time_and_no_system(void **state)
{
    size_t size_bytes = 0;

    (void)state;
    (void)write_rows("a.csv.gz", CSV_GZIP, 1);

    char *bytes = read_whole("a.csv.gz", &size_bytes);

    assert_true(size_bytes > 10);
    assert_memory_equal(bytes, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
    free(bytes);
}

static void a_file_without_rows_has_its_header(void **state)
{
    size_t size_bytes = 0;
    CsvFileSummary summary = write_rows("a.csv", CSV_PLAIN, 0);
    char *bytes = read_whole("a.csv", &size_bytes);

    (void)state;
    assert_string_equal(bytes, "id,title\r\n");
    assert_int_equal(summary.records, 0);
    free(bytes);
}

static void a_file_that_is_not_committed_leaves_nothing(void **state)
{
    Error error = {0};
    CsvFile *file = NULL;

    (void)state;
    assert_int_equal(csv_file_open("a.csv", CSV_GZIP, columns, COUNT_OF(columns), &file, &error),
                     STATUS_OK);
    csv_file_close(file);
    assert_false(file_exists("a.csv"));
}

static Status write_random_rows(CsvFile *file, size_t rows, Error *error)
{
    Status status = STATUS_OK;
    Random random = {7};

    for (size_t i = 0; i < rows; i++) {
        char *title = text_format("%llx", (unsigned long long)random_next(&random));

        status = csv_file_row(file, (CsvCell[]){csv_value("1"), csv_text(title)}, error);
        free(title);
        if (status != STATUS_OK)
            return status;
    }
    return csv_file_commit(file, NULL, error);
}

static void a_full_disk_is_told_with_the_path(void **state)
{
    CsvFile *file = NULL;
    Error error = {0};
    struct rlimit before;

    (void)state;
    assert_int_equal(csv_file_open("f.csv.gz", CSV_GZIP, columns, COUNT_OF(columns), &file, &error),
                     STATUS_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, SIG_IGN); // NOLINT: a file over the limit is to fail with EFBIG
    assert_int_equal(
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max}),
        0);

    Status status = write_random_rows(file, 100000, &error);

    csv_file_close(file);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_CANNOT_WRITE);
    assert_string_equal(error.message, "could not write \"f.csv.gz\": File too large");
    assert_false(file_exists("f.csv.gz"));
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    Error error = {0};
    CsvFile *file = NULL;

    (void)state;
    assert_int_equal(
        csv_file_open("nowhere/a.csv", CSV_PLAIN, columns, COUNT_OF(columns), &file, &error),
        STATUS_CANNOT_WRITE);
    assert_null(file);
    csv_file_close(file);
}

#define FOLDER_TEST(test) \
    cmocka_unit_test_setup_teardown(test, scratch_folder_enter, scratch_folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_is_quoted_only_where_it_needs_to_be),
        cmocka_unit_test(a_text_that_a_spreadsheet_would_run_is_neutralised),
        cmocka_unit_test(a_value_of_ours_stays_as_it_is),
        cmocka_unit_test(bytes_that_are_no_text_pass),
        FOLDER_TEST(the_summary_is_of_the_file_on_disk),
        FOLDER_TEST(a_gzip_file_unpacks_to_the_plain_one),
        FOLDER_TEST(the_gzip_header_names_no_time_and_no_system),
        FOLDER_TEST(a_file_without_rows_has_its_header),
        FOLDER_TEST(a_file_that_is_not_committed_leaves_nothing),
        FOLDER_TEST(a_full_disk_is_told_with_the_path),
        FOLDER_TEST(a_folder_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
