#ifndef TIDEMARK_TESTS_PAYOUTS_H
#define TIDEMARK_TESTS_PAYOUTS_H

#include "support/money.h"

/** Payout runs of a night with money (money.h): payee A earns, and is paid. */

/** Some usage of a day, priced and requested. */
void payout_earn(Night *night, const char *day);
/** A first run, released; its digests, for free(). */
char *payout_first(Night *night);

/** Digests of the files of a run, "000001", below a folder, one behind the other; for free(). */
char *payout_digests(Night *night, const char *folder, const char *run);
void assert_payout_digests(Night *night, const char *folder, const char *run, const char *expected);

#endif
