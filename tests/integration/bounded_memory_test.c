#include "support/money.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A report whose cells do not fit into the memory that ingest may take is stored in pieces, and
// comes to the same cells and the same money.

enum { ROWS = 40000, RECORDINGS = 25000 };

static const char settings_format[] = "payer:\n"
                                      "  name: Tidemark Test\n"
                                      "requests:\n"
                                      "  due: daily\n"
                                      "ingest:\n"
                                      "  memory_mb_max: %d\n"
                                      "providers:\n"
                                      "  wavecast:\n"
                                      "    zone: Europe/Berlin\n";

// The first recordings come again in the end, and every hundredth is odd.
static char *large_report(void)
{
    static const char *const countries[] = {"DE", "FR", "GB"};
    static const char *const upcs[] = {UPC_1, "OWN-7", ""};
    Text text = {0};

    text_append(&text, wavecast_header);
    for (int i = 0; i < ROWS; i++) {
        int recording = i % RECORDINGS;

        text_append_format(&text, "%d,2026-10-01T12:00:00Z,%s%05d,%s,%s,premium,%d\n", i + 1,
                           recording % 100 == 0 ? "ODD" : "DEA6299", recording, upcs[recording % 3],
                           countries[recording % 3], 20 + i % 40);
    }
    return text_take(&text);
}

static void ingest_with(Night *night, int memory_mb, const char *option)
{
    char *settings = text_format(settings_format, memory_mb);
    char *report = large_report();

    night_settings(night, settings);
    night_write(night, "inbox/wavecast/large.csv.gz", report);
    night_run(night, 0, "tidemark-ingest", option, NULL);
    free(report);
    free(settings);
}

// Whether some cells stand in several chunks.
static void assert_in_pieces(Night *night, const char *expected)
{
    assert_night_value(night,
                       "SELECT count(*) > count(DISTINCT (isrc, release, territory, tier))\n"
                       "  FROM tidemark.usage_cell\n"
                       " WHERE batch = 1",
                       expected);
}

static char *money(Night *night)
{
    return night_value(night,
                       "SELECT string_agg(format('%s %s %s', payee, currency, earned), ', ')\n"
                       "  FROM tidemark.payee_balance");
}

static char *expected_cells;
static char *expected_money;

static int count_in_one_piece(void **state)
{
    void *night = NULL;

    (void)state;
    if (money_begin(&night) != 0)
        return -1;
    ingest_with(night, 256, NULL);
    assert_in_pieces(night, "f");
    money_accrue(night);
    expected_cells = night_cells(night);
    expected_money = money(night);
    assert_string_not_equal(expected_money, "");
    return night_end(&night);
}

static int forget(void **state)
{
    (void)state;
    free(expected_cells);
    free(expected_money);
    return 0;
}

static void a_report_beyond_the_memory_comes_to_the_same_cells_and_money(void **state)
{
    Night *night = *state;

    ingest_with(night, 1, NULL);
    assert_in_pieces(night, "t");
    money_accrue(night);

    char *cells = night_cells(night);
    char *earned = money(night);

    assert_string_equal(cells, expected_cells);
    assert_string_equal(earned, expected_money);
    assert_owed(night);
    free(cells);
    free(earned);
}

static void a_report_in_pieces_is_taken_out_whole(void **state)
{
    Night *night = *state;

    ingest_with(night, 1, NULL);
    night_run(night, 0, "tidemark-revoke", "--feed", "wavecast", "large.csv.gz", "--reason", "test",
              NULL);
    assert_in_pieces(night, "t");
    assert_night_value(night,
                       "SELECT count(*)\n"
                       "  FROM (SELECT FROM tidemark.usage_cell\n"
                       "         GROUP BY isrc, release, territory, tier, period\n"
                       "        HAVING sum(streams) <> 0 OR sum(monetised) <> 0) AS left_over",
                       "0");
}

static void a_dry_run_in_pieces_leaves_nothing(void **state)
{
    Night *night = *state;

    ingest_with(night, 1, "--dry-run");
    assert_night_value(night,
                       "SELECT (SELECT count(*) FROM tidemark.usage) +\n"
                       "       (SELECT count(*) FROM tidemark.report_file) +\n"
                       "       (SELECT count(*) FROM tidemark.odd_code)",
                       "0");
}

