#include "store/migrate.h"
#include "stage/stage.h"

static const struct argp argp = {
    .doc = "Brings the database's schema to this program's version."
           "\vSafe at any time, and by two at once; a migration that was applied and has changed "
           "since is refused (78).\n\n"
           "Examples:\n"
           "  tidemark migrate\n",
};

/**
 * tidemark-migrate: applies the numbered migrations that the database has not had yet.
 */
int main(int argc, char *argv[])
{
    Status status = STATUS_OK;
    Error error = {0};
    MigrateSummary summary = {0};
    Stage *stage = NULL;
    Store *store = NULL;

    TRY(stage_open(&argp, argc, argv, NULL, &stage, &error));
    TRY(stage_connect(stage, STAGE_ANY_SCHEMA, &store, &error));
    if (stage_is_dry_run(stage)) {
        TRY(migrate_check(store, &error));
        goto cleanup;
    }
    TRY(migrate(store, &summary, &error));
    stage_value(stage, "applied", json_integer(summary.applied_now));
    stage_value(stage, "version", json_integer(summary.version));
    if (summary.applied_now == 0)
        stage_say(stage, "The schema is at version %d already.", summary.version);
    else
        stage_say(stage, "The schema is at version %d; %d %s applied.", summary.version,
                  summary.applied_now,
                  summary.applied_now == 1 ? "migration was" : "migrations were");

cleanup:
    return stage_close(stage, status, &error);
}
