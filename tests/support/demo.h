#ifndef TIDEMARK_TESTS_DEMO_H
#define TIDEMARK_TESTS_DEMO_H

#include "support/night.h"

/**
 * The demonstration, on a night's own database and in its own folder: what it makes lies in "demo/"
 * of that folder. It runs the programs on the fixtures with the settings as they are shipped, but
 * that requests are made daily and that a report counts at once.
 */

/** Runs a part, "night" or "late"; the test fails, and shows its output, unless it exits 0. What it
 * printed; the caller's, for free(). */
char *demo_run(Night *night, const char *part);

/** Points TIDEMARK_CONFIG to the demonstration's settings, for night_run(). */
void demo_enter(Night *night);

#endif
