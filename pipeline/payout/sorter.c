#include "payout/sorter.h"

#include "base/files.h"
#include "base/memory.h"
#include "cells/sort.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WORD_BYTES = sizeof(uint64_t),
    FEW = 32,         // records that are compared with each other, rather than dealt out by a word
    RECORDS_MIN = 16, // in memory, and of each run while runs are merged
    WRITE_BYTES = 1 << 20,
    AHEAD = 16, // records that are fetched into the cache before they are looked at
};

/** A sorted part of the file, and what of it is in memory. */
typedef struct Run {
    off_t begin_bytes; // of what was not read yet
    off_t end_bytes;
    uint64_t *records;
    size_t count;
    size_t next;
} Run;

struct Sorter {
    size_t words;
    size_t key_words;
    size_t capacity; // records that memory has room for
    const char *folder;
    uint64_t *records;
    SortRecord *order; // by number of a record; the key is the word that it is being sorted by
    SortRecord *scratch;
    size_t count;
    size_t next;    // of the order, where nothing is in the file
    int descriptor; // of the file; -1: none
    off_t size_bytes;
    uint64_t *written; // gathered, until it is worth a write
    Run *runs;
    size_t run_count;
    size_t run_capacity;
    size_t *heap; // numbers of runs, the one with the least record on top
    size_t heap_count;
    bool has_given; // the top's record is the caller's until the next call
};

Sorter *sorter_new(const SorterOptions *options)
{
    Sorter *sorter = MEMORY_NEW(Sorter, 1);
    size_t record_bytes = options->words * WORD_BYTES + 2 * sizeof(SortRecord);

    assert(options->key_words > 0 && options->key_words <= options->words);
    sorter->words = options->words;
    sorter->key_words = options->key_words;
    sorter->folder = options->folder;
    sorter->descriptor = -1;
    sorter->capacity = options->bytes_max / record_bytes;
    if (sorter->capacity < RECORDS_MIN)
        sorter->capacity = RECORDS_MIN;
    assert(sorter->capacity <= UINT32_MAX);
    // Of what is never touched nothing is taken.
    sorter->records = memory_new_large(sorter->capacity, sorter->words * WORD_BYTES);
    sorter->order = memory_new_large(sorter->capacity, sizeof(SortRecord));
    sorter->scratch = memory_new_large(sorter->capacity, sizeof(SortRecord));
    return sorter;
}

void sorter_free(Sorter *sorter)
{
    if (sorter == NULL)
        return;
    if (sorter->descriptor >= 0)
        (void)close(sorter->descriptor); // it has no name, and what it held is no longer wanted
    for (size_t i = 0; i < sorter->run_count; i++)
        free(sorter->runs[i].records);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter->written);
    free(sorter->records);
    free(sorter->order);
    free(sorter->scratch);
    free(sorter);
}

size_t sorter_run_count(const Sorter *sorter)
{
    return sorter->run_count;
}

static const uint64_t *record_at(const Sorter *sorter, uint64_t number)
{
    return sorter->records + number * sorter->words;
}

// Records lie as they came, and are looked at in another order.
static void prefetch(const Sorter *sorter, size_t place, size_t end)
{
    if (place < end)
        __builtin_prefetch(record_at(sorter, sorter->order[place].number));
}

static bool is_less(const Sorter *sorter, const uint64_t *left, const uint64_t *right, size_t word)
{
    for (; word < sorter->key_words; word++)
        if (left[word] != right[word])
            return left[word] < right[word];
    return false;
}

// By insertion, by the words from `word` on.
static void sort_few(Sorter *sorter, size_t begin, size_t end, size_t word)
{
    for (size_t i = begin + 1; i < end; i++) {
        SortRecord moved = sorter->order[i];
        const uint64_t *record = record_at(sorter, moved.number);
        size_t place = i;

        for (; place > begin &&
               is_less(sorter, record, record_at(sorter, sorter->order[place - 1].number), word);
             place--)
            sorter->order[place] = sorter->order[place - 1];
        sorter->order[place] = moved;
    }
}

