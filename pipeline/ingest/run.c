#include "ingest/run.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>

// What a run takes beside the cells of its files: by itself, and for each that is being read.
enum { RUN_MB = 16, READING_MB = 16 };

static const size_t megabyte = (size_t)1 << 20;

// What the threads of a run share.
typedef struct Run {
    Ingest ingest;
    IngestList *list;
    pthread_mutex_t mutex; // guards all below
    size_t next;           // the first file that nobody has taken
    bool is_stopped;       // then nobody takes a file any more
} Run;

typedef struct Worker {
    Run *run;
    IngestTools tools;
    pthread_t thread;
} Worker;

// Whether a failure is a file's own, so that the next may fare better.
static bool is_of_the_file(Status status)
{
    switch (status) {
    case STATUS_OK:
    case STATUS_DATA:
    case STATUS_NO_INPUT:
    case STATUS_CANNOT_READ:
    case STATUS_BUSY:
    case STATUS_PERMISSION:
    case STATUS_BUG:
        return true;
    case STATUS_USAGE:
    case STATUS_UNAVAILABLE:
    case STATUS_MEMORY:
    case STATUS_CANNOT_WRITE:
    case STATUS_CONFIG:
        return false;
    }
    return false;
}

static bool take_file(Run *run, size_t *out_index)
{
    (void)pthread_mutex_lock(&run->mutex);

    bool is_taken = !run->is_stopped && run->next < run->list->count;

    if (is_taken)
        *out_index = run->next++;
    (void)pthread_mutex_unlock(&run->mutex);
    return is_taken;
}

static void put_result(Run *run, size_t index, const IngestResult *result)
{
    (void)pthread_mutex_lock(&run->mutex);
    run->list->results[index] = *result;
    run->list->is_done[index] = true;
    if (!is_of_the_file(result->status))
        run->is_stopped = true;
    (void)pthread_mutex_unlock(&run->mutex);
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Run *run = worker->run;

    for (size_t index; take_file(run, &index);) {
        Error error = {0};
        IngestResult result = {0};
        const IngestFile *file = &run->list->files[index];
        Status status = ingest_file(&run->ingest, &worker->tools, file, &result, &error);

        if (status == STATUS_OK)
            log_write(run->ingest.log, LOG_DEBUG, "feed \"%s\", report file \"%s\": %s",
                      file->feed->name, file->name, ingest_outcome_key(result.outcome));
        put_result(run, index, &result);
    }
    return NULL;
}

// Threads but the first, which is the caller's own. STATUS_UNAVAILABLE where the system has no
// more of them.
static Status start(Worker workers[], int jobs, int *out_started, Error *error)
{
    for (int i = 1; i < jobs; i++) {
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            return error_set(error, STATUS_UNAVAILABLE, "could not start thread %d of %d", i + 1,
                             jobs);
        *out_started = i + 1;
    }
    return STATUS_OK;
}

// What is left for each of the files that are read at once: a megabyte at least.
static size_t file_bytes(const Settings *settings, int jobs)
{
    int files_mb = settings->ingest_memory_mb_max - RUN_MB - jobs * READING_MB;

    return (size_t)(files_mb / jobs > 1 ? files_mb / jobs : 1) * megabyte;
}

Status ingest_run(const Ingest *ingest, Store *store, IngestList *list, int jobs, Error *error)
{
    Status status = STATUS_OK;
    Run run = {.ingest = *ingest, .list = list, .mutex = PTHREAD_MUTEX_INITIALIZER};
    Worker *workers = NULL;
    int started = 1;

    list->results = MEMORY_NEW(IngestResult, list->count);
    list->is_done = MEMORY_NEW(bool, list->count);
    if (list->count == 0)
        return STATUS_OK;
    if ((size_t)jobs > list->count)
        jobs = (int)list->count;
    run.ingest.file_bytes_max = file_bytes(ingest->settings, jobs);
    workers = MEMORY_NEW(Worker, (size_t)jobs);
    for (int i = 0; i < jobs; i++) {
        workers[i].run = &run;
        workers[i].tools.cells = cells_new(run.ingest.file_bytes_max);
        workers[i].tools.work = i == 0 ? store : NULL;
        if (i > 0)
            TRY(store_open_another(store, &workers[i].tools.work, error));
        TRY(store_open_another(store, &workers[i].tools.claims, error));
    }
    status = start(workers, jobs, &started, error);
    if (status == STATUS_OK)
        (void)work(&workers[0]);
    for (int i = 1; i < started; i++)
        (void)pthread_join(workers[i].thread, NULL);

cleanup:
    for (int i = 0; i < jobs; i++) {
        if (i > 0)
            store_close(workers[i].tools.work);
        store_close(workers[i].tools.claims);
        cells_free(workers[i].tools.cells);
    }
    free(workers);
    return status;
}
