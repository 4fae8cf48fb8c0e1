#ifndef TIDEMARK_NIGHT_PROBLEMS_H
#define TIDEMARK_NIGHT_PROBLEMS_H

#include "base/attributes.h"

#include <jansson.h>
#include <stdint.h>

/** Adds {"problem","command"}: what is not well, and the command that settles it. */
void problems_add(json_t *problems, const char *command, const char *format, ...) PRINTF_LIKE(3, 4);

/** "1 row", "2 rows"; the caller's, for free(). */
char *count_of(int64_t count, const char *thing);

#endif
