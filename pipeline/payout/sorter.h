#ifndef TIDEMARK_PAYOUT_SORTER_H
#define TIDEMARK_PAYOUT_SORTER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Sorts any number of records within bounded memory. A record is so many words, of which the first
 * are its key: they are compared as unsigned numbers, the first one first.
 *
 *     records ──► memory ──► sorted runs, in a file without a name ──► merged, a record at a time
 *                   └─────── where all fit: straight ───────────────────────┘
 *
 *     Sorter *sorter = sorter_new(&options);
 *     for (...)
 *         TRY(sorter_add(sorter, words, error));
 *     TRY(sorter_sort(sorter, error));
 *     for (const uint64_t *record; ;) {
 *         TRY(sorter_next(sorter, &record, error));
 *         if (record == NULL) break;
 *     }
 * cleanup:
 *     sorter_free(sorter);
 *
 * STATUS_CANNOT_WRITE names the folder: its disk is full, or it is not there. The file is this
 * process's alone, and gone with it. One thread at a time.
 */
typedef struct Sorter Sorter;

typedef struct SorterOptions {
    size_t words;       // of a record
    size_t key_words;   // 1 at least
    size_t bytes_max;   // of memory, about; room for some records is always taken
    const char *folder; // for what does not fit; borrowed as long as the sorter is
} SorterOptions;

/** The caller's, for sorter_free(). */
Sorter *sorter_new(const SorterOptions *options);
Status sorter_add(Sorter *sorter, const uint64_t record[], Error *error);
/** No more records come. */
Status sorter_sort(Sorter *sorter, Error *error);
/** The next record, borrowed until the one after it; NULL behind the last. */
Status sorter_next(Sorter *sorter, const uint64_t **out_record, Error *error);
void sorter_free(Sorter *sorter);

/** How many runs it had to write to the file; in the header for tests. */
size_t sorter_run_count(const Sorter *sorter);

#endif
