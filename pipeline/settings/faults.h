#ifndef TIDEMARK_SETTINGS_FAULTS_H
#define TIDEMARK_SETTINGS_FAULTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/** All faults of all files, to be reported at once: a person mends a configuration once. {0} is
 * none. */
typedef struct Fault {
    char *file;
    int line; // from 1; 0: of the whole file
    char *message;
} Fault;

typedef struct Faults {
    Fault *faults;
    size_t count;
    size_t capacity;
    size_t kept_max; // how many are kept; 0: all
    size_t untold;   // further ones, only counted
} Faults;

/** Adds one; beyond kept_max it is only counted. */
void faults_add(Faults *faults, const char *file, int line, const char *format, ...)
    PRINTF_LIKE(4, 5);
void faults_free(Faults *faults);
/** "file:line: message", as editors and people find it; the caller's, for free(). */
char *fault_text(const Fault *fault);
/**
 * STATUS_OK without faults; else `status` with their texts, a line each, as many as an error holds,
 * and how many more there are.
 */
Status faults_status(const Faults *faults, Status status, Error *error);

#endif
