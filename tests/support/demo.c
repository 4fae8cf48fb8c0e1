#include "support/demo.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { DEMO_TIMEOUT_MS = 300000 };

char *demo_run(Night *night, const char *part)
{
    char *home = text_format("DEMO_HOME=%s", night_path(night, "demo"));
    CommandResult result;

    command_finish(command_start((const char *const[]){"scripts/demo", part, NULL},
                                 (const char *const[]){home, NULL}, NULL),
                   DEMO_TIMEOUT_MS, &result);
    if (result.status != 0)
        fail_msg("scripts/demo %s exited with %d\n%s%s", part, result.status, result.out,
                 result.err);

    char *printed = memory_copy_text(result.out);

    command_result_free(&result);
    free(home);
    return printed;
}

void demo_enter(Night *night)
{
    assert_int_equal(setenv("TIDEMARK_CONFIG", night_path(night, "demo/config/tidemark.yaml"), 1),
                     0);
}
