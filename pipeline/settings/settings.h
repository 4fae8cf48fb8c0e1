#ifndef TIDEMARK_SETTINGS_SETTINGS_H
#define TIDEMARK_SETTINGS_SETTINGS_H

#include "base/error.h"
#include "report/layout.h"
#include "settings/faults.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Settings: YAML → typed, checked structures. Built-in < YAML < environment < option.
 *
 * One main file (config/tidemark.yaml) and a file a feed (feeds/NAME.yaml beside it). Each key is
 * declared once, in a table (key, type, default, bounds, help), from which the reader and the
 * README's list come. An unknown key is a fault with its line and the nearest known key. All faults
 * of all files are told at once. Paths are relative to the main file's folder.
 */

/** How often a feed's reports come, so that `status` can say that one is late. */
typedef enum Rhythm { RHYTHM_NONE, RHYTHM_DAILY, RHYTHM_WEEKLY, RHYTHM_MONTHLY } Rhythm;

/** What shows that a report file is whole; otherwise it is `waiting`. */
typedef struct Readiness {
    int settle_seconds; // not changed for so long; 0: at once
    char *semaphore;    // a file beside it, "{file}.done"; NULL: none
    bool all_parts;     // all {parts} of its report are in the inbox, or counted before
} Readiness;

typedef struct Feed {
    char *name;     // of its file, without .yaml: small letters, digits, - and _
    char *provider; // one of Settings.providers
    char *zone;     // whose days these are: "Europe/Berlin"
    Rhythm rhythm;
    int rhythm_grace_days;
    double max_reject_ratio; // of the rows read; 0: one reject refuses the file
    Readiness readiness;
    Layout layout;
} Feed;

typedef struct Provider {
    char *name;
    char *zone;          // whose date decides what is due
    int lead_time_days;  // before the release date the provider wants the event
    char *drop_folder;   // where events are delivered; NULL: it gets no releases
    char *answer_folder; // where its answers come
    int delivery_attempts_max;
    int retry_minutes; // before the second attempt; doubled each time
} Provider;

/** When `request` makes requests without being asked for a payee. */
typedef enum RequestDue { REQUEST_DUE_DAILY, REQUEST_DUE_MONTHLY } RequestDue;

/** Files that are read at once, at most: each has two connections, of which a server has a hundred. */
enum { INGEST_JOBS_MAX = 64 };

typedef struct Settings {
    char *file; // the main file, as found
    char *inbox_folder;
    char *archive_folder;
    char *payout_folder;
    char *reject_folder; // <file>.rejects.csv.gz
    int connect_timeout_s;
    int lock_timeout_ms;
    int statement_timeout_ms;
    int tcp_user_timeout_ms;
    int night_deadline_seconds;
    int ingest_jobs;
    int ingest_memory_mb_max;
    RequestDue request_due;
    int request_day_of_month; // 1 to 28
    char *payout_zone;        // whose day it is when requests are due and bookings are dated
    char *payer_name;
    Provider *providers;
    size_t provider_count;
    Feed *feeds; // by name
    size_t feed_count;
} Settings;

/**
 * Reads the main file and all feeds. `file` may be NULL: $TIDEMARK_CONFIG, else
 * ./config/tidemark.yaml, else /etc/tidemark/tidemark.yaml. TIDEMARK_INBOX, TIDEMARK_ARCHIVE,
 * TIDEMARK_PAYOUTS, TIDEMARK_REJECTS replace folders. STATUS_CONFIG: the faults of all files were
 * added to `faults` (the error holds as many as it can); STATUS_NO_INPUT: no such file.
 * *out_settings is the caller's, for settings_free().
 */
Status settings_read(const char *file, Settings **out_settings, Faults *faults, Error *error);
/** The built-in settings alone: no provider, no feed; the caller's, for settings_free(). */
Settings *settings_built_in(void);
void settings_free(Settings *settings);

/** STATUS_USAGE: there is no such feed (the nearest is named). The feed is borrowed. */
Status settings_feed(const Settings *settings, const char *name, const Feed **out_feed,
                     Error *error);
/** NULL: there is none of that name. Borrowed. */
const Provider *settings_provider(const Settings *settings, const char *name);

/** What is to be said of a key of a written file: "file.delimiter"; of "" at its head. */
typedef struct KeyComment {
    const char *key;
    const char *text; // printable, on one line
} KeyComment;

/**
 * Writes a feed's file as YAML: what differs from the defaults, and what has a comment. A comment on
 * a key that is not set stands alone in its place. The caller's, for free().
 */
char *settings_feed_yaml(const Feed *feed, const KeyComment comments[], size_t comment_count);

/** A key, for documentation. */
typedef struct KeyDescription {
    char path[64]; // "database.lock_timeout_ms", "feed: columns.NAME.position"
    char type[128];
    const char *default_value; // NULL: it must be given, or is not used without
    bool is_required;
    const char *help;
} KeyDescription;

/** All keys in the order of their tables, for tests of the documentation; *out_keys is the caller's, for free(). */
size_t settings_keys(KeyDescription **out_keys);

#endif
