#ifndef TIDEMARK_INGEST_DICTIONARY_H
#define TIDEMARK_INGEST_DICTIONARY_H

#include "cells/cells.h"
#include "settings/settings.h"
#include "store/store.h"

/**
 * What a file's cells refer to: their feed, and numbers for markets and odd codes.
 *
 * Words are added in a short transaction of their own, before the file's: within it they would make
 * everyone who adds the same wait for its end. A file that fails afterwards leaves these words
 * behind and nothing else.
 */

/** Adds the feed, its provider and its tide where they are missing. */
Status dictionary_add_feed(Store *store, const Feed *feed, Error *error);

/** Numbers the markets and odd codes of cells, in the database and then in the cells. */
Status dictionary_number_cells(Store *store, Cells *cells, Error *error);

#endif
