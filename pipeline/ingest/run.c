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
    Store *store; // the caller's, on which the first of them works
    IngestList *list;
    pthread_mutex_t mutex; // guards all below
    size_t next;           // the first file that nobody has taken
    bool is_stopped;       // then nobody takes a file any more
} Run;

typedef struct Worker {
    Run *run;
    bool is_first; // on the caller's thread and connection
    IngestTools tools;
    pthread_t thread;
    bool is_started;
    Status status; // of its start: without its connections it takes no file
    Error error;
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

// Each by itself, since a connection takes as long as some ten thousand rows.
static Status connect_to_store(Worker *worker, Error *error)
{
    Status status = STATUS_OK;
    Run *run = worker->run;

    if (worker->is_first)
        worker->tools.work = run->store;
    else
        TRY(store_open_another(run->store, &worker->tools.work, error));
    TRY(store_open_another(run->store, &worker->tools.claims, error));

cleanup:
    return status;
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Run *run = worker->run;

    worker->status = connect_to_store(worker, &worker->error);
    if (worker->status != STATUS_OK)
        return NULL;
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

static void start(Worker *worker)
{
    worker->is_started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    if (!worker->is_started)
        worker->status =
            error_set(&worker->error, STATUS_UNAVAILABLE, "could not start a thread to read files");
}

// What kept a worker from its work: where others did it, a warning.
static Status judge_starts(const Run *run, const Worker workers[], int jobs, Error *error)
{
    int failed = 0;

    for (int i = 0; i < jobs; i++)
        failed += workers[i].status != STATUS_OK;
    if (failed == jobs) {
        *error = workers[0].error;
        return workers[0].status;
    }
    for (int i = 0; i < jobs; i++)
        if (workers[i].status != STATUS_OK)
            log_write(run->ingest.log, LOG_WARNING, "job %d of %d took no file: %s", i + 1, jobs,
                      workers[i].error.message);
    return STATUS_OK;
}

// As many as there is memory for, with a megabyte for the cells of each; one in any case.
static int within_memory(const Ingest *ingest, int jobs)
{
    int memory_mb = ingest->settings->ingest_memory_mb_max;
    int affordable = (memory_mb - RUN_MB) / (READING_MB + 1);

    if (affordable < 1)
        affordable = 1;
    if (jobs <= affordable)
        return jobs;
    log_write(ingest->log, LOG_WARNING, "%d of %d jobs: ingest.memory_mb_max is %d", affordable,
              jobs, memory_mb);
    return affordable;
}

// What is left for each of the files that are read at once: a megabyte at least.
static size_t file_bytes(const Settings *settings, int jobs)
{
    int files_mb = settings->ingest_memory_mb_max - RUN_MB - jobs * READING_MB;

    return (size_t)(files_mb / jobs > 1 ? files_mb / jobs : 1) * megabyte;
}

Status ingest_run(const Ingest *ingest, Store *store, IngestList *list, int jobs, Error *error)
{
    Run run = {.ingest = *ingest, .store = store, .list = list, .mutex = PTHREAD_MUTEX_INITIALIZER};

    list->results = MEMORY_NEW(IngestResult, list->count);
    list->is_done = MEMORY_NEW(bool, list->count);
    if (list->count == 0)
        return STATUS_OK;
    if ((size_t)jobs > list->count)
        jobs = (int)list->count;
    jobs = within_memory(ingest, jobs);
    run.ingest.file_bytes_max = file_bytes(ingest->settings, jobs);

    Worker *workers = MEMORY_NEW(Worker, (size_t)jobs);

    for (int i = 0; i < jobs; i++) {
        workers[i].run = &run;
        workers[i].is_first = i == 0;
        workers[i].tools.cells = cells_new(run.ingest.file_bytes_max);
        if (i > 0)
            start(&workers[i]);
    }
    (void)work(&workers[0]);
    for (int i = 1; i < jobs; i++)
        if (workers[i].is_started)
            (void)pthread_join(workers[i].thread, NULL);

    Status status = judge_starts(&run, workers, jobs, error);

    for (int i = 0; i < jobs; i++) {
        if (i > 0)
            store_close(workers[i].tools.work);
        store_close(workers[i].tools.claims);
        cells_free(workers[i].tools.cells);
    }
    free(workers);
    return status;
}
