#include "support/command.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct Command {
    pid_t pid;
    int out; // in memory: a pipe would block a program that nobody reads
    int err;
};

// Tests lie in BUILD/tests/KIND/, programs in BUILD/bin/.
char *command_program_path(const char *name)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    if (strchr(name, '/') != NULL || !text_starts_with(name, "tidemark"))
        return memory_copy_text(name);
    assert_true(size > 0);
    path[size] = '\0';
    for (int i = 0; i < 3; i++) {
        char *slash = strrchr(path, '/');

        assert_non_null(slash);
        *slash = '\0';
    }
    return text_format("%s/bin/%s", path, name);
}

static size_t name_size(const char *variable)
{
    return strcspn(variable, "=");
}

static bool is_changed(const char *variable, const char *const changes[])
{
    size_t size = name_size(variable);

    for (size_t i = 0; changes != NULL && changes[i] != NULL; i++)
        if (name_size(changes[i]) == size && strncmp(changes[i], variable, size) == 0)
            return true;
    return false;
}

/** Our environment with changes; only the array is new, for free(). */
static char **environment_with(const char *const changes[])
{
    size_t count = 0;
    size_t capacity = 0;
    const char **variables = NULL;

    for (size_t i = 0; environ[i] != NULL; i++) {
        if (is_changed(environ[i], changes))
            continue;
        MEMORY_GROW(variables, count, capacity);
        variables[count++] = environ[i];
    }
    for (size_t i = 0; changes != NULL && changes[i] != NULL; i++) {
        if (strchr(changes[i], '=') == NULL)
            continue;
        MEMORY_GROW(variables, count, capacity);
        variables[count++] = changes[i];
    }
    MEMORY_GROW(variables, count, capacity);
    variables[count] = NULL;
    return (char **)variables;
}

Command *command_start(const char *const argv[], const char *const environment[],
                       const char *input_file)
{
    Command *command = MEMORY_NEW(Command, 1);
    char *path = command_program_path(argv[0]);
    char **variables = environment_with(environment);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    command->out = memfd_create("out", MFD_CLOEXEC);
    command->err = memfd_create("err", MFD_CLOEXEC);
    assert_true(command->out >= 0 && command->err >= 0);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                                      input_file == NULL ? "/dev/null" : input_file,
                                                      O_RDONLY, 0),
                     0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, command->out, STDOUT_FILENO), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, command->err, STDERR_FILENO), 0);
    // A group of its own, so that what it starts in turn can be killed with it.
    assert_int_equal(posix_spawnattr_init(&attributes), 0);
    assert_int_equal(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP), 0);

    int failure =
        posix_spawnp(&command->pid, path, &actions, &attributes, (char *const *)argv, variables);

    if (failure != 0)
        fail_msg("could not start %s: %s", path, strerror(failure));
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    free(variables);
    free(path);
    return command;
}

pid_t command_pid(const Command *command)
{
    return command->pid;
}

/** All that was written into memory; closes it. */
static char *take_output(int file)
{
    struct stat about;

    assert_int_equal(fstat(file, &about), 0);

    size_t size = (size_t)about.st_size;
    char *bytes = MEMORY_NEW(char, size + 1);

    assert_int_equal(pread(file, bytes, size, 0), (ssize_t)size);
    assert_int_equal(close(file), 0);
    return bytes;
}

/** Whether the process ends within the time. */
static bool ends_within(pid_t pid, int timeout_ms)
{
    struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    int count = 0;

    assert_true(ended.fd >= 0);
    do
        count = poll(&ended, 1, timeout_ms);
    while (count < 0 && errno == EINTR);
    assert_int_equal(close(ended.fd), 0);
    return count == 1;
}

void command_finish(Command *taken_command, int timeout_ms, CommandResult *out_result)
{
    int status = 0;
    struct rusage used;
    bool timed_out = !ends_within(taken_command->pid, timeout_ms);

    if (timed_out)
        (void)kill(-taken_command->pid, SIGKILL);
    assert_int_equal(wait4(taken_command->pid, &status, 0, &used), taken_command->pid);
    *out_result =
        (CommandResult){.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                        .timed_out = timed_out,
                        .peak_kb = used.ru_maxrss,
                        .out = take_output(taken_command->out),
                        .err = take_output(taken_command->err)};
    free(taken_command);
}

void command_run(const char *const argv[], const char *const environment[],
                 CommandResult *out_result)
{
    command_finish(command_start(argv, environment, NULL), COMMAND_TIMEOUT_S * 1000, out_result);
}

void commands_keep_nothing_freed(void)
{
    const char *sanitizer = getenv("ASAN_OPTIONS");
    char *options = text_format("%s:quarantine_size_mb=1", sanitizer == NULL ? "" : sanitizer);

    assert_int_equal(setenv("ASAN_OPTIONS", options, 1), 0);
    free(options);
}

void command_result_free(CommandResult *result)
{
    free(result->out);
    free(result->err);
    *result = (CommandResult){0};
}
