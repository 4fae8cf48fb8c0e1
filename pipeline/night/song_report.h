#ifndef TIDEMARK_NIGHT_SONG_REPORT_H
#define TIDEMARK_NIGHT_SONG_REPORT_H

#include "base/dates.h"
#include "settings/settings.h"
#include "store/store.h"

/** What a song report is about; texts are borrowed. */
typedef struct SongReport {
    const char *artist; // key or name; NULL: by label
    const char *label;  // key or name; NULL: by artist
    Day from;
    Day to; // included
} SongReport;

/**
 * The songs of an artist or a label in a period, by release and feed: streams, monetised, not
 * monetised and why not, and what waits for a rate or a split. STATUS_DATA: the catalogue has no
 * such artist or label. The caller's, for rows_free().
 */
Status song_report_read(Store *store, const Settings *settings, const SongReport *report,
                        Rows **out_rows, Error *error);

#endif
