#ifndef TIDEMARK_NIGHT_SHOW_H
#define TIDEMARK_NIGHT_SHOW_H

#include "stage/stage.h"

/** The records of a night's steps as a table, and another of the problems that they tell: "steps"
 * and "problems" of the document. What is no array of records has none. */
Status night_show(Stage *stage, json_t *records, Error *error);

#endif
