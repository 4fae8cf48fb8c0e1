#ifndef TIDEMARK_TESTS_MONEY_H
#define TIDEMARK_TESTS_MONEY_H

#include "support/night.h"

/**
 * A night whose requests are due daily, with the SQL functions of usage_seed.sql and money_seed.sql
 * to make catalogue and batches past import and ingest. Its catalogue has version 1: payees A, B, C
 * with a minimum of 1000000, so that nothing is requested unless a test lowers it; release UPC_1, all of whose recordings are A's; release UPC_2 without a split;
 * provider wavecast pays 0.003 EUR a monetised stream.
 *
 *     money_run(night, "SELECT seed.batch('wavecast', '2026-11-01', '2026-11-01', '', "
 *                      "'" UPC_1 " " ISRC_1 " DE premium 10 7 -')");
 *     money_accrue(night);
 *     assert_balances(night, "A 0.021 EUR");
 */
#define UPC_1 "4006381333931"
#define UPC_2 "5901234123457"
#define ISRC_1 "DEA120000001"
#define ISRC_2 "DEA120000002"

int money_begin(void **state);
#define MONEY_TEST(test) cmocka_unit_test_setup_teardown(test, money_begin, night_end)

/** SQL past the code under test. */
void money_run(Night *night, const char *sql);
void money_run_file(Night *night, const char *path);
/** A catalogue version with these changes: calls of the seed's functions. */
void money_change(Night *night, const char *sql);
/** A batch of one day of feed wavecast, of these cells (see seed.batch()). */
void money_batch(Night *night, const char *day, const char *cells);
/** Runs aggregate and request. */
void money_accrue(Night *night);

/** Balances and what waits, as the seed's views say them: "A 0.021 EUR, B 3 JPY". */
void assert_balances(Night *night, const char *expected);
void assert_waiting(Night *night, const char *expected);
/** verify finds that what is owed, the ledgers and the requests are right. */
void assert_owed(Night *night);

#endif
