#ifndef TIDEMARK_TIDE_TIDE_H
#define TIDEMARK_TIDE_TIDE_H

#include "tide/id_set.h"

/**
 * The tide of a feed: the set of sequence IDs that its committed batches have counted.
 *
 *     ██████████████w█████████████░░░░████░░███████
 *     first_id                    │               │
 *                             watermark        highest
 *
 *     ░ gap: money not yet counted    w waived: will never come, and counts if it does
 *
 * Below the watermark every ID is counted or waived, so nothing is kept there but the waived ones;
 * above it the counted ones are kept as an IdSet. Rejected rows leave gaps, on purpose: the
 * repaired row counts later.
 *
 * Pure: no database, file or clock; its caller stores the sets. One thread at a time.
 */
typedef struct Tide Tide;

/** An empty tide; the caller's, for tide_free(). */
Tide *tide_new(int64_t first_id);
/** A tide as it was stored; takes both sets. STATUS_DATA: they contradict each other or the
 * watermark. */
Status tide_restore(int64_t first_id, int64_t watermark, IdSet *taken_counted_above,
                    IdSet *taken_waived, Tide **out_tide, Error *error);
void tide_free(Tide *tide);

/** Whether the ID has been counted. In the header for tests. */
bool tide_has(const Tide *tide, int64_t id);
/** Sets is_new[i] for each ID that neither the tide nor `file` has, and adds it to `file`. */
void tide_sift(const Tide *tide, const int64_t ids[], size_t count, IdSet *file, bool is_new[]);
/**
 * Of the IDs that are not new, sets is_counted[i] for each that the tide has and `duplicates` has
 * not, and adds it there. What is neither new nor counted comes a second time in the file.
 */
void tide_find_counted(const Tide *tide, const int64_t ids[], size_t count, const bool is_new[],
                       IdSet *duplicates, bool is_counted[]);
/** Whether all of these have been counted. */
bool tide_has_all(const Tide *tide, const IdSet *ids);
/** Whether any of these has been counted: what others added since. */
bool tide_meets(const Tide *tide, const IdSet *ids);
/** Counts these, none of which the tide has; waived ones among them are waived no more. Moves the
 * watermark. */
void tide_merge(Tide *tide, const IdSet *ids);
/** Takes these out again, all of which the tide has; lowers the watermark. */
void tide_revoke(Tide *tide, const IdSet *ids);
/**
 * The most IDs that can be waived at once: a range costs memory for each of its parts, also where
 * nobody has seen an ID of it.
 */
#define TIDE_WAIVE_IDS_MAX (INT64_C(1) << 32)
/** Waives from `first` to `last`, at most TIDE_WAIVE_IDS_MAX, but what is counted; returns how many
 * were waived anew. Moves the watermark. */
int64_t tide_waive(Tide *tide, int64_t first, int64_t last);

int64_t tide_first_id(const Tide *tide);
/** first_id - 1 where the first is still missing. */
int64_t tide_watermark(const Tide *tide);
/** The highest counted; first_id - 1 for none. */
int64_t tide_highest(const Tide *tide);
int64_t tide_count(const Tide *tide);
/** Neither counted nor waived, below the highest. */
int64_t tide_missing(const Tide *tide);
/** The next gap that begins at `from` or later (cut to begin there); false where there is none
 * below the highest. */
bool tide_next_gap(const Tide *tide, int64_t from, int64_t *out_first, int64_t *out_last);
/** Borrowed, for storing: what is counted above the watermark, and what is waived. */
const IdSet *tide_counted_above(const Tide *tide);
const IdSet *tide_waived(const Tide *tide);

#endif
