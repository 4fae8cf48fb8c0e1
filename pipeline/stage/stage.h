#ifndef TIDEMARK_STAGE_STAGE_H
#define TIDEMARK_STAGE_STAGE_H

#include "base/dates.h"
#include "base/error.h"
#include "base/log.h"
#include "settings/faults.h"
#include "settings/settings.h"
#include "store/store.h"

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What every stage does alike: options, settings, log, database, lock, result, exit status. The
 * only room that prints.
 *
 *     TRY(stage_open(&argp, argc, argv, &options, &stage, &error));
 *     TRY(stage_connect(stage, STAGE_ALONE, &store, &error));
 *     ...
 *     TRY(stage_table(stage, "files", rows, columns, COUNT_OF(columns), &error));
 * cleanup:
 *     return stage_close(stage, status, &error);
 *
 * Options of all stages: --config FILE, --dry-run, --json, --verbose, --quiet, --help, --version
 * (and -h). stdout is the result: tables for people as they come; with --json one document on one
 * line, printed last, also on failure: {"schema":"tidemark.ingest/1","status":0,…} and "error"
 * where there is one. stderr is the log, as logfmt, or as JSON lines where TIDEMARK_LOG_FORMAT is
 * json. With --quiet people get errors only.
 */
typedef struct Stage Stage;

/**
 * Parses the command line, reads the settings. The name is the program's, without "tidemark-"; the
 * argp's parser gets `options` as its input, its doc ends (behind \v) with examples. --help,
 * --usage and --version print and end the process. STATUS_USAGE, or as settings_read(). *out_stage
 * is set even on failure, for stage_close(), which says what went wrong; it then has no settings.
 */
Status stage_open(const struct argp *argp, int argc, char *argv[], void *options, Stage **out_stage,
                  Error *error);

/** For an argp parser: a usage error with our own sentence, found and expected; returns EINVAL. */
error_t stage_usage(const struct argp_state *state, const char *format, ...) PRINTF_LIKE(2, 3);
/** For an argp parser: a whole number from `min` to `max`, else as stage_usage(). */
error_t stage_usage_number(const struct argp_state *state, const char *option, const char *argument,
                           int64_t min, int64_t max, int64_t *out_number);
/** A part of a stage's work, for machines that share it: 1 of 4. {1, 1} is all of it. */
typedef struct StageShare {
    int number;
    int count;
} StageShare;

enum { STAGE_SHARES_MAX = 256 };

/** For an argp parser: --share "1/4", else as stage_usage(). */
error_t stage_usage_share(const struct argp_state *state, const char *argument,
                          StageShare *out_share);
/** For an argp parser: one of some words, by its index, else as stage_usage() (the nearest is
 * named). `what` is "--due", or "the command". */
error_t stage_usage_word(const struct argp_state *state, const char *what, const char *argument,
                         const char *const words[], size_t word_count, size_t *out_index);
/** For an argp parser: a date, YYYY-MM-DD, else as stage_usage(). */
error_t stage_usage_day(const struct argp_state *state, const char *option, const char *argument,
                        Day *out_day);

/** NULL where stage_open() found none. */
const Settings *stage_settings(const Stage *stage);
Log *stage_log(const Stage *stage);
bool stage_is_dry_run(const Stage *stage);
/** "--verbose", "--quiet" or NULL, for a stage that executes others; borrowed. */
const char *stage_log_option(const Stage *stage);
/** The worst status of what was refused so far. */
Status stage_worst(const Stage *stage);

typedef enum StageAccess {
    STAGE_ANY,        // any number of them at the same time
    STAGE_ALONE,      // one run of this stage at a time; STATUS_BUSY for the second
    STAGE_ANY_SCHEMA, // as STAGE_ANY, whatever the schema's version is: migrate, check
} StageAccess;

/** Connects (without settings by their defaults), checks the schema's version (STATUS_CONFIG, with
 * the command to run), takes the stage's lock. Once; the store is borrowed. */
Status stage_connect(Stage *stage, StageAccess access, Store **out_store, Error *error);

/** Commits, or with --dry-run rolls back and says so in the result. */
Status stage_commit(Stage *stage, Store *store, Error *error);

/** Records a failure that does not hold up the rest (a refused file): logs it, keeps the worst
 * status, clears the error. */
Status stage_refuse(Stage *stage, Error *error);
/** Tells all faults, a log line each and as "faults" of the document, and sets the error to
 * `status` and their number (to the fault itself where it is one). STATUS_OK where there are none.
 */
Status stage_faults(Stage *stage, const Faults *faults, Status status, Error *error);

/** A column of a table: the row's JSON key, its heading, and whether it is a number (then to the
 * right). */
typedef struct ResultColumn {
    const char *key;
    const char *heading;
    bool to_the_right;
} ResultColumn;

/**
 * Rows (an array of objects) under `name` of the document, for people as a table; keys without a
 * column are in JSON only. The rows become the stage's. Nothing is printed for people where there
 * are none.
 */
Status stage_table(Stage *stage, const char *name, json_t *taken_rows, const ResultColumn columns[],
                   size_t column_count, Error *error);
/**
 * The same of a table of any length, a row (an object) at a time: none is kept. For people in pages,
 * of which a later one has wider columns only where its rows need them; with --json straight into
 * the document, whose other members but the first ones then stand behind it, "status" too. Where it
 * fails on the way, the rows so far are there, and the error behind them.
 *
 *     stage_list_begin(stage, "waiting", columns, COUNT_OF(columns));
 *     for (...)
 *         TRY(stage_list_row(stage, row, &error));
 *     TRY(stage_list_end(stage, &error));
 */
void stage_list_begin(Stage *stage, const char *name, const ResultColumn columns[],
                      size_t column_count);
/** The row becomes the stage's. STATUS_CANNOT_WRITE. */
Status stage_list_row(Stage *stage, json_t *taken_row, Error *error);
/** Does nothing where none was begun. STATUS_CANNOT_WRITE. */
Status stage_list_end(Stage *stage, Error *error);
/** A value under `name` of the document, not shown to people. The value becomes the stage's. */
void stage_value(Stage *stage, const char *name, json_t *taken_value);
/** A text that is the result itself, for people as it is, and under `name` of the document. */
void stage_text(Stage *stage, const char *name, const char *text);
/** A sentence for people; with --json in the document's "said", which is what a night tells of its steps. */
void stage_say(Stage *stage, const char *format, ...) PRINTF_LIKE(2, 3);

/** Prints the document or the error, closes everything, and returns the exit status: the worst of
 * all. */
int stage_close(Stage *stage, Status status, Error *error);

#endif
