#ifndef TIDEMARK_VERIFY_CHECKS_H
#define TIDEMARK_VERIFY_CHECKS_H

#include "verify/verify.h"

/** The checks that SQL cannot do, for the table in verify.c. */

/** Every file of the ledger is in the archive, in its size. */
Status verify_archive(const VerifyContext *context, VerifyReport *report, Error *error);
/** The tide of each feed is what its live files brought, bit by bit. */
Status verify_tides(const VerifyContext *context, VerifyReport *report, Error *error);
/** The files of each released run are there, as they were released. */
Status verify_run_files(const VerifyContext *context, VerifyReport *report, Error *error);

#endif
