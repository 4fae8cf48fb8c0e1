#ifndef TIDEMARK_TESTS_CATALOGUE_FILES_H
#define TIDEMARK_TESTS_CATALOGUE_FILES_H

#include "support/night.h"

enum { CATALOGUE_FILES = 9 };

/**
 * Files of a small catalogue, in the night's folder "catalogue": artist ebb, payees P-1 and P-2,
 * release 4006381333931 of history with recordings DEA120000001 and …2, release 5901234123457,
 * created, with …1, and terms. Nothing is wrong with them.
 */
void catalogue_write_all(Night *night);
/** Replaces one, or adds one. */
void catalogue_write(Night *night, const char *name, const char *text);

/** Imports the folder; the document is the night's last. */
void catalogue_import_all(Night *night);

/** Imports the folder, which must be refused with these faults, "name:line: message" a line each,
 * and must change nothing. */
void assert_catalogue_faults(Night *night, const char *expected);

#endif
