#ifndef TIDEMARK_TESTS_STORED_IDS_H
#define TIDEMARK_TESTS_STORED_IDS_H

#include "tide/id_set.h"

/** What is stored of a set of IDs, as a caller holds it. */
typedef struct StoredIds {
    size_t count;
    IdPart *parts;
} StoredIds;

/** The set's parts, each under the number that it says; the caller's, for stored_ids_free(). */
StoredIds stored_ids_of(const IdSet *set);
void stored_ids_free(StoredIds *stored);

#endif
