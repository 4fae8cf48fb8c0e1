#ifndef TIDEMARK_INGEST_INBOX_H
#define TIDEMARK_INGEST_INBOX_H

#include "settings/settings.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * The report files of one feed's inbox, in the order of their names, and which of them are ready.
 *
 *     inbox/wavecast/sales_2026-10_1of2.csv.gz        .csv.gz, .tsv.gz, .txt.gz, .csv, .tsv, .txt
 *     inbox/wavecast/sales_2026-10_1of2.csv.gz.done   what else lies there is left alone
 *
 * A file waits while it was changed a moment ago, while its semaphore is missing, or while other
 * parts of its report are. Knows no database: which parts were counted before, its caller says.
 */
typedef struct InboxFile {
    char *path;
    char *name;
    char *waits_for; // why it is not ready, a sentence; NULL: it is
} InboxFile;

typedef struct Inbox {
    const Feed *feed;
    InboxFile *files;
    size_t count;
    char **strangers; // what is there and is neither a report nor a semaphore
    size_t stranger_count;
} Inbox;

/** Lists a feed's folder. `now` is in seconds since 1970, as files have it. A folder that is not
 * there is empty. *out_inbox is the caller's, for inbox_clear(). */
Status inbox_list(const char *folder, const Feed *feed, int64_t now, Inbox *out_inbox,
                  Error *error);
void inbox_clear(Inbox *inbox);

/** Whether the parts of some report are not all here, so that inbox_wait_for_parts() needs the names
 * of the files that were counted before. */
bool inbox_lacks_parts(const Inbox *inbox);
/** Lets those files wait whose report has parts that are neither here nor among these names. */
void inbox_wait_for_parts(Inbox *inbox, const char *const counted_names[], size_t count);

/** The path of a file's semaphore; NULL where the feed has none. The caller's, for free(). */
char *inbox_semaphore_path(const Feed *feed, const char *folder, const char *name);

/** Whether a file is the business of share `share` of `shares` (from 1): by a hash of its name, the
 * same on every machine. */
bool inbox_is_of_share(const char *name, int share, int shares);

#endif
