#ifndef TIDEMARK_CATALOGUE_CATALOGUE_H
#define TIDEMARK_CATALOGUE_CATALOGUE_H

#include "settings/faults.h"
#include "settings/settings.h"
#include "store/store.h"

#include <jansson.h>
#include <stdint.h>

/**
 * Who owns what: labels, artists, payees, releases, recordings; and the terms: what is on which
 * release, aliases, rates, splits.
 *
 * Facts are what they are now. A term has dates of validity and is never edited: a version of the
 * catalogue brings it, a later one ends it, and what was counted or priced by it in between is done
 * anew by aggregate and request.
 */

/** What an import did. */
typedef struct CatalogueImport {
    int64_t version; // that it made; 0: the catalogue was so already
    /**
     * Of each file that was there: file, rows; items, that the rows make (as many, but for splits:
     * shares that hold on the same days are one); of the items added, changed, unchanged; ended.
     */
    json_t *files;
} CatalogueImport;

/**
 * Imports the files of a folder (labels, artists, payees, releases, recordings, tracks, aliases,
 * rates and splits.csv; those that are there), in the transaction that is open: all or nothing.
 *
 * Facts are added or changed by their key. Of terms, a file's rows for a key replace what is in force
 * for it: a release's tracks, an alias, a rate's provider, territory, tier, release and recording, a
 * release's split or that of a recording on it. What the files do not mention stays.
 *
 * STATUS_DATA: `faults` has what is wrong, with file and line, the first 300 and how many more; the
 * caller rolls back.
 * STATUS_NO_INPUT: the folder has no such file. Where nothing changed (version 0) the transaction
 * has nothing worth a commit. out_import->files is the caller's, for json_decref().
 */
Status catalogue_import(Store *store, const Settings *settings, const char *folder, Faults *faults,
                        CatalogueImport *out_import, Error *error);

#endif
