#include "night/night.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    ARGUMENTS_MAX = 8,
    GRACE_SECONDS = 20,
    PAUSE_US = 50000,
    DOCUMENT_BYTES_MAX = 256 * 1024 * 1024,
    CHUNK_BYTES = 65536
};

static const char *const reconciling[] = {"--reconcile", NULL};
static const char *const plainly[] = {NULL};

static const NightStep steps[] = {
    {"ingest", reconciling, true}, {"ingest", plainly, false}, {"aggregate", plainly, false},
    {"request", plainly, false},   {"export", plainly, false}, {"distribute", plainly, true},
    {"deliver", plainly, false},
};

size_t night_steps(const NightStep **out_steps)
{
    *out_steps = steps;
    return COUNT_OF(steps);
}

char *night_step_name(const NightStep *step)
{
    Text name = {0};

    text_append(&name, step->stage);
    for (size_t i = 0; step->arguments[i] != NULL; i++)
        text_append_format(&name, " %s", step->arguments[i]);
    return text_take(&name);
}

double night_clock(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/** Its own folder, where the stages stand, so that PATH decides nothing. */
static Status find_program(const char *stage, char path[PATH_MAX], Error *error)
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);

    if (length < 0)
        return error_set_errno(error, STATUS_UNAVAILABLE,
                               "could not find the program's own folder");
    own[length] = '\0';
    *strrchr(own, '/') = '\0';
    if (snprintf(path, PATH_MAX, "%s/tidemark-%s", own, stage) >= PATH_MAX)
        return error_set(error, STATUS_UNAVAILABLE, "stage \"%s\": its path is too long", stage);
    return STATUS_OK;
}

static Status spawn_step(const NightStep *step, const NightOptions *options, pid_t *out_child,
                         int *out_stdout, Error *error)
{
    Status status = STATUS_OK;
    char path[PATH_MAX];
    const char *arguments[ARGUMENTS_MAX] = {path, "--config", options->config_file, "--json"};
    size_t count = 4;
    int ends[2] = {-1, -1};
    posix_spawn_file_actions_t actions;

    (void)posix_spawn_file_actions_init(&actions);
    TRY(find_program(step->stage, path, error));
    if (options->log_level != NULL)
        arguments[count++] = options->log_level;
    for (size_t i = 0; step->arguments[i] != NULL && count < ARGUMENTS_MAX - 1; i++)
        arguments[count++] = step->arguments[i];
    if (pipe2(ends, O_CLOEXEC) != 0)
        TRY(error_set_errno(error, STATUS_UNAVAILABLE, "could not make a pipe"));
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);

    // posix_spawn() does not write to its arguments; its type is older than const.
    int failure =
        posix_spawn(out_child, path, &actions, NULL, (char *const *)(void *)arguments, environ);

    // Whatever is wrong with it, what is missing is a part of Tidemark, not data of a step.
    if (failure != 0)
        TRY(error_set(error, STATUS_UNAVAILABLE, "could not execute \"%s\": %s", path,
                      strerror(failure)));
    *out_stdout = ends[0];
    ends[0] = -1;

cleanup:
    (void)posix_spawn_file_actions_destroy(&actions);
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (ends[i] >= 0)
            (void)close(ends[i]);
    return status;
}

/** Reads what the step prints until it closes its end; false at the deadline. */
static bool read_until(int descriptor, double deadline, Text *printed)
{
    char *chunk = MEMORY_NEW(char, CHUNK_BYTES);
    bool closed = false;

    while (!closed && night_clock() < deadline) {
        struct pollfd wait = {.fd = descriptor, .events = POLLIN};

        if (poll(&wait, 1, 500) <= 0)
            continue;

        ssize_t size = read(descriptor, chunk, CHUNK_BYTES);

        if (size > 0 && printed->size_bytes < DOCUMENT_BYTES_MAX)
            text_append_slice(printed, (Slice){.bytes = chunk, .size_bytes = (size_t)size});
        closed = size == 0 || (size < 0 && errno != EINTR);
    }
    free(chunk);
    return closed;
}

/** Asks a child to end, and then ends it. */
static void end_child(pid_t child)
{
    double patience = night_clock() + GRACE_SECONDS;

    (void)kill(child, SIGTERM);
    while (waitpid(child, NULL, WNOHANG) == 0) {
        if (night_clock() > patience)
            (void)kill(child, SIGKILL);
        (void)usleep(PAUSE_US);
    }
}

/** Waits for the child's end; *out_note says how it ended where it could not say so itself. */
static int await_end(pid_t child, bool in_time, char **out_note)
{
    int state = 0;

    if (!in_time) {
        end_child(child);
        *out_note = text_format("ended at the night's deadline");
        return STATUS_BUSY;
    }
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(state))
        *out_note =
            text_format("ended by signal %d (%s)", WTERMSIG(state), strsignal(WTERMSIG(state)));
    else if (night_exit_status(state) != WEXITSTATUS(state))
        *out_note = text_format("exited with status %d", WEXITSTATUS(state));
    return night_exit_status(state);
}

Status night_execute(const NightStep *step, const NightOptions *options, NightOutcome *out_outcome,
                     Error *error)
{
    Status status = STATUS_OK;
    double started = night_clock();
    NightOutcome outcome = {.executed = true};
    Text printed = {0};
    pid_t child = 0;
    int descriptor = -1;

    TRY(spawn_step(step, options, &child, &descriptor, error));

    bool in_time = read_until(descriptor, options->deadline, &printed);

    outcome.exit_status = await_end(child, in_time, &outcome.note);
    outcome.seconds = night_clock() - started;
    outcome.document = json_loadb(text_bytes(&printed), printed.size_bytes, 0, NULL);
    *out_outcome = outcome;

cleanup:
    if (descriptor >= 0)
        (void)close(descriptor);
    text_free(&printed);
    return status;
}

void night_outcome_clear(NightOutcome *outcome)
{
    json_decref(outcome->document);
    free(outcome->note);
    *outcome = (NightOutcome){0};
}
