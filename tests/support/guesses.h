#ifndef TIDEMARK_TESTS_SUPPORT_GUESSES_H
#define TIDEMARK_TESTS_SUPPORT_GUESSES_H

#include "guess/guess.h"

/** Small files in the shapes of real providers' reports, and what is made of them. */

#define ISRC_A "DEA762600001"
#define ISRC_B "GBUM72600002"
#define UPC_A "4006381333931"
#define UPC_B "5901234123457"

/** A guess that succeeds; the caller's, for guess_clear(). */
Guess guess_of_bytes(const char *name, Slice bytes, bool is_whole);
/** Of a whole file "report.csv". */
Guess guess_of(const char *text);

/** "ISRC", "#3" for a place, "=DE" for a constant, "{country}" for a part of the name, "-" for none. */
void assert_guess_column(const Guess *guess, ColumnRole role, const char *expected);
/** That a reason of this key says this. */
void assert_guess_because(const Guess *guess, const char *key, const char *part);
/** That a file is refused, with an error that says this. */
void assert_guess_refused(const char *text, const char *part);

#endif
