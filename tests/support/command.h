#ifndef TIDEMARK_TESTS_COMMAND_H
#define TIDEMARK_TESTS_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * Programs run as a person runs them: words, environment, output, exit status. A program of the
 * build goes by its name alone ("tidemark-ingest"), any other by its path or by PATH.
 *
 *     CommandResult result;
 *
 *     command_run((const char *const[]){"tidemark-status", "--json", NULL}, NULL, &result);
 *     assert_int_equal(result.status, 0);
 *     command_result_free(&result);
 */
typedef struct CommandResult {
    int status;     // of the exit; 128 and the signal's number where one ended it, as in a shell
    bool timed_out; // it was killed, with all that it had started
    long peak_kb;   // of its memory
    char *out;      // what it wrote, terminated
    char *err;
} CommandResult;

enum { COMMAND_TIMEOUT_S = 60 };

/** For who looks at peak_kb: programs with a sanitizer, which keep what is freed, keep a megabyte of
 * it from here on. */
void commands_keep_nothing_freed(void);

/**
 * Runs a program to its end, with nothing on its standard input, for COMMAND_TIMEOUT_S at most.
 * `environment` is added to ours: "NAME=value" sets, "NAME" unsets, NULL ends it; it may be NULL.
 * The test fails if the program cannot be started. *out_result is for command_result_free().
 */
void command_run(const char *const argv[], const char *const environment[],
                 CommandResult *out_result);
void command_result_free(CommandResult *result);

/** Where a program of the build lies; any other name as it is. The caller's, for free(). */
char *command_program_path(const char *name);

/** A program that runs beside the test, which may kill it. */
typedef struct Command Command;

/** As command_run(), but without waiting. `input_file` may be NULL: nothing. */
Command *command_start(const char *const argv[], const char *const environment[],
                       const char *input_file);
/** Its process, and the number of the group of all that it starts: kill(-pid, SIGKILL). */
pid_t command_pid(const Command *command);
/** Waits for its end, for `timeout_ms` at most, then kills it. Takes the command. */
void command_finish(Command *taken_command, int timeout_ms, CommandResult *out_result);

#endif
