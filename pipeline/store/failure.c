#include "store/internal.h"

#include <stdlib.h>
#include <string.h>

// By the longest prefix first; what is not here is a bug of ours.
static const struct {
    const char *prefix;
    Status status;
} classes[] = {
    {"55P03", STATUS_BUSY},       // lock_not_available
    {"40001", STATUS_BUSY},       // serialization_failure
    {"40P01", STATUS_BUSY},       // deadlock_detected
    {"57014", STATUS_BUSY},       // query_canceled, by statement_timeout too
    {"42501", STATUS_PERMISSION}, // insufficient_privilege
    {"22023", STATUS_CONFIG},     // invalid_parameter_value: settings name a zone that is none
    {"22021", STATUS_USAGE},      // no UTF-8: of the command line, since what files say is checked
    {"57P", STATUS_UNAVAILABLE},  // operator intervention: shutdown, crash, still starting
    {"08", STATUS_UNAVAILABLE},   // connection exception
    {"28", STATUS_PERMISSION},    // invalid authorization
    {"53", STATUS_UNAVAILABLE},   // insufficient resources: disk full, too many connections
    {"58", STATUS_UNAVAILABLE},   // system error: the server's disk
};

// TM065 and its like: our own SQL says with which status the stage is to end.
static Status raised_status(const char *digits)
{
    static const Status known[] = {
        STATUS_USAGE,  STATUS_DATA,         STATUS_NO_INPUT,    STATUS_UNAVAILABLE,
        STATUS_BUG,    STATUS_CANNOT_WRITE, STATUS_CANNOT_READ, STATUS_BUSY,
        STATUS_CONFIG, STATUS_PERMISSION,
    };
    int64_t number = 0;

    if (slice_to_int64(slice_of(digits), &number))
        for (size_t i = 0; i < COUNT_OF(known); i++)
            if ((int64_t)known[i] == number)
                return known[i];
    return STATUS_BUG;
}

Status sqlstate_status(const char *sqlstate)
{
    if (text_starts_with(sqlstate, "TM"))
        return raised_status(sqlstate + 2);
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (text_starts_with(sqlstate, classes[i].prefix))
            return classes[i].status;
    return STATUS_BUG;
}

// Lines that begin with a tab are advice for somebody at a terminal; several others are one for
// each host that was tried.
char *connection_message(const PGconn *connection)
{
    Text message = {0};

    for (const char *line = PQerrorMessage(connection); *line != '\0';) {
        size_t size = strcspn(line, "\n");

        if (size > 0 && line[0] != '\t') {
            if (message.size_bytes > 0)
                text_append(&message, "; ");
            text_append_slice(&message, (Slice){.bytes = line, .size_bytes = size});
        }
        line += size + (line[size] == '\n' ? 1 : 0);
    }
    return text_take(&message);
}

static Status fail_connection(const Store *store, const char *statement_name, Status status,
                              Error *error)
{
    char *message = connection_message(store->connection);

    (void)error_set(error, status, "statement \"%s\": %s", statement_name, message);
    free(message);
    return status;
}

// not_null_violation and check_violation: their detail is "Failing row contains (…)", the whole row.
// It may be a bank account's, and messages go to logs and to the record of the night; the constraint
// is named anyway.
static bool detail_is_a_row(const char *sqlstate)
{
    return strcmp(sqlstate, "23502") == 0 || strcmp(sqlstate, "23514") == 0;
}

// "Key (number)=(7) already exists." → ": Key (number)=(7) already exists"
static void append_detail(Text *message, const PGresult *result)
{
    Slice detail = slice_trimmed(slice_of(PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL)));

    if (detail.size_bytes == 0)
        return;
    if (detail.bytes[detail.size_bytes - 1] == '.')
        detail.size_bytes--;
    text_append(message, ": ");
    text_append_slice(message, detail);
}

Status store_fail(Store *store, const char *statement_name, const PGresult *result, Error *error)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    bool lost = PQstatus(store->connection) != CONNECTION_OK;
    Text message = {0};

    // 08006, connection_failure, is what libpq means where it gives no state itself.
    if (sqlstate == NULL)
        sqlstate = lost ? "08006" : "XX000";
    (void)memcpy(store->sqlstate, sqlstate, sizeof store->sqlstate);

    Status status = lost ? STATUS_UNAVAILABLE : sqlstate_status(store->sqlstate);

    if (primary == NULL)
        return fail_connection(store, statement_name, status, error);
    // What our own SQL raises is a sentence for a person already.
    if (text_starts_with(store->sqlstate, "TM"))
        text_append(&message, primary);
    else
        text_append_format(&message, "statement \"%s\": %s (%s)", statement_name, primary,
                           store->sqlstate);
    if (!detail_is_a_row(store->sqlstate))
        append_detail(&message, result);
    (void)error_set(error, status, "%s", text_bytes(&message));
    text_free(&message);
    return status;
}

const char *store_sqlstate(const Store *store)
{
    return store->sqlstate;
}
