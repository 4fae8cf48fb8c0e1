#include "base/jobs.h"

#include <unistd.h>

size_t jobs_count(int64_t asked, int64_t work, int64_t work_of_job_min, size_t jobs_max)
{
    int64_t jobs = asked;

    if (jobs == 0) {
        int64_t processors = sysconf(_SC_NPROCESSORS_ONLN);
        int64_t worth = work / work_of_job_min;

        jobs = worth < processors ? worth : processors;
    }
    if (jobs < 1)
        return 1;
    return (size_t)jobs < jobs_max ? (size_t)jobs : jobs_max;
}
