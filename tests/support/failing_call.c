#include "support/failing_call.h"

#include "base/attributes.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>

#include <cmocka.h>

// Whether the kernel has taken the filter, for this thread and what it starts.
static bool fail_call(const FailingCall *call)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)call->bytes_min, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)call->error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {.len = COUNT_OF(steps), .filter = steps};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

typedef struct FailingRun {
    const FailingCall *call;
    const char *const *argv;
    const char *input_file;
    Command *command; // NULL: the kernel refused the filter
} FailingRun;

static void *start_failing(void *argument)
{
    FailingRun *run = argument;

    if (fail_call(run->call))
        run->command = command_start(run->argv, NULL, run->input_file);
    return NULL;
}

void command_run_failing(const FailingCall *call, const char *const argv[], const char *input_file,
                         CommandResult *out_result)
{
    FailingRun run = {.call = call, .argv = argv, .input_file = input_file};
    pthread_t thread; // with which the filter goes; the test's own thread must not have it

    assert_int_equal(pthread_create(&thread, NULL, start_failing, &run), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_non_null(run.command);
    command_finish(run.command, COMMAND_TIMEOUT_S * 1000, out_result);
}
