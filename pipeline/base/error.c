#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Status error_set(Error *error, Status status, const char *format, ...)
{
    va_list arguments;

    error->status = status;
    va_start(arguments, format);
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

Status error_set_errno(Error *error, Status status, const char *format, ...)
{
    int number = errno;
    char reason[128];
    va_list arguments;

    if (number == ENOENT && status != STATUS_CANNOT_WRITE)
        status = STATUS_NO_INPUT;
    else if (number == EACCES || number == EPERM)
        status = STATUS_PERMISSION;
    error->status = status;
    va_start(arguments, format);
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);

    size_t used = strlen(error->message);
    (void)snprintf(error->message + used, sizeof error->message - used, ": %s",
                   strerror_r(number, reason, sizeof reason));
    return status;
}

void error_context(Error *error, const char *format, ...)
{
    char message[sizeof error->message];
    va_list arguments;

    memcpy(message, error->message, sizeof message);
    va_start(arguments, format);
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);

    size_t used = strlen(error->message);
    (void)snprintf(error->message + used, sizeof error->message - used, ": %s", message);
}

void error_clear(Error *error)
{
    *error = (Error){0};
}

Status status_worse(Status left, Status right)
{
    static const Status worst_first[] = {
        STATUS_MEMORY,     STATUS_BUG,          STATUS_CONFIG,      STATUS_USAGE,
        STATUS_PERMISSION, STATUS_CANNOT_WRITE, STATUS_UNAVAILABLE, STATUS_CANNOT_READ,
        STATUS_BUSY,       STATUS_NO_INPUT,     STATUS_DATA,
    };

    for (size_t i = 0; i < COUNT_OF(worst_first); i++)
        if (left == worst_first[i] || right == worst_first[i])
            return worst_first[i];
    return STATUS_OK;
}
