#ifndef TIDEMARK_TESTS_NIGHT_H
#define TIDEMARK_TESTS_NIGHT_H

#include "base/text.h"
#include "support/command.h"

#include <jansson.h>
#include <stdint.h>

/**
 * All that stages need to run as they do for real: settings, folders, and a migrated database of
 * its own in the cluster that the PG* variables name. The environment points to both meanwhile.
 *
 *     static void a_file_is_counted_once(void **state)
 *     {
 *         Night *night = *state;
 *
 *         night_write(night, "inbox/wavecast/a.csv.gz", text);
 *         night_run(night, 0, "tidemark-ingest", NULL);
 *         assert_night_value(night, "SELECT sum(streams) FROM tidemark.usage_cell", "5");
 *     }
 *     ... cmocka_run_group_tests(tests, NULL, NULL) with NIGHT_TEST(a_file_is_counted_once)
 */
typedef struct Night Night;

enum { NIGHT_WAIT_MS_MAX = 30000 };

/** A cmocka setup and teardown; *state is the night. */
int night_begin(void **state);
int night_end(void **state);
#define NIGHT_TEST(test) cmocka_unit_test_setup_teardown(test, night_begin, night_end)

/** The path of what lies at this place in the night's folder: "inbox/wavecast/a.csv.gz". Borrowed
 * until the night ends. */
const char *night_path(Night *night, const char *place);
/** Replaces config/tidemark.yaml, which has provider wavecast and otherwise what is built in. */
void night_settings(Night *night, const char *yaml);
/**
 * Adds a feed, or replaces it. There is one, "wavecast": columns id, time, isrc, upc, country,
 * tier, seconds; days of Europe/Berlin; a tenth of the rows may be rejected.
 */
void night_feed(Night *night, const char *feed, const char *yaml);
/** Writes a file, as gzip where it is called so; folders are made. */
void night_write(Night *night, const char *place, const char *text);
/** Writes these bytes. */
void night_write_bytes(Night *night, const char *place, Slice bytes);
/** Whether there is such a file. */
bool night_has(Night *night, const char *place);
/** How many plain files lie in a folder. */
size_t night_file_count(Night *night, const char *place);

/** Runs a program, its words ended by NULL; the test fails, and shows its output, unless it exits
 * with this status. */
void night_run(Night *night, int status, const char *program, ...);
/** As night_run() with --json; the document, borrowed until the next. */
const json_t *night_run_json(Night *night, int status, const char *program, ...);
/** A text of row `index` of a table of the last document, as of "files"; "" for null. Borrowed until
 * the next program. */
const char *night_cell(const Night *night, const char *table, size_t index, const char *key);
/** What the last program wrote; borrowed until the next. */
const char *night_out(const Night *night);
const char *night_err(const Night *night);
/** Its peak of memory. */
long night_peak_kb(const Night *night);
/** Fails unless this stands in either. */
void assert_told(const Night *night, const char *sentence);

/** SQL past the code under test. The first value of the last statement as text, "" for null or no
 * row; the caller's, for free(). */
char *night_value(Night *night, const char *sql);
void assert_night_value(Night *night, const char *sql, const char *expected);
/** Asks until the value is the one expected, for NIGHT_WAIT_MS_MAX at most. */
void night_wait(Night *night, const char *sql, const char *expected);
/** Waits until so many connections to the database wait for a lock. */
void night_wait_for_locks(Night *night, const char *connections);

/** Rows for feed wavecast: its header, and a row whose values follow from its ID. */
extern const char wavecast_header[];
void wavecast_append_row(Text *text, int64_t id);
/** A report with the rows of all IDs from `first` to `last`; the caller's, for free(). */
char *wavecast_report(int64_t first, int64_t last);
/** Brings such a report to the inbox under this name, and ingests what lies there. */
void wavecast_ingest(Night *night, const char *name, int64_t first, int64_t last);
/** All that feed wavecast has counted, whatever batches it came in: one row a cell, in order, as
 * text. The caller's, for free(). */
char *night_cells(Night *night);
/** How many rows each table has, and where the tides stand. The caller's, for free(). */
char *night_row_counts(Night *night);

#endif
