#ifndef TIDEMARK_BASE_ERROR_H
#define TIDEMARK_BASE_ERROR_H

#include "base/attributes.h"

#include <sysexits.h>

/**
 * A status for the caller to act on, a sentence for a person to read.
 *
 * The values are those of sysexits(3), so that the deepest function and the shell speak alike.
 */
typedef enum MUST_CHECK Status {
    STATUS_OK = EX_OK,                   // done, or nothing to do
    STATUS_USAGE = EX_USAGE,             // 64: the command line is wrong
    STATUS_DATA = EX_DATAERR,            // 65: the input is refused
    STATUS_NO_INPUT = EX_NOINPUT,        // 66: a named file is missing
    STATUS_UNAVAILABLE = EX_UNAVAILABLE, // 69: the database or a provider cannot be reached
    STATUS_BUG = EX_SOFTWARE,            // 70: what our own code guarantees does not hold
    STATUS_MEMORY = EX_OSERR,            // 71: out of memory
    STATUS_CANNOT_WRITE = EX_CANTCREAT,  // 73: a file cannot be written
    STATUS_CANNOT_READ = EX_IOERR,       // 74: a file cannot be read to its end
    STATUS_BUSY = EX_TEMPFAIL,           // 75: somebody else is at it, try later
    STATUS_PERMISSION = EX_NOPERM,       // 77: not allowed
    STATUS_CONFIG = EX_CONFIG,           // 78: the configuration, or the schema version
} Status;

/** {0} on the stack of main() or of a thread; everyone else borrows it. */
typedef struct Error {
    Status status;
    char message[1024]; // lower case, no full stop, cut to fit
} Error;

/** Sets the error and returns its status, for `return error_set(...)`. */
Status error_set(Error *error, Status status, const char *format, ...) PRINTF_LIKE(3, 4);

/**
 * Sets the error from errno, which it reads first: "could not open "x": No such file or directory".
 * Returns `status`, but STATUS_PERMISSION where errno says so, and STATUS_NO_INPUT for a missing
 * file that was not to be written.
 */
Status error_set_errno(Error *error, Status status, const char *format, ...) PRINTF_LIKE(3, 4);

/** Puts "context: " in front, once, in cleanup: error_context(error, "report file \"%s\"", name) */
void error_context(Error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/** Forgets the error, for the next of several tries. */
void error_clear(Error *error);

/** The worse of two statuses: 70 > 78 > 64 > 77 > 73 > 69 > 74 > 75 > 66 > 65 > 0 (71 is above
 * all). */
Status status_worse(Status left, Status right);

/** Goes to this function's cleanup if the call fails. The function has a `Status status`. */
#define TRY(call)                \
    do {                         \
        status = (call);         \
        if (status != STATUS_OK) \
            goto cleanup;        \
    } while (0)

#endif
