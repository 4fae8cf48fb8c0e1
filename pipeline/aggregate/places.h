#ifndef TIDEMARK_AGGREGATE_PLACES_H
#define TIDEMARK_AGGREGATE_PLACES_H

#include "aggregate/suspense.h"
#include "report/code.h"
#include "store/store.h"

#include <stdbool.h>

/** What rows gave as their release and recording (CODE_NONE: nothing), and the last day of their
 * period. */
typedef struct Name {
    Code release;
    Code recording;
    Day day;
} Name;

/** Where streams go: to a recording on a release, or to suspense. */
typedef struct Place {
    Suspended reason; // SUSPENDED_NOT: to the release
    Code release;
    Code recording;
} Place;

/**
 * Where streams go by what their rows named, at a version of the catalogue.
 *
 *     name ── aliases, on their days ──► meant ─┬─ names a release ──► that one, or it waits
 *                                               └─ names none ───────► the recording's home release, or it waits
 *
 * A row that names a release never counts to another one. A recording whose code is malformed waits
 * even where a release is named; a well-formed one need not be known then. The home release is the
 * only one that a recording is on, else its primary one (tidemark.home_release()).
 *
 * Of the catalogue is read what the names need, a statement for each kind of question, into sorted
 * arrays. (One statement for all of it, joined in SQL, took 0.8 s for 140,000 names, and its plan
 * was at the mercy of what the planner guessed of the names; so it is 0.3 s, most of it reading the
 * catalogue.)
 */
typedef struct Places Places;

Places *places_new(void);
void places_free(Places *places);

/** First: which markets are in territories that nobody knows, and which names mean others. */
Status places_begin(Places *places, Store *store, int64_t version, Error *error);
/** Then each name, as often as it comes. */
void places_seek(Places *places, const Name *name);
/** Then: what they mean. */
Status places_read_names(Places *places, Store *store, int64_t version, Error *error);

bool places_know_all_markets(const Places *places);
bool places_know_market(const Places *places, int64_t market);
/** Of a name that was sought; whether its territory is known is another question. */
Place places_find(const Places *places, const Name *name);
/** Streams under this name stay under it. */
static inline bool place_is_as_named(Place place, const Name *name)
{
    return place.reason == SUSPENDED_NOT && place.release == name->release &&
           place.recording == name->recording;
}

#endif
