#ifndef TIDEMARK_NIGHT_CHECKUP_H
#define TIDEMARK_NIGHT_CHECKUP_H

#include "settings/settings.h"
#include "store/store.h"

#include <jansson.h>

/**
 * Whether everything that a night stands on is as it must be, told at once: each thing with what was found and, where it is a
 * fault, what to do. Rows are objects {"check","found","is_fault","remedy"}.
 */

/** Folders: there, writable, closed to others; inbox and archive on one file system. Adds rows. */
void checkup_folders(const Settings *settings, json_t *rows);

/** The server's version and durability, schema, roles, zones. Adds rows; a Status only where the database failed. */
Status checkup_database(Store *store, const Settings *settings, json_t *rows, Error *error);

/** How many of the rows are faults. */
size_t checkup_fault_count(const json_t *rows);

#endif
