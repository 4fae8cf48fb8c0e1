#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char usage[] =
    "Usage: tidemark STAGE [OPTION...]\n"
    "Executes tidemark-STAGE, which stands beside it. Try: tidemark STAGE --help\n";

/**
 * tidemark: executes a stage, and nothing else: `tidemark ingest --jobs 2` is `tidemark-ingest
 * --jobs 2`.
 *
 * Stages stand beside this program, so that an installation is one folder and PATH decides nothing.
 */
int main(int argc, char *argv[])
{
    char path[PATH_MAX];

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        (void)fputs(usage, argc < 2 ? stderr : stdout);
        return argc < 2 ? EX_USAGE : EX_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("tidemark " TIDEMARK_VERSION);
        return EX_OK;
    }

    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    if (length < 0) {
        (void)fprintf(stderr, "tidemark: could not find its own folder: %s\n", strerror(errno));
        return EX_SOFTWARE;
    }
    path[length] = '\0';

    size_t used = (size_t)length;
    int written = snprintf(path + used, sizeof path - used, "-%s", argv[1]);

    if (strchr(argv[1], '/') == NULL && written > 0 && (size_t)written < sizeof path - used) {
        argv[1] = path;
        (void)execv(path, argv + 1);
    }
    (void)fprintf(stderr, "tidemark: there is no stage \"%s\"; ls %.*s* shows them\n",
                  path + used + 1, (int)length, path);
    return EX_USAGE;
}
