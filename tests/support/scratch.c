#include "support/scratch.h"

#include "base/memory.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

const StoreOptions scratch_options = {.application = "tidemark-test",
                                      .connect_timeout_s = 10,
                                      .lock_timeout_ms = 300,
                                      .tcp_user_timeout_ms = 10000};

static char *cluster_database; // what PGDATABASE was; NULL if it was not set
static char *scratch_database;
static PGconn *scratch_connection;

static PGconn *connect_database(void)
{
    // Tables that were never analyzed are taken for large ones, and compiling plans for seconds.
    PGconn *connection =
        PQconnectdb("client_encoding=UTF8 options='-c client_min_messages=error -c jit=off'");

    if (PQstatus(connection) == CONNECTION_OK)
        return connection;
    print_error("%s", PQerrorMessage(connection));
    PQfinish(connection);
    return NULL;
}

// Runs "CREATE DATABASE %s" and its like on the cluster's own database.
static int run_on_cluster(const char *before, const char *after)
{
    PGconn *connection = connect_database();
    char *statement = text_format("%s %s %s", before, scratch_database, after);
    PGresult *result = connection == NULL ? NULL : PQexec(connection, statement);
    int failed = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : -1;

    if (failed != 0)
        print_error("%s: %s", statement, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    free(statement);
    return failed;
}

int scratch_make(void **state)
{
    (void)state;
    cluster_database = memory_copy_text(getenv("PGDATABASE"));
    scratch_database = text_format("tidemark_test_%ld", (long)getpid());
    if (run_on_cluster("CREATE DATABASE", "") != 0)
        return -1;
    if (setenv("PGDATABASE", scratch_database, 1) != 0)
        return -1;
    scratch_connection = connect_database();
    if (scratch_connection == NULL)
        return -1;
    if (text_equal(PQdb(scratch_connection), scratch_database))
        return 0;
    print_error("the tests make a database of their own, so the cluster is to be named by "
                "PGHOST and the like, not by a service that names a database\n");
    return -1;
}

int scratch_drop(void **state)
{
    (void)state;
    PQfinish(scratch_connection);
    if (cluster_database == NULL)
        (void)unsetenv("PGDATABASE");
    else
        (void)setenv("PGDATABASE", cluster_database, 1);

    // Whoever is still connected is a test that failed, or a process that it left behind.
    int failed = run_on_cluster("DROP DATABASE", "WITH (FORCE)");

    free(scratch_database);
    free(cluster_database);
    return failed;
}

Store *scratch_open(void)
{
    Error error = {0};
    Store *store = NULL;

    if (store_open(&scratch_options, &store, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return store;
}

static PGresult *run_sql(const char *sql)
{
    PGresult *result = PQexec(scratch_connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        PQclear(result);
        fail_msg("%s: %s", sql, PQerrorMessage(scratch_connection));
    }
    return result;
}

void scratch_run(const char *sql)
{
    PQclear(run_sql(sql));
}

char *scratch_value(const char *sql)
{
    PGresult *result = run_sql(sql);
    char *value = memory_copy_text(PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0));

    PQclear(result);
    return value;
}