// Its last row tells: by then most of it has been copied.
static void a_report_that_is_refused_at_its_end_leaves_no_piece(void **state)
{
    Night *night = *state;
    char *report = large_report();
    char *cut = text_format("%s\"an open quote", report);

    ingest_with(night, 1, "--dry-run"); // for the settings
    night_write(night, "inbox/wavecast/large.csv.gz", cut);
    night_run(night, 65, "tidemark-ingest", NULL);
    assert_night_value(night, "SELECT count(*) FROM tidemark.usage", "0");
    free(cut);
    free(report);
}

// The table of what waits, under its heading: a line for each recording, whichever page it is on.
static void assert_lines(const char *printed, size_t count)
{
    size_t lines = 0;
    const char *heading = "FEED     REASON ";

    assert_ptr_equal(strstr(printed, heading), printed);
    assert_null(strstr(printed + 1, heading));
    for (const char *line = printed; (line = strstr(line, "\nwavecast ")) != NULL; line++)
        lines++;
    assert_int_equal(lines, count);
}

// A report of so many rows of so many sequence IDs. Not by us: what a test takes counts as the
// programs' that it runs from then on.
static void write_report(Night *night, const char *place, int rows, int ids)
{
    char *script = NULL;

    night_write(night, place, "");
    script =
        text_format("awk 'BEGIN {\n"
                    "    print \"id,time,isrc,upc,country,tier,seconds\"\n"
                    "    for (i = 0; i < %d; i++)\n"
                    "        printf \"%%d,2026-10-01T12:00:00Z,DEA629900001,,DE,free,%%d\\n\",\n"
                    "            i %% %d + 1, 20 + int(i / %d) %% 40\n"
                    "}' >'%s'",
                    rows, ids, ids, night_path(night, place));
    night_run(night, 0, "sh", "-c", script, NULL);
    free(script);
}

// As where the layout takes another column for that of the IDs: all rows are to be compared.
static void rows_of_one_id_are_compared_within_memory_however_many_they_are(void **state)
{
    enum { SAME_ROWS = 1000000, MORE_KB_MAX = 8 * 1024 }; // all rows at once take more than 24
    Night *night = *state;

    write_report(night, "elsewhere/ordinary.csv", SAME_ROWS, SAME_ROWS);
    write_report(night, "inbox/wavecast/constant.csv", SAME_ROWS, 1);
    night_run(night, 0, "tidemark-ingest", "--feed", "wavecast", "--dry-run",
              night_path(night, "elsewhere/ordinary.csv"), NULL);

    long least_kb = night_peak_kb(night);

    night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "conflict"), "1");
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"),
                           "the first is 1: line 2 has 2026-10-01, recording DEA629900001, DE, "
                           "free, streams 1, monetised 0, but line 13 of the same file"));
    assert_in_range(night_peak_kb(night), 1, least_kb + MORE_KB_MAX);
}

// As where the layout takes a column of random numbers for that of the IDs: each would take a part of
// the sets by itself.
static void ids_that_are_no_sequence_are_refused(void **state)
{
    enum { ROWS_SCATTERED = 20000 };
    Night *night = *state;
    Text text = {0};

    text_append(&text, wavecast_header);
    for (int64_t i = 1; i <= ROWS_SCATTERED; i++)
        text_append_format(&text, "%" PRId64 ",2026-10-01T12:00:00Z,DEA629900001,,DE,free,31\n",
                           i << 40);
    night_write(night, "inbox/wavecast/scattered.csv", text_bytes(&text));
    text_free(&text);
    (void)night_run_json(night, 65, "tidemark-ingest", NULL);
    assert_string_equal(night_cell(night, "files", 0, "outcome"), "refused");
    assert_non_null(strstr(night_cell(night, "files", 0, "reason"),
                           "lie in more than 16384 blocks of 16777216, which no sequence does"));
}

static int64_t number_of(const json_t *row, const char *key)
{
    int64_t number = 0;

    assert_true(slice_to_int64(slice_of(json_string_value(json_object_get(row, key))), &number));
    return number;
}

static int64_t sum_of(const json_t *document, const char *table, const char *key)
{
    const json_t *rows = json_object_get(document, table);
    int64_t sum = 0;

    for (size_t i = 0; i < json_array_size(rows); i++)
        sum += number_of(json_array_get(rows, i), key);
    return sum;
}

