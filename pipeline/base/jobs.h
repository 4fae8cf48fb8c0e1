#ifndef TIDEMARK_BASE_JOBS_H
#define TIDEMARK_BASE_JOBS_H

#include <stddef.h>
#include <stdint.h>

/**
 * How many jobs at the same time do some work: as many as were asked for, or, for 0, one a
 * processor, as far as each of them has at least `work_of_job_min` to do. 1 to jobs_max.
 */
size_t jobs_count(int64_t asked, int64_t work, int64_t work_of_job_min, size_t jobs_max);

#endif
