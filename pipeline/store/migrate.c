#include "store/migrate.h"

#include "sql.h"
#include "store/internal.h"

Status migrate(Store *store, MigrateSummary *out_summary, Error *error)
{
    return migrations_apply(store, sql_migrations, sql_migration_count, out_summary, error);
}

Status migrate_check(Store *store, Error *error)
{
    return migrations_check(store, sql_migrations, sql_migration_count, error);
}
