#ifndef TIDEMARK_CATALOGUE_VERSION_H
#define TIDEMARK_CATALOGUE_VERSION_H

#include "store/store.h"

/**
 * Takes the next version of the catalogue, in the caller's transaction: the counter's row is locked until it commits, so that
 * versions become visible in their order. `made_from` says what made it: a folder, or a command.
 */
Status catalogue_new_version(Store *store, const char *made_from, int64_t *out_version,
                             Error *error);

#endif
