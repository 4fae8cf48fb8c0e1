#include "payout/run_folder.h"

#include "base/files.h"
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN_DIGITS = 6 };

char *run_folder_path(const char *payout_folder, int64_t run)
{
    return text_format("%s/%0*" PRId64, payout_folder, RUN_DIGITS, run);
}

static char *aside_path(const char *payout_folder, int64_t run)
{
    return text_format("%s/.%0*" PRId64 ".tmp", payout_folder, RUN_DIGITS, run);
}

bool run_folder_number(const char *name, int64_t *out_run)
{
    if (strlen(name) < RUN_DIGITS)
        return false;
    for (const char *digit = name; *digit != '\0'; digit++)
        if (!isdigit((unsigned char)*digit))
            return false;
    return slice_to_int64(slice_of(name), out_run);
}

Status run_folder_discard(const char *payout_folder, int64_t run, Error *error)
{
    char *path = aside_path(payout_folder, run);
    Status status = folder_remove(path, error);

    free(path);
    return status;
}

Status run_folder_begin(const char *payout_folder, int64_t run, char **out_path, Error *error)
{
    Status status = STATUS_OK;
    char *path = aside_path(payout_folder, run);

    TRY(run_folder_discard(payout_folder, run, error));
    TRY(folder_make(path, error));
    *out_path = path;
    path = NULL;

cleanup:
    free(path);
    return status;
}

Status run_folder_publish(const char *payout_folder, int64_t run, Error *error)
{
    Status status = STATUS_OK;
    char *from = aside_path(payout_folder, run);
    char *to = run_folder_path(payout_folder, run);

    TRY(folder_sync(from, error));
    // An empty folder is replaced, one with files in it is not: rename(2), ENOTEMPTY.
    if (rename(from, to) != 0)
        TRY(error_set_errno(error, STATUS_CANNOT_WRITE, "could not rename \"%s\" to \"%s\"", from,
                            to));
    TRY(folder_sync(payout_folder, error));

cleanup:
    free(from);
    free(to);
    return status;
}
