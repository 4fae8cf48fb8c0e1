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

// A test holds this list against the stages that are built.
static const char stages[] =
    "\n"
    "The night\n"
    "  nightly     runs the six stages below, in order, and keeps a record\n"
    "  ingest      counts what is new in report files\n"
    "  aggregate   brings what was counted to releases; the rest waits in suspense\n"
    "  request     prices it, keeps the payees' ledgers, makes payment requests\n"
    "  export      makes the payment files of a payout run\n"
    "  distribute  sets approved releases that are due for distribution\n"
    "  deliver     hands events to the providers and reads their answers\n"
    "\n"
    "How things stand\n"
    "  status      says it in a sentence, and for each problem what to do\n"
    "  runs        lists the latest nights, or shows one\n"
    "  suspense    lists streams that nothing claims yet\n"
    "  report      an artist's or a label's songs in a period\n"
    "  verify      holds all that is stored against all that it follows from\n"
    "\n"
    "Report files\n"
    "  feed        shows what a layout makes of a file, or proposes one\n"
    "  gaps        lists sequence IDs that have not come, or waives them\n"
    "  trace       shows what became of a sequence ID\n"
    "  revoke      takes a counted file out again\n"
    "  supersede   counts a file in the place of another\n"
    "\n"
    "Catalogue and installation\n"
    "  catalogue   imports labels, artists, payees, releases, splits and rates\n"
    "  release     makes releases, and proposes, approves and withdraws them\n"
    "  migrate     brings the database's schema to this version\n"
    "  check       tells every fault of the configuration at once\n";

/**
 * tidemark: executes a stage, and nothing else: `tidemark ingest --jobs 2` is `tidemark-ingest
 * --jobs 2`.
 *
 * Stages stand beside this program, so that an installation is one folder and PATH decides nothing.
 */
int main(int argc, char *argv[])
{
    char path[PATH_MAX];

    if (argc < 2) {
        (void)fputs(usage, stderr);
        return EX_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        (void)printf("%s%s", usage, stages);
        return EX_OK;
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
    (void)fprintf(stderr, "tidemark: there is no stage \"%s\"; `tidemark --help` lists them\n",
                  path + used + 1);
    return EX_USAGE;
}