// Each line once, the most monetised first, and together what came.
static void assert_lists(const json_t *document)
{
    const json_t *rows = json_object_get(document, "waiting");

    assert_int_equal(json_array_size(rows), RECORDINGS);
    for (size_t i = 1; i < RECORDINGS; i++)
        assert_true(number_of(json_array_get(rows, i - 1), "monetised") >=
                    number_of(json_array_get(rows, i), "monetised"));
    assert_int_equal(sum_of(document, "waiting", "streams"), ROWS);
    assert_int_equal(sum_of(document, "totals", "streams"), ROWS);
    assert_int_equal(sum_of(document, "waiting", "monetised"),
                     sum_of(document, "totals", "monetised"));
    assert_int_equal(json_integer_value(json_object_get(document, "status")), 0);
}

// Without a catalogue each recording is a line of its own.
static void what_waits_is_listed_within_memory_however_long_the_list(void **state)
{
    enum { MORE_KB_MAX = 8 * 1024 }; // all lines at once take more than sixty
    Night *night = *state;

    commands_keep_nothing_freed();
    ingest_with(night, 256, NULL);
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "tidemark-suspense", "--reason", "no_code",
              NULL); // of which there are none

    long least_kb = night_peak_kb(night);

    night_run(night, 0, "tidemark-suspense", NULL);
    assert_in_range(night_peak_kb(night), 1, least_kb + MORE_KB_MAX);
    assert_lines(night_out(night), RECORDINGS);

    const json_t *document = night_run_json(night, 0, "tidemark-suspense", NULL);

    assert_in_range(night_peak_kb(night), 1, least_kb + MORE_KB_MAX);
    assert_lists(document);
}

// Which the catalogue learned, of which hardly any waits.
static void names_that_are_new_take_little_memory(void **state)
{
    enum { MORE_KB_MAX = 4 * 1024 }; // as rows of a result, it is seven
    Night *night = *state;

    commands_keep_nothing_freed();
    money_batch(night, "2026-11-01", "'- " ISRC_1 " DE premium 10 10 -', '- - DE free 3 2 -'");
    night_run(night, 0, "tidemark-aggregate", NULL);
    money_change(night, "SELECT seed.recording('" ISRC_2 "')");
    night_run(night, 0, "tidemark-aggregate", NULL);

    long least_kb = night_peak_kb(night);

    money_change(night, "INSERT INTO tidemark.release (bucket, code, title, artist, since_version) "
                        "SELECT tidemark.bucket_of(code, 0), code, 'Release', seed.artist(),"
                        "       seed.version()"
                        "  FROM generate_series(1, 100000) AS code;"
                        "INSERT INTO tidemark.recording (bucket, code, title, artist, "
                        "    since_version) "
                        "SELECT tidemark.bucket_of(0, code), code, 'Song', seed.artist(),"
                        "       seed.version()"
                        "  FROM generate_series(1000001, 1100000) AS code");
    night_run(night, 0, "tidemark-aggregate", NULL);
    assert_in_range(night_peak_kb(night), 1, least_kb + MORE_KB_MAX);
}

// What has begun to be printed is ended too, so that whoever reads it is told.
static void a_list_that_fails_is_a_document_with_its_error(void **state)
{
    Night *night = *state;
    char *locked = night_value(night, "BEGIN; LOCK TABLE tidemark.unplaced_usage");

    night_settings(night, "payer: {name: Test}\n"
                          "database: {lock_timeout_ms: 100}\n"
                          "providers: {wavecast: {zone: Europe/Berlin}}\n");

    const json_t *document = night_run_json(night, 75, "tidemark-suspense", NULL);

    assert_int_equal(json_array_size(json_object_get(document, "waiting")), 0);
    assert_int_equal(json_integer_value(json_object_get(document, "status")), 75);
    assert_non_null(json_string_value(json_object_get(document, "error")));
    free(locked);
    free(night_value(night, "ROLLBACK"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MONEY_TEST(a_report_beyond_the_memory_comes_to_the_same_cells_and_money),
        MONEY_TEST(a_report_in_pieces_is_taken_out_whole),
        MONEY_TEST(a_dry_run_in_pieces_leaves_nothing),
        MONEY_TEST(a_report_that_is_refused_at_its_end_leaves_no_piece),
        NIGHT_TEST(ids_that_are_no_sequence_are_refused),
        NIGHT_TEST(rows_of_one_id_are_compared_within_memory_however_many_they_are),
        NIGHT_TEST(what_waits_is_listed_within_memory_however_long_the_list),
        MONEY_TEST(names_that_are_new_take_little_memory),
        NIGHT_TEST(a_list_that_fails_is_a_document_with_its_error),
    };

    return cmocka_run_group_tests(tests, count_in_one_piece, forget);
}
