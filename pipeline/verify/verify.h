#ifndef TIDEMARK_VERIFY_VERIFY_H
#define TIDEMARK_VERIFY_VERIFY_H

#include "store/store.h"

#include <stddef.h>
#include <stdint.h>

/**
 * The oracle: everything that is stored twice, or follows from something else, is held against it.
 * What is found broken is told in a sentence with both figures. Nothing is changed.
 */
typedef struct VerifyContext {
    Store *store;
    const char *archive_folder;
    const char *payout_folder;
} VerifyContext;

/** A ledger has millions of entries, and what breaks one may break all. */
enum { VERIFY_SENTENCES_MAX = 1000 };

/** What a check found. {0}, then verify_report_clear(). */
typedef struct VerifyReport {
    int64_t compared; // how many things
    int64_t breaches; // how many of them, or of what they say, are broken
    char **sentences; // on the first of the breaches, VERIFY_SENTENCES_MAX at most
    size_t sentence_count;
    size_t sentence_capacity;
} VerifyReport;

/** Adds a breach. */
void verify_breach(VerifyReport *report, const char *format, ...) PRINTF_LIKE(2, 3);
void verify_report_clear(VerifyReport *report);

typedef struct VerifyCheck VerifyCheck;

/** A statement gives `compared` and a row for each `breach`; a function does what SQL cannot. */
struct VerifyCheck {
    const char *name;
    const char *holds;          // what is true where nothing is broken
    const Statement *statement; // NULL: the function
    Status (*function)(const VerifyContext *context, VerifyReport *report, Error *error);
};

/** All checks, in the order of the flow; borrowed. */
size_t verify_checks(const VerifyCheck **out_checks);

/**
 * Runs a check, within a transaction of one snapshot. STATUS_OK also where something is broken: the
 * report says it. *out_report is untouched on failure.
 */
Status verify_run(const VerifyCheck *check, const VerifyContext *context, VerifyReport *out_report,
                  Error *error);

#endif
