#include "support/night.h"

#include "base/memory.h"
#include "support/gzip_member.h"
#include "support/random.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Invariant 2: any order, splitting, overlap or repetition of the same set of rows ends in the same
// cells.

enum { ROWS = 5000, FILES = 17, WINDOW = 700, STEP = 400 };

static char *expected; // the cells that the rows come to as one file

static int ingest_one_file(void **state)
{
    void *night = NULL;
    char *report = wavecast_report(1, ROWS);

    (void)state;
    if (night_begin(&night) != 0)
        return -1;
    night_write(night, "inbox/wavecast/all.csv.gz", report);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "5000");
    expected = night_cells(night);
    free(report);
    return night_end(&night);
}

static int forget(void **state)
{
    (void)state;
    free(expected);
    return 0;
}

static void assert_same_cells(Night *night)
{
    char *cells = night_cells(night);

    assert_string_equal(cells, expected);
    free(cells);
    assert_night_value(night,
                       "SELECT concat_ws(' ', counted, watermark, highest, missing)\n"
                       "  FROM tidemark.feed_state",
                       "5000 5000 5000 0");
}

static void shuffle(Random *random, int64_t ids[], size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = (size_t)random_below(random, i + 1);
        int64_t id = ids[i];

        ids[i] = ids[j];
        ids[j] = id;
    }
}

static void write_shuffled_files(Night *night, const char *folder)
{
    Random random = {17};
    int64_t *ids = MEMORY_NEW(int64_t, ROWS);
    Text files[FILES] = {0};

    for (int i = 0; i < ROWS; i++)
        ids[i] = i + 1;
    shuffle(&random, ids, ROWS);
    for (int i = 0; i < FILES; i++)
        text_append(&files[i], wavecast_header);
    for (int i = 0; i < ROWS; i++)
        wavecast_append_row(&files[random_below(&random, FILES)], ids[i]);
    for (int i = 0; i < FILES; i++) {
        char *place = text_format("%s/%02d.csv.gz", folder, i);

        night_write(night, place, text_bytes(&files[i]));
        text_free(&files[i]);
        free(place);
    }
    free(ids);
}

static void seventeen_shuffled_files_end_in_the_same_cells(void **state)
{
    Night *night = *state;

    write_shuffled_files(night, "inbox/wavecast");
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_same_cells(night);
}

static void files_read_at_once_end_in_the_same_cells(void **state)
{
    Night *night = *state;

    write_shuffled_files(night, "inbox/wavecast");
    night_run(night, 0, "tidemark-ingest", "--jobs", "4", NULL);
    assert_same_cells(night);
}

static void files_that_come_backwards_and_again_end_in_the_same_cells(void **state)
{
    Night *night = *state;

    write_shuffled_files(night, "elsewhere");
    for (int i = FILES - 1; i >= 0; i--)
        for (int time = 0; time < 2; time++) {
            char *place = text_format("elsewhere/%02d.csv.gz", i);

            night_run(night, 0, "tidemark-ingest", "--feed", "wavecast", night_path(night, place),
                      NULL);
            free(place);
        }
    assert_same_cells(night);
}

static void overlapping_windows_end_in_the_same_cells(void **state)
{
    Night *night = *state;
    Random random = {4};

    for (int64_t first = 1; first <= ROWS; first += STEP) {
        int64_t last = first + WINDOW - 1 < ROWS ? first + WINDOW - 1 : ROWS;
        char *report = wavecast_report(first, last);
        char *place = text_format("inbox/wavecast/%" PRIu64 ".csv.gz", random_next(&random));

        night_write(night, place, report);
        free(place);
        free(report);
    }
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_same_cells(night);
    assert_night_value(night, "SELECT sum(duplicate) > 2000 FROM tidemark.report_file", "t");
}

// Cut anywhere, within rows too.
static void a_file_of_many_members_ends_in_the_same_cells(void **state)
{
    Night *night = *state;
    Random random = {8};
    Text file = {0};
    char *report = wavecast_report(1, ROWS);
    size_t left = strlen(report);

    for (const char *at = report; left > 0;) {
        size_t piece = (size_t)random_below(&random, 30000);
        char *member = memory_copy(at, piece < left ? piece : left);

        gzip_append_member(&file, 0, member, 6);
        at += strlen(member);
        left -= strlen(member);
        free(member);
    }
    night_write_bytes(night, "inbox/wavecast/members.csv.gz", (Slice){file.bytes, file.size_bytes});
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_same_cells(night);
    text_free(&file);
    free(report);
}

// As another program would write the same rows: a byte order mark, CRLF, quotes around each field.
static void another_dress_ends_in_the_same_cells(void **state)
{
    Night *night = *state;
    Text dressed = {0};
    char *report = wavecast_report(1, ROWS);

    text_append(&dressed, "\xEF\xBB\xBF\"");
    for (const char *byte = report; *byte != '\0'; byte++) {
        if (*byte == ',')
            text_append(&dressed, "\",\"");
        else if (*byte == '\n')
            text_append(&dressed, byte[1] == '\0' ? "\"\r\n" : "\"\r\n\"");
        else
            text_append_byte(&dressed, *byte);
    }
    night_write(night, "inbox/wavecast/dressed.csv", text_bytes(&dressed));
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_same_cells(night);

    // And what comes again in the first dress is the same rows.
    night_write(night, "inbox/wavecast/plain.csv", report);
    night_run_json(night, 0, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "5000");
    assert_same_cells(night);
    text_free(&dressed);
    free(report);
}

static void the_careful_reader_ends_in_the_same_cells(void **state)
{
    Night *night = *state;
    char *report = wavecast_report(1, ROWS);

    night_write(night, "inbox/wavecast/all.csv.gz", report);
    night_run(night, 0, "tidemark-ingest", "--reader", "careful", NULL);
    assert_same_cells(night);

    // And what the fast one reads are the same rows.
    night_write(night, "inbox/wavecast/plain.csv", report);
    night_run_json(night, 0, "tidemark-ingest", "--reader", "fast", NULL);
    assert_string_equal(night_cell(night, "files", 0, "duplicate"), "5000");
    assert_same_cells(night);
    free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(seventeen_shuffled_files_end_in_the_same_cells),
        NIGHT_TEST(files_read_at_once_end_in_the_same_cells),
        NIGHT_TEST(files_that_come_backwards_and_again_end_in_the_same_cells),
        NIGHT_TEST(overlapping_windows_end_in_the_same_cells),
        NIGHT_TEST(a_file_of_many_members_ends_in_the_same_cells),
        NIGHT_TEST(another_dress_ends_in_the_same_cells),
        NIGHT_TEST(the_careful_reader_ends_in_the_same_cells),
    };

    return cmocka_run_group_tests(tests, ingest_one_file, forget);
}
