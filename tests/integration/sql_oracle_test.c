#include "base/files.h"
#include "support/night.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The second oracle: plain SQL reads the same reports by COPY, a text for each field, and must find
// the same cells (tests/support/sql_oracle.sql). Each option of ingest that changes how it reads or
// counts is held against it.

enum { SQL_BYTES_MAX = 1 << 16 };

// $1: the generator, $2: a folder. The report has days around the end of summer time, holes,
// repeated rows, rows that cannot be counted (time, duration, ID), and odd, missing and own codes,
// by its IDs, so that a row that comes again is the same row. Its files overlap.
static const char make_reports[] =
    "set -eu\n"
    "\"$1\" --rows 200000 --pairs 5000 --first-day 20750 --days 3 --holes 2 --duplicates 5 |\n"
    "    gzip -dc | awk -F, -v OFS=, '\n"
    "    NR > 1 {\n"
    "        id = $1\n"
    "        if (id % 997 == 0) $6 = \"yesterday\"\n"
    "        if (id % 991 == 0) $7 = \"-3\"\n"
    "        if (id % 983 == 0) $1 = \"x\" id\n"
    "        if (id % 887 == 0) $2 = \"?\" id % 5\n"
    "        if (id % 877 == 0) $3 = \"\"\n"
    "        if (id % 863 == 0) $2 = \"\"\n"
    "        if (id % 857 == 0) $3 = \"OWN-\" id % 7\n"
    "        if (id % 853 == 0) $4 = \"\"\n"
    "        if (id % 839 == 0) $7 = \"30.000\"\n"
    "    }\n"
    "    { print }' >\"$2/whole\"\n"
    "part() { awk \"NR == 1 || NR > $2 && NR <= $3\" \"$folder/whole\" | gzip "
    ">\"$folder/$1.csv.gz\"; }\n"
    "folder=$2\n"
    "part a 1 80000\n"
    "part b 60000 140000\n"
    "part c 139000 200001\n"
    "part d 30000 40000\n"
    "rm \"$folder/whole\"\n";

static const char feed_yaml[] = "provider: wavecast\n"
                                "zone: Europe/Berlin\n"
                                "columns:\n"
                                "  sequence_id: sequence_id\n"
                                "  time: played_at\n"
                                "  recording: isrc\n"
                                "  release: upc\n"
                                "  territory: territory\n"
                                "  tier: tier\n"
                                "  duration: seconds\n"
                                "max_reject_ratio: 0.1\n";

static void load_oracle(Night *night)
{
    Error error = {0};
    char *sql = NULL;
    size_t size_bytes = 0;

    if (file_read("tests/support/sql_oracle.sql", SQL_BYTES_MAX, &sql, &size_bytes, &error) !=
        STATUS_OK)
        fail_msg("%s", error.message);
    free(night_value(night, sql));
    free(sql);
}

static void write_reports(Night *night)
{
    char *program = command_program_path("tidemark");
    char *programs = path_folder(program);
    char *build = path_folder(programs);
    char *generator = text_format("%s/tests/bench/generate", build);

    night_feed(night, "bench", feed_yaml);
    night_write(night, "inbox/bench/whole", ""); // for the folder
    night_run(night, 0, "sh", "-c", make_reports, "sh", generator, night_path(night, "inbox/bench"),
              NULL);
    free(generator);
    free(build);
    free(programs);
    free(program);
}

static void copy_reports(Night *night)
{
    for (const char *name = "abcd"; *name != '\0'; name++) {
        char *copy = text_format(
            "\\copy oracle.line FROM PROGRAM 'gzip -dc %s/%c.csv.gz' WITH (FORMAT csv, HEADER)",
            night_path(night, "inbox/bench"), *name);

        night_run(night, 0, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", copy, NULL);
        free(copy);
    }
}

static void assert_as_sql_says(Night *night)
{
    assert_night_value(night, "SELECT count(*) > 20000 FROM oracle.cell", "t");
    assert_night_value(night,
                       "SELECT coalesce((SELECT difference::text FROM oracle.difference LIMIT 1),"
                       " 'none')",
                       "none");
    assert_night_value(
        night,
        "SELECT concat_ws(' ', sum(rows_read) - (SELECT count(*) FROM oracle.line),\n"
        "                 sum(rejected) - (SELECT count(*) FROM oracle.line)\n"
        "                               + (SELECT count(*) FROM oracle.countable))\n"
        "  FROM tidemark.report_file",
        "0 0");
}

static void ingest_counts_what_sql_does(void **state)
{
    Night *night = *state;

    load_oracle(night);
    write_reports(night);
    copy_reports(night);
    night_run(night, 0, "tidemark-ingest", NULL);
    assert_as_sql_says(night);
}

static void so_it_does_with_little_memory_two_files_at_once(void **state)
{
    Night *night = *state;

    night_settings(night, "payer:\n"
                          "  name: Tidemark Test\n"
                          "ingest:\n"
                          "  memory_mb_max: 1\n"
                          "providers:\n"
                          "  wavecast:\n"
                          "    zone: Europe/Berlin\n");
    load_oracle(night);
    write_reports(night);
    copy_reports(night);
    night_run(night, 0, "tidemark-ingest", "--jobs", "2", NULL);
    assert_as_sql_says(night);
}

static void so_it_does_by_the_careful_reader(void **state)
{
    Night *night = *state;

    load_oracle(night);
    write_reports(night);
    copy_reports(night);
    night_run(night, 0, "tidemark-ingest", "--reader", "careful", NULL);
    assert_as_sql_says(night);
    free(night_value(night, "DELETE FROM oracle.line WHERE sequence_id = '77'"));
    assert_night_value(night, "SELECT count(*) > 0 FROM oracle.difference", "t"); // it can tell
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(ingest_counts_what_sql_does),
        NIGHT_TEST(so_it_does_with_little_memory_two_files_at_once),
        NIGHT_TEST(so_it_does_by_the_careful_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
