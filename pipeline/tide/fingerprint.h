#ifndef TIDEMARK_TIDE_FINGERPRINT_H
#define TIDEMARK_TIDE_FINGERPRINT_H

#include "tide/id_set.h"

/**
 * Additive fingerprints: for each block of 2^16 IDs the count of its rows and the sum (mod 2^64) of
 * their hashes, so that a duplicate is proved and not assumed. Those of a feed are the sums of
 * those of its live files.
 *
 * Stored a part (2^24 IDs) at a time: for each block that has rows, in rising order, little-endian
 *
 *     block (lower 8 bits of ID >> 16)  1 byte │ count - 1  2 bytes │ sum  8 bytes
 *
 * Pure. One thread at a time.
 */
typedef struct Fingerprints Fingerprints;

enum { FINGERPRINT_BLOCK_BITS = 16 };

Fingerprints *fingerprints_new(void);
void fingerprints_free(Fingerprints *fingerprints);
/** Adds those of some rows that is_added; each ID once, else its block's count proves nothing. */
void fingerprints_add_rows(Fingerprints *fingerprints, const int64_t ids[], const uint64_t hashes[],
                           const bool is_added[], size_t count);
void fingerprints_add_all(Fingerprints *fingerprints, const Fingerprints *more);
/** Takes those out again, all of which it has. */
void fingerprints_remove_all(Fingerprints *fingerprints, const Fingerprints *less);

/**
 * Takes out of `ids`, those of a file's duplicates, what is proved: the IDs of each block of which
 * the file's rows (`part`) are as many as the feed's (`whole`), with the same sum. What is left, the
 * rows alone can tell: they are others, or only some of their block's.
 */
void fingerprints_prove(const Fingerprints *whole, const Fingerprints *part, IdSet *ids);

/** As in id_set.h. */
size_t fingerprints_part_count(const Fingerprints *fingerprints);
void fingerprints_encode_part(const Fingerprints *fingerprints, size_t index, int64_t *out_number,
                              char **out_bytes, size_t *out_size_bytes);
/** STATUS_DATA: bytes that are no such part. */
Status fingerprints_decode(const IdPart parts[], size_t part_count, Fingerprints **out_fingerprints,
                           Error *error);

#endif
