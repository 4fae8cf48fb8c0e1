#ifndef TIDEMARK_STORE_STATEMENT_H
#define TIDEMARK_STORE_STATEMENT_H

#include <stddef.h>

/** A .sql file as the build embeds it: `sql_lock_tide` is pipeline/tide.../lock_tide.sql
 * (build/sql.h). */
typedef struct Statement {
    const char *name; // of the file, without .sql: the prepared statement's name, also in messages
    const char *text;
    const char *sha256; // of a migration's text; NULL: it is taken when it is needed
} Statement;

#endif