// By a word, and then those that have the same by the words behind it.
static void sort_by_word(Sorter *sorter, size_t begin, size_t end, size_t word)
{
    if (end - begin <= FEW) {
        sort_few(sorter, begin, end, word);
        return;
    }
    for (size_t i = begin; i < end; i++) {
        prefetch(sorter, i + AHEAD, end);
        sorter->order[i].key = record_at(sorter, sorter->order[i].number)[word];
    }
    sort_records(sorter->order + begin, sorter->scratch + begin, end - begin);
    if (word + 1 == sorter->key_words)
        return;
    for (size_t i = begin; i < end;) {
        size_t same = i + 1;

        while (same < end && sorter->order[same].key == sorter->order[i].key)
            same++;
        sort_by_word(sorter, i, same, word + 1);
        i = same;
    }
}

static void sort_memory(Sorter *sorter)
{
    for (size_t i = 0; i < sorter->count; i++)
        sorter->order[i].number = i;
    sort_by_word(sorter, 0, sorter->count, 0);
}

static Status make_file(Sorter *sorter, Error *error)
{
    char *path = path_join(sorter->folder, ".sorted-XXXXXX");
    Status status = STATUS_OK;

    sorter->descriptor = mkostemp(path, O_CLOEXEC); // with mode 0600
    if (sorter->descriptor < 0 || unlink(path) != 0)
        status = error_set_errno(error, STATUS_CANNOT_WRITE, "could not make a file in \"%s\"",
                                 sorter->folder);
    free(path);
    return status;
}

static Status write_gathered(Sorter *sorter, size_t size_bytes, Error *error)
{
    const char *bytes = (const char *)sorter->written;

    while (size_bytes > 0) {
        ssize_t written = pwrite(sorter->descriptor, bytes, size_bytes, sorter->size_bytes);

        if (written <= 0)
            return error_set_errno(error, STATUS_CANNOT_WRITE,
                                   "could not write to a file in \"%s\"", sorter->folder);
        bytes += written;
        size_bytes -= (size_t)written;
        sorter->size_bytes += written;
    }
    return STATUS_OK;
}

// Sorts what is in memory, and moves it to the end of the file.
static Status write_run(Sorter *sorter, Error *error)
{
    Status status = STATUS_OK;
    size_t record_bytes = sorter->words * WORD_BYTES;
    size_t gathered = 0;
    size_t gathered_max = WRITE_BYTES / record_bytes + 1;
    off_t begin_bytes = sorter->size_bytes;

    if (sorter->descriptor < 0)
        TRY(make_file(sorter, error));
    if (sorter->written == NULL)
        sorter->written = memory_new(gathered_max, record_bytes);
    sort_memory(sorter);
    for (size_t i = 0; i < sorter->count; i++) {
        prefetch(sorter, i + AHEAD, sorter->count);
        memcpy(sorter->written + gathered * sorter->words,
               record_at(sorter, sorter->order[i].number), record_bytes);
        if (++gathered < gathered_max && i + 1 < sorter->count)
            continue;
        TRY(write_gathered(sorter, gathered * record_bytes, error));
        gathered = 0;
    }
    MEMORY_GROW(sorter->runs, sorter->run_count, sorter->run_capacity);
    sorter->runs[sorter->run_count++] =
        (Run){.begin_bytes = begin_bytes, .end_bytes = sorter->size_bytes};
    sorter->count = 0;

cleanup:
    return status;
}

Status sorter_add(Sorter *sorter, const uint64_t record[], Error *error)
{
    if (sorter->count == sorter->capacity) {
        Status status = write_run(sorter, error);

        if (status != STATUS_OK)
            return status;
    }
    memcpy(sorter->records + sorter->count * sorter->words, record, sorter->words * WORD_BYTES);
    sorter->count++;
    return STATUS_OK;
}

