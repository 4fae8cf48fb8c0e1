#ifndef TIDEMARK_INGEST_STORED_PARTS_H
#define TIDEMARK_INGEST_STORED_PARTS_H

#include "store/store.h"
#include "tide/fingerprint.h"

/**
 * Sets of IDs and fingerprints as the database keeps them: a row for each part of 2^24 IDs, with its
 * `number` and its bytes. What cannot be read is no input of anyone's but a breach of ours:
 * STATUS_BUG.
 */

/** The set of the rows from `first` to before `end`; *out_set is the caller's. */
Status stored_set(const Rows *rows, size_t first, size_t end, const char *column, IdSet **out_set,
                  Error *error);
/** As stored_set(). */
Status stored_fingerprints(const Rows *rows, size_t first, size_t end, const char *column,
                           Fingerprints **out_fingerprints, Error *error);

/** The numbers of a set's parts, rising; the caller's, for free(). */
int64_t *id_set_part_numbers(const IdSet *set);

#endif
