#ifndef TIDEMARK_TESTS_FAILING_CALL_H
#define TIDEMARK_TESTS_FAILING_CALL_H

#include "support/command.h"

#include <stddef.h>

/**
 * A system call that fails in a program and all its threads, as it does on a disk that is broken or
 * full. The kernel answers it (seccomp), so that the program is the real one, sanitized or not.
 *
 *     static const FailingCall sync_fails = {.number = SYS_fsync, .error = EIO};
 *
 *     command_run_failing(&sync_fails, words, NULL, &result);
 */
typedef struct FailingCall {
    int number;       // SYS_fsync
    int error;        // EIO
    size_t bytes_min; // only where its third argument is as much: of write(), no words to a person
} FailingCall;

/** As command_run(), with what is in a file on its standard input (NULL: nothing). */
void command_run_failing(const FailingCall *call, const char *const argv[], const char *input_file,
                         CommandResult *out_result);

#endif
