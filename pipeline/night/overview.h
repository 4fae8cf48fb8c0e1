#ifndef TIDEMARK_NIGHT_OVERVIEW_H
#define TIDEMARK_NIGHT_OVERVIEW_H

#include "base/dates.h"
#include "settings/settings.h"
#include "store/store.h"

#include <jansson.h>

/** How everything stands: what `status` shows. All are arrays of objects. */
typedef struct Overview {
    json_t *feeds;    // watermark, highest, missing, late, files in the inbox
    json_t *inbox;    // its files, and what each waits for
    json_t *suspense; // by reason
    json_t *owed;     // by currency
    json_t *events;   // not acknowledged
    json_t *problems; // each with the command that settles it: {"problem","command"}
} Overview;

/** Reads it in one snapshot. `today` stands in for the date unless it is DAY_NONE. For
 * overview_clear(). */
Status overview_read(Store *store, const Settings *settings, Day today, Overview *out_overview,
                     Error *error);
void overview_clear(Overview *overview);

/** One sentence: whether all is well, or how many problems there are. The caller's, for free(). */
char *overview_sentence(const Overview *overview);

/** Why a stream of the feed is not monetised, in words: "not longer than 30 s". The caller's, for
 * free(). */
char *unmonetised_words(const Feed *feed);

#endif
