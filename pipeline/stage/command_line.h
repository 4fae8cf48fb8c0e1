#ifndef TIDEMARK_STAGE_COMMAND_LINE_H
#define TIDEMARK_STAGE_COMMAND_LINE_H

#include "base/error.h"

#include <argp.h>
#include <stdbool.h>

/** A stage's command line: the options of all stages, and below them its own. */
typedef struct CommandLine {
    struct argp root; // the first field: argp's state leads back to it
    struct argp own;  // the stage's, without its documentation, which the root has
    struct argp_child children[2];
    void *input; // of the stage's parser
    Error *error;
    const char *config_file; // borrowed of argv; NULL: not given
    bool is_dry_run;
    bool as_json;
    bool is_verbose;
    bool is_quiet;
} CommandLine;

/**
 * Parses argv (which argp reorders). --help, --usage and --version print and end the process.
 * STATUS_USAGE: in one sentence, with the nearest option; `as_json` is then right all the same.
 */
Status command_line_parse(CommandLine *line, const struct argp *argp, int argc, char *argv[],
                          void *input, Error *error);

/** What is wrong with argv, as far as the tables of options can tell: unknown options, values that
 * are missing or too many. */
Status usage_explain(const struct argp *root, int argc, char *argv[], Error *error);

#endif
