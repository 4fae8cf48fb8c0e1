#ifndef TIDEMARK_CATALOGUE_VERSION_H
#define TIDEMARK_CATALOGUE_VERSION_H

#include "store/store.h"

/**
 * Takes the next version of the catalogue, in the caller's transaction: the counter's row is locked
 * until it commits, so that versions become visible in their order. `made_from` says what made it: a
 * folder, or a command; `summary` what it changed, as JSON, or NULL where that is one thing.
 */
Status catalogue_new_version(Store *store, const char *made_from, const char *summary,
                             int64_t *out_version, Error *error);

#endif