// Reads the next records of a run; none are left where count is 0 afterwards.
static Status read_run(Sorter *sorter, Run *run, size_t records_max, Error *error)
{
    size_t record_bytes = sorter->words * WORD_BYTES;
    size_t left = (size_t)(run->end_bytes - run->begin_bytes) / record_bytes;
    size_t wanted_bytes = (left < records_max ? left : records_max) * record_bytes;
    char *bytes = (char *)run->records;

    run->count = wanted_bytes / record_bytes;
    run->next = 0;
    while (wanted_bytes > 0) {
        ssize_t read_bytes = pread(sorter->descriptor, bytes, wanted_bytes, run->begin_bytes);

        if (read_bytes == 0)
            errno = EIO; // it is shorter than what was written
        if (read_bytes <= 0)
            return error_set_errno(error, STATUS_CANNOT_READ, "could not read a file in \"%s\"",
                                   sorter->folder);
        bytes += read_bytes;
        wanted_bytes -= (size_t)read_bytes;
        run->begin_bytes += read_bytes;
    }
    return STATUS_OK;
}

static const uint64_t *top_record(const Sorter *sorter, size_t place)
{
    const Run *run = &sorter->runs[sorter->heap[place]];

    return run->records + run->next * sorter->words;
}

// Lets the run at a place sink to where none below it has a lesser record.
static void sink(Sorter *sorter, size_t place)
{
    for (;;) {
        size_t least = place;

        for (size_t child = 2 * place + 1; child <= 2 * place + 2; child++)
            if (child < sorter->heap_count &&
                is_less(sorter, top_record(sorter, child), top_record(sorter, least), 0))
                least = child;
        if (least == place)
            return;

        size_t run = sorter->heap[place];

        sorter->heap[place] = sorter->heap[least];
        sorter->heap[least] = run;
        place = least;
    }
}

static size_t run_records_max(const Sorter *sorter)
{
    size_t records = sorter->capacity / sorter->run_count;

    return records < RECORDS_MIN ? RECORDS_MIN : records;
}

// The last records of memory become a run too; the memory is the runs' from then on.
static Status begin_merge(Sorter *sorter, Error *error)
{
    Status status = STATUS_OK;

    if (sorter->count > 0)
        TRY(write_run(sorter, error));
    free(sorter->records);
    free(sorter->order);
    free(sorter->scratch);
    sorter->records = NULL;
    sorter->order = NULL;
    sorter->scratch = NULL;
    sorter->heap = MEMORY_NEW(size_t, sorter->run_count);
    for (size_t i = 0; i < sorter->run_count; i++) {
        Run *run = &sorter->runs[i];

        run->records = memory_new_large(run_records_max(sorter), sorter->words * WORD_BYTES);
        TRY(read_run(sorter, run, run_records_max(sorter), error));
        sorter->heap[sorter->heap_count++] = i;
    }
    for (size_t i = sorter->heap_count; i-- > 0;)
        sink(sorter, i);

cleanup:
    return status;
}

Status sorter_sort(Sorter *sorter, Error *error)
{
    if (sorter->run_count > 0)
        return begin_merge(sorter, error);
    sort_memory(sorter);
    return STATUS_OK;
}

// Steps over the record that was given.
static Status step(Sorter *sorter, Error *error)
{
    Status status = STATUS_OK;
    Run *run = &sorter->runs[sorter->heap[0]];

    sorter->has_given = false;
    if (++run->next == run->count)
        TRY(read_run(sorter, run, run_records_max(sorter), error));
    if (run->count == 0)
        sorter->heap[0] = sorter->heap[--sorter->heap_count];
    sink(sorter, 0);

cleanup:
    return status;
}

Status sorter_next(Sorter *sorter, const uint64_t **out_record, Error *error)
{
    Status status = STATUS_OK;

    if (sorter->run_count == 0) {
        prefetch(sorter, sorter->next + AHEAD, sorter->count);
        *out_record = sorter->next < sorter->count
                          ? record_at(sorter, sorter->order[sorter->next++].number)
                          : NULL;
        return STATUS_OK;
    }
    if (sorter->has_given)
        TRY(step(sorter, error));
    *out_record = sorter->heap_count > 0 ? top_record(sorter, 0) : NULL;
    sorter->has_given = sorter->heap_count > 0;

cleanup:
    return status;
}
