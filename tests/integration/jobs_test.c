#include "support/night.h"

#include "base/memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// The jobs of a run, each on connections of its own and with memory of its own: the server may have
// none left for some of them, or the settings.

enum { FILES = 4, ROWS = 10 };

static char *user_before; // PGUSER of the environment

static void write_files(Night *night)
{
    for (int64_t i = 0; i < FILES; i++) {
        char *report = wavecast_report(1 + i * ROWS, (i + 1) * ROWS);
        char *place = text_format("inbox/wavecast/%" PRId64 ".csv.gz", i);

        night_write(night, place, report);
        free(place);
        free(report);
    }
}

// From here on the programs connect as a role that may have so many connections.
static void limit_connections(Night *night, int connections)
{
    char *sql = text_format("CREATE ROLE tidemark_test_narrow LOGIN CONNECTION LIMIT %d\n"
                            "  IN ROLE tidemark_ingest",
                            connections);

    free(night_value(night, "DROP ROLE IF EXISTS tidemark_test_narrow"));
    free(night_value(night, sql));
    free(sql);
    user_before = memory_copy_text(getenv("PGUSER"));
    assert_return_code(setenv("PGUSER", "tidemark_test_narrow", 1), 0);
}

static int end_with_limit(void **state)
{
    Night *night = *state;

    if (user_before == NULL)
        (void)unsetenv("PGUSER");
    else
        (void)setenv("PGUSER", user_before, 1);
    free(user_before);
    user_before = NULL;
    free(night_value(night, "DROP ROLE IF EXISTS tidemark_test_narrow"));
    return night_end(state);
}

// One for the run, and two for a job that reads on them: the other finds none, whichever it is.
static void a_job_without_connections_leaves_its_files_to_the_others(void **state)
{
    Night *night = *state;

    write_files(night);
    limit_connections(night, 3);
    night_run(night, 0, "tidemark-ingest", "--jobs", "2", NULL);
    assert_told(night, "of 2 took no file: ");
    assert_told(night, "too many connections for role");
    assert_night_value(night, "SELECT counted FROM tidemark.tide", "40");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), 0);
}

static void where_no_job_has_connections_nothing_is_done(void **state)
{
    Night *night = *state;

    write_files(night);
    limit_connections(night, 1);
    night_run(night, 69, "tidemark-ingest", "--jobs", "2", NULL);
    assert_told(night, "too many connections for role");
    assert_night_value(night, "SELECT count(*) FROM tidemark.report_file", "0");
    assert_int_equal(night_file_count(night, "inbox/wavecast"), FILES);
}

static void jobs_are_as_many_as_there_is_memory_for(void **state)
{
    Night *night = *state;

    write_files(night);
    night_settings(night, "payer: {name: Test}\n"
                          "ingest: {jobs: 3, memory_mb_max: 60}\n"
                          "providers: {wavecast: {zone: Europe/Berlin}}\n");
    night_run(night, 0, "tidemark-ingest", "--jobs", "2", NULL);
    assert_string_equal(night_err(night), "");
    assert_night_value(night, "SELECT counted FROM tidemark.tide", "40");
    write_files(night);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_told(night, "2 of 3 jobs: ingest.memory_mb_max is 60");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_job_without_connections_leaves_its_files_to_the_others,
                                        night_begin, end_with_limit),
        cmocka_unit_test_setup_teardown(where_no_job_has_connections_nothing_is_done, night_begin,
                                        end_with_limit),
        NIGHT_TEST(jobs_are_as_many_as_there_is_memory_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
