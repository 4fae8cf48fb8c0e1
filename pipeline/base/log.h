#ifndef TIDEMARK_BASE_LOG_H
#define TIDEMARK_BASE_LOG_H

#include "base/attributes.h"

#include <stdbool.h>

/**
 * The log of a stage, on standard error: a line an event, as logfmt or as JSON.
 *
 *     time=2026-11-24T02:15:07Z level=warning stage=ingest message="feed wavecast: 3 IDs missing"
 *
 * Only a stage and the rooms that run for long (ingest, outbox) have it; the pure rooms return what
 * there is to say. Safe from several threads.
 */
typedef enum LogLevel { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG } LogLevel;

typedef struct Log Log;

typedef struct LogOptions {
    const char *stage; // borrowed for the log's life
    LogLevel level;    // and what is worse
    bool as_json;
} LogOptions;

/** The caller's, for log_free(). */
Log *log_new(const LogOptions *options);
void log_free(Log *log);
/** Writes a line; `log` may be NULL: nothing is written. Control characters are escaped. */
void log_write(Log *log, LogLevel level, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
