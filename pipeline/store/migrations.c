#include "base/digest.h"
#include "sql.h"
#include "store/internal.h"

#include <assert.h>
#include <string.h>

static int64_t number_of(const Statement *migration)
{
    int64_t number = 0;
    bool has_number =
        slice_to_int64((Slice){migration->name, strcspn(migration->name, "_")}, &number);

    assert(has_number && number > 0); // scripts/embed-sql takes no other
    (void)has_number;
    return number;
}

// Every stage asks for those of all migrations when it begins; the library that takes a digest needs
// longer to get ready than all else of that.
static const char *digest_of(const Statement *migration, char text[DIGEST_TEXT_BYTES])
{
    if (migration->sha256 != NULL)
        return migration->sha256;
    return digest_bytes(migration->text, strlen(migration->text), text);
}

/*
 * Holds the database's migrations against the program's. The applied ones must be the first of the
 * list, unchanged; *out_count is how many they are.
 */
static Status compare(const Rows *applied, const Statement migrations[], size_t migration_count,
                      size_t *out_count, Error *error)
{
    for (size_t i = 0; i < rows_count(applied); i++) {
        const char *name = rows_text(applied, i, "name");
        const char *sha256 = rows_text(applied, i, "sha256");
        int64_t number = rows_int64(applied, i, "number");
        char digest[DIGEST_TEXT_BYTES];

        if (i >= migration_count || number < number_of(&migrations[i]))
            return error_set(error, STATUS_CONFIG,
                             "the database has migration \"%s\", which this program does not "
                             "know: it is older than the schema",
                             name);
        if (number > number_of(&migrations[i]))
            return error_set(error, STATUS_CONFIG,
                             "migration \"%s\" is missing in the database, though the later "
                             "\"%s\" was applied",
                             migrations[i].name, name);
        if (!text_equal(sha256, digest_of(&migrations[i], digest)))
            return error_set(error, STATUS_CONFIG,
                             "migration \"%s\" has changed since it was applied: its SHA-256 was "
                             "%s and is %s",
                             name, sha256, digest_of(&migrations[i], digest));
    }
    *out_count = rows_count(applied);
    return STATUS_OK;
}

static Status make_migration_table(Store *store, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_find_migration_table, NO_PARAMS, &rows, error));
    if (!rows_bool(rows, 0, "is_there")) {
        TRY(store_execute(store, &sql_create_schema, NO_PARAMS, NULL, error));
        TRY(store_execute(store, &sql_create_migration_table, NO_PARAMS, NULL, error));
    }

cleanup:
    rows_free(rows);
    return status;
}

// The file's line at which the server stopped reading; 0 if it did not say.
static size_t failed_line(const Statement *migration, const PGresult *result)
{
    const char *said = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    int64_t position = 0; // in characters, from 1
    size_t line = 1;

    if (said == NULL || !slice_to_int64(slice_of(said), &position))
        return 0;
    for (const char *byte = migration->text; *byte != '\0' && position > 1; byte++) {
        if (*byte == '\n')
            line++;
        if (((unsigned char)*byte & 0xc0) != 0x80) // not within a character
            position--;
    }
    return line;
}

// A migration is many statements in one text; all are in our transaction.
static Status run_migration(Store *store, const Statement *migration, Error *error)
{
    PGresult *result = PQexec(store->connection, migration->text);
    ExecStatusType kind = PQresultStatus(result);
    Status status = STATUS_OK;

    if (kind != PGRES_COMMAND_OK && kind != PGRES_TUPLES_OK) {
        status = store_fail(store, migration->name, result, error);

        size_t line = failed_line(migration, result);

        if (line > 0)
            error_context(error, "line %zu of the migration", line);
    }
    PQclear(result);
    return status;
}

static Status record_migration(Store *store, const Statement *migration, Error *error)
{
    char digest[DIGEST_TEXT_BYTES];

    return store_execute(store, &sql_record_migration,
                         PARAMS(param_int64(number_of(migration)), param_text(migration->name),
                                param_text(digest_of(migration, digest))),
                         NULL, error);
}

// Applies the next migration in a transaction of its own; none is left when *out_applied is the
// whole list. Each time the lock and the list are taken anew, so that two who migrate share the
// work, or one waits and then finds it done.
static Status apply_next(Store *store, const Statement migrations[], size_t migration_count,
                         size_t *out_applied, bool *out_was_applied, Error *error)
{
    Status status = STATUS_OK;
    Rows *applied = NULL;
    size_t applied_count = 0;

    TRY(store_begin(store, error));
    TRY(store_execute(store, &sql_lock_migrations, NO_PARAMS, NULL, error));
    TRY(make_migration_table(store, error));
    TRY(store_query(store, &sql_list_migrations, NO_PARAMS, &applied, error));
    TRY(compare(applied, migrations, migration_count, &applied_count, error));

    bool is_one_left = applied_count < migration_count;

    if (is_one_left) {
        TRY(run_migration(store, &migrations[applied_count], error));
        TRY(record_migration(store, &migrations[applied_count], error));
    }
    TRY(store_commit(store, error));
    *out_applied = applied_count;
    *out_was_applied = is_one_left;

cleanup:
    rows_free(applied);
    store_rollback(store);
    return status;
}

Status migrations_apply(Store *store, const Statement migrations[], size_t migration_count,
                        MigrateSummary *out_summary, Error *error)
{
    Status status = STATUS_OK;
    MigrateSummary summary = {0};
    size_t applied_count = 0;
    bool was_applied = false;

    do {
        TRY(apply_next(store, migrations, migration_count, &applied_count, &was_applied, error));
        if (was_applied)
            summary.applied_now++;
    } while (was_applied);
    summary.applied_before = (int)applied_count - summary.applied_now;
    if (migration_count > 0)
        summary.version = (int)number_of(&migrations[migration_count - 1]);
    *out_summary = summary;

cleanup:
    return status;
}

Status migrations_check(Store *store, const Statement migrations[], size_t migration_count,
                        Error *error)
{
    Status status = STATUS_OK;
    Rows *applied = NULL;
    size_t applied_count = 0;

    assert(!store_in_transaction(store)); // where the table is missing, it would fail
    status = store_query(store, &sql_list_migrations, NO_PARAMS, &applied, error);
    if (status == STATUS_BUG && text_equal(store_sqlstate(store), "42P01")) // undefined_table
        return error_set(error, STATUS_CONFIG,
                         "the database has no schema of Tidemark; run tidemark migrate");
    TRY(status);
    TRY(compare(applied, migrations, migration_count, &applied_count, error));
    if (applied_count < migration_count)
        status = error_set(error, STATUS_CONFIG,
                           "the database lacks migration \"%s\"; run tidemark migrate",
                           migrations[applied_count].name);

cleanup:
    rows_free(applied);
    return status;
}
