#include "base/log.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/** A longer message is cut: a log line is a sentence, not a document. */
enum { MESSAGE_BYTES_MAX = 8192 };

struct Log {
    LogOptions options;
    pthread_mutex_t mutex;
};

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

Log *log_new(const LogOptions *options)
{
    Log *log = MEMORY_NEW(Log, 1);

    log->options = *options;
    (void)pthread_mutex_init(&log->mutex, NULL);
    return log;
}

void log_free(Log *log)
{
    if (log == NULL)
        return;
    (void)pthread_mutex_destroy(&log->mutex);
    free(log);
}

/**
 * Appends a message between quotation marks, with the escapes of JSON in both formats, so that one
 * event is one line of valid UTF-8 whatever it quotes, and no byte of a file reaches a terminal as
 * a command (C0, DEL and C1 are escaped).
 */
static void append_quoted(Text *line, const char *message)
{
    Slice rest = slice_of(message);

    text_append_byte(line, '"');
    while (rest.size_bytes > 0) {
        uint32_t character = 0;
        size_t size = utf8_read(rest, &character);
        size_t taken = size == 0 ? 1 : size;

        if (size == 0)
            text_append(line, "\uFFFD");
        else if (character == '"' || character == '\\')
            text_append_format(line, "\\%c", (int)character);
        else if (character == '\n')
            text_append(line, "\\n");
        else if (character < 0x20 || (character >= 0x7f && character < 0xa0))
            text_append_format(line, "\\u%04x", (unsigned)character);
        else
            text_append_slice(line, (Slice){.bytes = rest.bytes, .size_bytes = size});
        rest.bytes += taken;
        rest.size_bytes -= taken;
    }
    text_append_byte(line, '"');
}

static void format_line(const LogOptions *options, LogLevel level, const char *message, Text *line)
{
    char now_text[sizeof "2026-11-24T02:15:07Z"];
    time_t now = time(NULL);
    struct tm calendar;

    if (gmtime_r(&now, &calendar) == NULL ||
        strftime(now_text, sizeof now_text, "%Y-%m-%dT%H:%M:%SZ", &calendar) == 0)
        now_text[0] = '\0';
    if (options->as_json)
        text_append_format(line, "{\"time\":\"%s\",\"level\":\"%s\",\"stage\":\"%s\",\"message\":",
                           now_text, level_names[level], options->stage);
    else
        text_append_format(line, "time=%s level=%s stage=%s message=", now_text, level_names[level],
                           options->stage);
    append_quoted(line, message);
    text_append(line, options->as_json ? "}\n" : "\n");
}

void log_write(Log *log, LogLevel level, const char *format, ...)
{
    char message[MESSAGE_BYTES_MAX];
    Text line = {0};
    va_list arguments;

    if (log == NULL || level > log->options.level)
        return;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    format_line(&log->options, level, message, &line);

    // One write for a line, so that those of several processes on one terminal do not mix. Where
    // standard error is gone there is nobody left to tell.
    (void)pthread_mutex_lock(&log->mutex);
    (void)!write(STDERR_FILENO, line.bytes, line.size_bytes);
    (void)pthread_mutex_unlock(&log->mutex);
    text_free(&line);
}
