#ifndef TIDEMARK_DISTRIBUTION_RELEASE_H
#define TIDEMARK_DISTRIBUTION_RELEASE_H

#include "distribution/life_cycle.h"
#include "settings/settings.h"
#include "store/store.h"

/**
 * Releases: made, filled with songs, moved through their life cycle. Every change keeps who, when
 * and why.
 *
 * All of these work within the caller's transaction. A release is named by its UPC, EAN or GRid.
 */

/** What `release create` is told; all borrowed. */
typedef struct ReleaseDraft {
    const char *upc;
    const char *title;
    const char *artist; // key of an artist in the catalogue
    const char *reason;
} ReleaseDraft;

/** STATUS_DATA: the UPC is malformed or taken, the artist is not in the catalogue. */
Status release_create(Store *store, const ReleaseDraft *draft, Error *error);

/** What `release add-song` is told; all borrowed. */
typedef struct ReleaseSong {
    const char *upc;
    const char *isrc;
    const char *title; // of the recording if the catalogue has none of that ISRC; else NULL
    bool is_primary;   // where several releases have it: the one that gets what names no release
} ReleaseSong;

/** STATUS_DATA: approved already, the ISRC is malformed, the song is on it, or its recording is not
 * known. */
Status release_add_song(Store *store, const ReleaseSong *song, Error *error);

/** What moves a release; all borrowed. */
typedef struct ReleaseChange {
    const char *upc;
    ReleaseAction action;
    Day date;          // proposed or approved; DAY_NONE as life_cycle_apply() has it
    const char *label; // who approves: the key of the artist's own label
    const char *reason;
} ReleaseChange;

/**
 * Moves a release; a withdrawal writes an event for each provider that knows of it. STATUS_DATA:
 * there is no such release, or its life cycle does not allow it; STATUS_PERMISSION: another label
 * than the artist's.
 */
Status release_change(Store *store, const ReleaseChange *change, Error *error);

#endif
