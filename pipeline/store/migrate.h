#ifndef TIDEMARK_STORE_MIGRATE_H
#define TIDEMARK_STORE_MIGRATE_H

#include "store/store.h"

/**
 * The schema, made by the numbered files of store/schema/, each in a transaction, under a lock that
 * all who migrate take, so that two at once are safe. tidemark.migration keeps number, name,
 * SHA-256 and time.
 */
typedef struct MigrateSummary {
    int applied_before;
    int applied_now;
    int version; // number of the last migration
} MigrateSummary;

/**
 * Applies what is missing. STATUS_CONFIG: an applied migration's file has changed since (both
 * hashes are named), or the database has migrations that this program does not know (it is older
 * than the schema).
 */
Status migrate(Store *store, MigrateSummary *out_summary, Error *error);

/** STATUS_CONFIG, with the command to run, unless the schema is at this program's version,
 * unchanged. */
Status migrate_check(Store *store, Error *error);

#endif
