#include "support/database.h"

#include "base/digest.h"
#include "base/text.h"
#include "sql.h"
#include "store/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

PGconn *database_connect(const char *database)
{
    const char *const names[] = {"dbname", "client_encoding", "options", NULL};
    const char *const values[] = {database, "UTF8", "-c client_min_messages=error -c jit=off",
                                  NULL};
    PGconn *connection = PQconnectdbParams(names, values, 0);

    if (PQstatus(connection) == CONNECTION_OK)
        return connection;
    print_error("%s", PQerrorMessage(connection));
    PQfinish(connection);
    return NULL;
}

static bool run_on(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!is_done)
        print_error("%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    return is_done;
}

// Runs what text_format() made, and frees it.
static bool run_taken(PGconn *connection, char *taken_sql)
{
    bool is_done = run_on(connection, taken_sql);

    free(taken_sql);
    return is_done;
}

// The name of a database that is migrated and else empty, of which others are made: of the
// migrations' digest, so that one of an older build is left alone.
static char *template_name(void)
{
    Digest *digest = digest_new();
    char text[DIGEST_TEXT_BYTES];

    for (size_t i = 0; i < sql_migration_count; i++)
        digest_add(digest, sql_migrations[i].text, slice_of(sql_migrations[i].text).size_bytes);
    (void)digest_finish(digest, text);
    digest_free(digest);
    return text_format("tidemark_template_%.12s", text);
}

static bool migrate_database(const char *database)
{
    Error error = {0};
    Store *store = NULL;
    MigrateSummary summary = {0};
    StoreOptions options = {.application = "tidemark-test",
                            .connect_timeout_s = 10,
                            .lock_timeout_ms = 10000,
                            .tcp_user_timeout_ms = 10000};
    bool is_done = setenv("PGDATABASE", database, 1) == 0 &&
                   store_open(&options, &store, &error) == STATUS_OK &&
                   migrate(store, &summary, &error) == STATUS_OK;

    if (!is_done)
        print_error("%s\n", error.message);
    store_close(store);
    return is_done;
}

static bool has_database(PGconn *cluster, const char *database)
{
    const char *const values[] = {database};
    PGresult *result = PQexecParams(cluster, "SELECT FROM pg_database WHERE datname = $1", 1, NULL,
                                    values, NULL, NULL, 0);
    bool has = PQntuples(result) == 1;

    PQclear(result);
    return has;
}

// Made under another name first: one that is half migrated is never used.
static bool make_template(PGconn *cluster, const char *name)
{
    char *draft = text_format("%s_%ld", name, (long)getpid());
    bool is_made =
        run_taken(cluster, text_format("CREATE DATABASE %s", draft)) && migrate_database(draft);

    if (is_made && !run_taken(cluster, text_format("ALTER DATABASE %s RENAME TO %s", draft, name)))
        is_made = has_database(cluster, name); // another test program was faster
    if (has_database(cluster, draft))
        (void)run_taken(cluster, text_format("DROP DATABASE %s", draft));
    free(draft);
    return is_made;
}

char *database_make(void)
{
    static int made;
    PGconn *cluster = database_connect(NULL);
    char *template = template_name();
    char *name = text_format("tidemark_night_%ld_%d", (long)getpid(), ++made);
    bool is_made =
        cluster != NULL && (has_database(cluster, template) || make_template(cluster, template)) &&
        run_taken(cluster, text_format("CREATE DATABASE %s TEMPLATE %s", name, template));

    PQfinish(cluster);
    free(template);
    if (is_made)
        return name;
    free(name);
    return NULL;
}

bool database_drop(const char *database)
{
    PGconn *cluster = database_connect(NULL);
    bool is_done = run_taken(cluster, text_format("DROP DATABASE %s WITH (FORCE)", database));

    PQfinish(cluster);
    return is_done;
}
