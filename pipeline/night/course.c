#include "base/text.h"
#include "night/night.h"

#include <stdlib.h>
#include <sys/wait.h>

int night_exit_status(int wait_state)
{
    static const Status known[] = {
        STATUS_OK,          STATUS_USAGE, STATUS_DATA,       STATUS_NO_INPUT,
        STATUS_UNAVAILABLE, STATUS_BUG,   STATUS_MEMORY,     STATUS_CANNOT_WRITE,
        STATUS_CANNOT_READ, STATUS_BUSY,  STATUS_PERMISSION, STATUS_CONFIG,
    };

    if (WIFEXITED(wait_state))
        for (size_t i = 0; i < COUNT_OF(known); i++)
            if (WEXITSTATUS(wait_state) == (int)known[i])
                return (int)known[i];
    return STATUS_BUG;
}

static NightVerdict judge(int exit_status)
{
    switch (exit_status) {
    case STATUS_OK:
    case STATUS_DATA:
    case STATUS_NO_INPUT:
        return NIGHT_GOES_ON;
    case STATUS_USAGE:
    case STATUS_UNAVAILABLE:
    case STATUS_MEMORY:
        return NIGHT_ENDS;
    default:
        return NIGHT_CHAIN_ENDS;
    }
}

char *night_why_not(NightCourse *course, const NightStep *step, double now)
{
    if (step->begins_chain && course->verdict == NIGHT_CHAIN_ENDS)
        course->verdict = NIGHT_GOES_ON;
    if (course->verdict == NIGHT_GOES_ON && now < course->deadline)
        return NULL;
    if (course->verdict == NIGHT_GOES_ON) {
        course->is_late = true;
        return text_format("not run, since the night's deadline has passed");
    }

    char *name = night_step_name(course->stopped_by);
    char *why = text_format("not run, since %s ended with status %d", name, course->stopped_status);

    free(name);
    return why;
}

void night_take_status(NightCourse *course, const NightStep *step, int exit_status)
{
    course->verdict = judge(exit_status);
    course->stopped_by = step;
    course->stopped_status = exit_status;
}
