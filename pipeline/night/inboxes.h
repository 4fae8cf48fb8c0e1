#ifndef TIDEMARK_NIGHT_INBOXES_H
#define TIDEMARK_NIGHT_INBOXES_H

#include "settings/settings.h"
#include "store/store.h"

#include <jansson.h>

/** The files of all inboxes, which are not counted yet: {"feed","file","path","waits_for"}, where
 * null is a file that waits for nothing but the next ingest, or was refused by the last. Owned by
 * the caller. */
Status inboxes_read(Store *store, const Settings *settings, json_t **out_files, Error *error);

/** Adds what there is to do about them to `problems`, a feed at a time. */
void inboxes_judge(const json_t *files, json_t *problems);

/** How many of the files are a feed's. */
size_t inboxes_count(const json_t *files, const char *feed);

#endif
