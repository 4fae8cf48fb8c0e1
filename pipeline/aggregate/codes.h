#ifndef TIDEMARK_AGGREGATE_CODES_H
#define TIDEMARK_AGGREGATE_CODES_H

#include "report/code.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * A set of codes, or of numbers of markets, that is made first and asked afterwards. It takes the
 * room of twice as many as there are, however often each was added. {0} is empty.
 */
typedef struct Codes {
    Code *codes; // rising and each once, when it is settled
    size_t count;
    size_t capacity;
} Codes;

void codes_add(Codes *codes, Code code);
/** Behind the last that is added. */
void codes_settle(Codes *codes);
/** Of a set that is settled. */
bool codes_have(const Codes *codes, Code code);
/** Adds a column of what a statement gives, and settles. */
Status codes_read(Codes *codes, Store *store, const Statement *statement, Params params,
                  const char *column, Error *error);
void codes_free(Codes *codes);

#endif
