#ifndef TIDEMARK_INGEST_PREVIEW_H
#define TIDEMARK_INGEST_PREVIEW_H

#include "settings/settings.h"

#include <jansson.h>

/**
 * What a feed's layout makes of a file, without counting anything: for a person who writes a layout.
 */
typedef struct Preview {
    json_t *columns; // {"role","from"}: where each value comes from
    json_t *rows;    // the first ones, in the file's order: what was read, or why it is rejected
} Preview;

/**
 * Reads a file's first rows, `rows_max` at most. STATUS_DATA: it is no such file, or its header lacks
 * what the layout names. *out_preview is the caller's, for preview_clear().
 */
Status preview_file(const char *path, const Feed *feed, const DayTable *days, size_t rows_max,
                    Preview *out_preview, Error *error);
void preview_clear(Preview *preview);

#endif
