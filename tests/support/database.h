#ifndef TIDEMARK_TESTS_DATABASE_H
#define TIDEMARK_TESTS_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>

/**
 * A database for each test, in the cluster that the PG* variables name: migrated and else empty, as
 * a copy of a template that the first of them makes. What goes wrong is printed.
 */

/** Makes one; its name is the caller's, for free(). NULL: it cannot be made. */
char *database_make(void);
/** Whoever is still connected is a test that failed, or a process that it left behind. */
bool database_drop(const char *database);
/** A connection past the code under test, for PQfinish(); to the cluster's own database where it is
 * NULL. NULL: there is none. */
PGconn *database_connect(const char *database);

#endif
