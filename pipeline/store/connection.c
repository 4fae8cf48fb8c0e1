#include "base/memory.h"
#include "sql.h"
#include "store/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    KEYWORDS_MAX = 12,
    KEEPALIVE_IDLE_S = 60,
    KEEPALIVE_INTERVAL_S = 10,
    KEEPALIVE_COUNT = 6,
    CONNECTION_CHECK_MS = 10000,
    RECONNECT_TRIES_MAX = 7,
    RECONNECT_PAUSE_MS = 100, // the first; each further one is twice as long: 6.3 s in all
};

// Connection parameters for PQconnectdbParams(); values are owned.
typedef struct Keywords {
    const char *names[KEYWORDS_MAX + 1];
    char *values[KEYWORDS_MAX + 1];
    size_t count;
} Keywords;

static void set_keyword(Keywords *keywords, const char *name, char *taken_value)
{
    keywords->names[keywords->count] = name;
    keywords->values[keywords->count] = taken_value;
    keywords->count++;
}

// What the environment or the service file says of a keyword, "" if nothing.
static const char *said_elsewhere(const PQconninfoOption defaults[], const char *name)
{
    for (const PQconninfoOption *option = defaults; option->keyword != NULL; option++)
        if (text_equal(option->keyword, name))
            return option->val == NULL ? "" : option->val;
    return "";
}

static void set_unless_said(Keywords *keywords, const PQconninfoOption defaults[], const char *name,
                            int value)
{
    if (said_elsewhere(defaults, name)[0] == '\0')
        set_keyword(keywords, name, text_format("%d", value));
}

// The server's side of the same cares: a client that is gone must not keep its locks. Our idle
// transactions are meant: a file is read while its own transaction waits. What PGOPTIONS says comes
// last, and so wins.
static char *server_options(const StoreOptions *options, const char *said)
{
    return text_format("-c lock_timeout=%d -c statement_timeout=%d"
                       " -c client_connection_check_interval=%d"
                       " -c tcp_keepalives_idle=%d -c tcp_keepalives_interval=%d"
                       " -c tcp_keepalives_count=%d -c tcp_user_timeout=%d"
                       " -c idle_in_transaction_session_timeout=0 %s",
                       options->lock_timeout_ms, options->statement_timeout_ms, CONNECTION_CHECK_MS,
                       KEEPALIVE_IDLE_S, KEEPALIVE_INTERVAL_S, KEEPALIVE_COUNT,
                       options->tcp_user_timeout_ms, said);
}

static PGconn *connect_server(const StoreOptions *options)
{
    Keywords keywords = {0};
    PQconninfoOption *defaults = PQconndefaults();

    if (defaults == NULL)
        return NULL;
    set_keyword(&keywords, "client_encoding", memory_copy_text("UTF8"));
    set_keyword(&keywords, "fallback_application_name", memory_copy_text(options->application));
    set_keyword(&keywords, "options", server_options(options, said_elsewhere(defaults, "options")));
    set_unless_said(&keywords, defaults, "connect_timeout", options->connect_timeout_s);
    set_unless_said(&keywords, defaults, "tcp_user_timeout", options->tcp_user_timeout_ms);
    set_unless_said(&keywords, defaults, "keepalives_idle", KEEPALIVE_IDLE_S);
    set_unless_said(&keywords, defaults, "keepalives_interval", KEEPALIVE_INTERVAL_S);
    set_unless_said(&keywords, defaults, "keepalives_count", KEEPALIVE_COUNT);

    PGconn *connection = PQconnectdbParams(keywords.names, (const char *const *)keywords.values, 0);

    for (size_t i = 0; i < keywords.count; i++)
        free(keywords.values[i]);
    PQconninfoFree(defaults);
    return connection;
}

// Notices are advice for a person at psql; nothing of ours reads or shows them.
static void drop_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

// The last `:  28P01` of a message in the form "FATAL:  28P01"; *sqlstate stays as it is without.
static void find_sqlstate(const char *message, char sqlstate[6])
{
    for (const char *at = message; (at = strstr(at, ":  ")) != NULL;) {
        size_t size = 0;

        at += 3;
        while (isdigit((unsigned char)at[size]) || isupper((unsigned char)at[size]))
            size++;
        if (size == 5) {
            memcpy(sqlstate, at, 5);
            sqlstate[5] = '\0';
        }
    }
}

/*
 * libpq tells an SQLSTATE of a refused connection only within the message, and only if asked before
 * it connects. So a connection that failed is tried once more, with messages that are nothing but
 * SQLSTATEs; if that works, all the better.
 */
static Status connect_once_more(Store *store, Error *error)
{
    char *message = connection_message(store->connection);

    (void)PQsetErrorVerbosity(store->connection, PQERRORS_SQLSTATE);
    PQreset(store->connection);
    (void)PQsetErrorVerbosity(store->connection, PQERRORS_DEFAULT);

    Status status = STATUS_OK;

    if (PQstatus(store->connection) != CONNECTION_OK) {
        memcpy(store->sqlstate, "08001", sizeof store->sqlstate);
        find_sqlstate(PQerrorMessage(store->connection), store->sqlstate);
        status = sqlstate_status(store->sqlstate) == STATUS_PERMISSION ? STATUS_PERMISSION
                                                                       : STATUS_UNAVAILABLE;
        (void)error_set(error, status, "could not connect to the database: %s", message);
    }
    free(message);
    return status;
}

Status store_open(const StoreOptions *options, Store **out_store, Error *error)
{
    Status status = STATUS_OK;
    Store *store = MEMORY_NEW(Store, 1);

    store->application = memory_copy_text(options->application);
    store->options = *options;
    store->options.application = store->application;
    store->connection = connect_server(&store->options);
    if (store->connection == NULL) {
        status = error_set(error, STATUS_MEMORY, "out of memory");
        goto cleanup;
    }
    if (PQstatus(store->connection) != CONNECTION_OK)
        TRY(connect_once_more(store, error));
    (void)PQsetNoticeReceiver(store->connection, drop_notice, NULL);
    TRY(store_run_text(store, &sql_set_session, PGRES_TUPLES_OK, NULL, error));
    *out_store = store;
    store = NULL; // the caller's from here on

cleanup:
    store_close(store);
    return status;
}

void store_close(Store *store)
{
    if (store == NULL)
        return;
    PQfinish(store->connection);
    free(store->prepared);
    free(store->application);
    free(store);
}

Status store_open_another(const Store *store, Store **out_store, Error *error)
{
    return store_open(&store->options, out_store, error);
}

static void pause_ms(long duration_ms)
{
    struct timespec left = {.tv_sec = duration_ms / 1000, .tv_nsec = duration_ms % 1000 * 1000000};

    while (nanosleep(&left, &left) != 0) {
    } // a signal woke it: the rest
}

Status store_reconnect(Store *store, Error *error)
{
    store->prepared_count = 0;
    PQreset(store->connection);
    // A server whose backend crashed is back within seconds.
    for (int tries = 1; PQstatus(store->connection) != CONNECTION_OK; tries++) {
        if (tries == RECONNECT_TRIES_MAX) {
            Status status = connect_once_more(store, error);

            if (status != STATUS_OK)
                return status;
            break;
        }
        pause_ms((long)RECONNECT_PAUSE_MS << (tries - 1));
        PQreset(store->connection);
    }
    return store_run_text(store, &sql_set_session, PGRES_TUPLES_OK, NULL, error);
}
