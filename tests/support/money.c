#include "support/money.h"

#include "base/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEED_BYTES_MAX = 1 << 20 };

static const char settings_yaml[] = "payer:\n"
                                    "  name: Tidemark Test\n"
                                    "requests:\n"
                                    "  due: daily\n"
                                    "providers:\n"
                                    "  wavecast:\n"
                                    "    zone: Europe/Berlin\n";

void money_run_file(Night *night, const char *path)
{
    Error error = {0};
    char *sql = NULL;
    size_t size_bytes = 0;

    if (file_read(path, SEED_BYTES_MAX, &sql, &size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    money_run(night, sql);
    free(sql);
}

int money_begin(void **state)
{
    int failed = night_begin(state);

    if (failed != 0)
        return failed;
    night_settings(*state, settings_yaml);
    money_run_file(*state, "tests/support/usage_seed.sql");
    money_run_file(*state, "tests/support/money_seed.sql");
    money_change(*state, "SELECT seed.track('" UPC_1 "', '" ISRC_1 "', true);"
                         "SELECT seed.track('" UPC_1 "', '" ISRC_2 "', false);"
                         "SELECT seed.track('" UPC_2 "', '" ISRC_2 "', true);"
                         "SELECT seed.payee(key, 1000000) FROM unnest('{A,B,C}'::text[]) AS key;"
                         "SELECT seed.split('" UPC_1 "', '-', '(,)', 'A 1');"
                         "SELECT seed.rate('wavecast - - - -', '(,)', 'EUR', 0.003)");
    return 0;
}

void money_run(Night *night, const char *sql)
{
    free(night_value(night, sql));
}

void money_change(Night *night, const char *sql)
{
    char *all = text_format("SELECT seed.next_version(); %s", sql);

    money_run(night, all);
    free(all);
}

void money_batch(Night *night, const char *day, const char *cells)
{
    char *sql = text_format("SELECT seed.batch('wavecast', '%s', '%s', '', %s)", day, day, cells);

    money_run(night, sql);
    free(sql);
}

void money_accrue(Night *night)
{
    night_run(night, 0, "tidemark-aggregate", NULL);
    night_run(night, 0, "tidemark-request", NULL);
}

void assert_balances(Night *night, const char *expected)
{
    assert_night_value(night, "SELECT balances FROM seed.balances", expected);
}

void assert_waiting(Night *night, const char *expected)
{
    assert_night_value(night, "SELECT waiting FROM seed.waiting", expected);
}

void assert_owed(Night *night)
{
    night_run(night, 0, "tidemark-verify", "--check", "accruals", "--check", "usage", "--check",
              "owed", "--check", "ledger", "--check", "requests", "--check", "runs", NULL);
}
