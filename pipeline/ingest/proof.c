#include "ingest/proof.h"

#include "base/files.h"
#include "base/memory.h"
#include "ingest/archive.h"
#include "ingest/stored_parts.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

// How many IDs are compared at a time, at least: what they need lies in memory, and each time the
// files are read once more.
enum { PROOF_IDS_MIN = 1 << 16 };

// A row of the file itself.
typedef struct OwnRow {
    int64_t id;
    int64_t line;
    uint64_t fingerprint;
} OwnRow;

// The first pair of rows that have an ID in common and nothing else.
typedef struct Conflict {
    int64_t id; // 0: there is none
    int64_t line;
    int64_t other_line;
    char *other_name; // NULL: the file itself
    char *other_path;
} Conflict;

typedef struct Proof {
    const ProofOptions *options;
    Store *store;
    IdSet *doubts;   // of what the feed has: to be compared with archived files
    IdSet *window;   // the IDs that are being compared
    IdSet *compared; // of them, those whose archived row was seen
    IdSet *conflicts;
    OwnRow *rows; // of the window: once they are read the first of each ID, in order
    size_t row_count;
    size_t row_count_max;
    Conflict first;
} Proof;

static int compare_rows(const void *left, const void *right)
{
    const OwnRow *one = left;
    const OwnRow *other = right;

    if (one->id != other->id)
        return one->id < other->id ? -1 : 1;
    return one->line < other->line ? -1 : one->line > other->line;
}

// The file's row of an ID; NULL where the window has none.
static const OwnRow *find_row(const Proof *proof, int64_t id)
{
    size_t low = 0;
    size_t high = proof->row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (proof->rows[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < proof->row_count && proof->rows[low].id == id ? &proof->rows[low] : NULL;
}

static void add_conflict(Proof *proof, const OwnRow *row, int64_t other_line,
                         const char *other_name, const char *other_path)
{
    (void)id_set_add(proof->conflicts, row->id);
    if (proof->first.id != 0 && proof->first.id <= row->id)
        return;
    free(proof->first.other_name);
    free(proof->first.other_path);
    proof->first = (Conflict){
        .id = row->id,
        .line = row->line,
        .other_line = other_line,
        .other_name = memory_copy_text(other_name),
        .other_path = memory_copy_text(other_path),
    };
}

// Of each ID only the first row is kept, and the others are held against it: all rows of a file may
// have the same ID.
static void settle_own_rows(Proof *proof)
{
    size_t kept = 0;

    if (proof->row_count > 0)
        qsort(proof->rows, proof->row_count, sizeof proof->rows[0], compare_rows);
    for (size_t i = 0; i < proof->row_count; i++) {
        const OwnRow *row = &proof->rows[i];
        const OwnRow *first = kept == 0 ? NULL : &proof->rows[kept - 1];

        if (first == NULL || first->id != row->id)
            proof->rows[kept++] = *row;
        else if (first->fingerprint != row->fingerprint)
            add_conflict(proof, first, row->line, NULL, NULL);
    }
    proof->row_count = kept;
}

// The file's own rows of the window; those of the same ID are compared at once.
static Status read_own_rows(Proof *proof, Error *error)
{
    Status status = STATUS_OK;
    Reading *reading = NULL;

    free(proof->rows);
    proof->row_count = 0;
    proof->row_count_max = 2 * (size_t)id_set_count(proof->window);
    proof->rows = MEMORY_NEW(OwnRow, proof->row_count_max);
    TRY(reading_open(proof->options->reading, &reading, error));
    for (bool more = true; more;) {
        TRY(reading_next(reading, &more, error));
        for (size_t i = 0; i < reading->block->count; i++) {
            int64_t id = reading->block->sequence_ids[i];

            if (!id_set_contains(proof->window, id))
                continue;
            if (proof->row_count == proof->row_count_max)
                settle_own_rows(proof); // at least half of them go
            proof->rows[proof->row_count++] = (OwnRow){
                .id = id,
                .line = reading->block->lines[i],
                .fingerprint = reading->block->fingerprints[i],
            };
        }
    }
    TRY(reading_expect(reading, proof->options->sha256, error));
    settle_own_rows(proof);

cleanup:
    reading_close(reading);
    return status;
}

// Where the bytes of a counted file lie; the caller's. Its SHA-256 is checked when it is read.
static Status find_archived(const Proof *proof, const char *name, const char *sha256,
                            char **out_path, Error *error)
{
    Status status = STATUS_OK;
    const Settings *settings = proof->options->settings;
    const char *feed = proof->options->reading->feed->name;
    char *path = archive_path(settings->archive_folder, feed, sha256);
    char *inbox_path = text_format("%s/%s/%s", settings->inbox_folder, feed, name);
    char *claimed = text_format("%s %s", feed, sha256);

    if (!file_exists(path))
        TRY(store_execute(proof->store, &sql_wait_for_claim, PARAMS(param_text(claimed)), NULL,
                          error));
    if (file_exists(path) || !file_exists(inbox_path)) { // if neither, the archive is asked for it
        *out_path = path;
        path = NULL;
    } else {
        *out_path = inbox_path;
        inbox_path = NULL;
    }

cleanup:
    free(claimed);
    free(inbox_path);
    free(path);
    return status;
}

static Status compare_rows_of(Proof *proof, const char *path, const char *name, const char *sha256,
                              const IdSet *ids, Error *error)
{
    Status status = STATUS_OK;
    ReadingOptions archived = *proof->options->reading;
    Reading *reading = NULL;

    archived.path = path;
    archived.name = name;
    TRY(reading_open(&archived, &reading, error));
    for (bool more = true; more;) {
        TRY(reading_next(reading, &more, error));
        for (size_t i = 0; i < reading->block->count; i++) {
            int64_t id = reading->block->sequence_ids[i];
            const OwnRow *row = id_set_contains(ids, id) ? find_row(proof, id) : NULL;

            if (row == NULL)
                continue;
            (void)id_set_add(proof->compared, id);
            if (row->fingerprint != reading->block->fingerprints[i])
                add_conflict(proof, row, reading->block->lines[i], name, path);
        }
    }
    TRY(reading_expect(reading, sha256, error));

cleanup:
    reading_close(reading);
    return status;
}

// Compares the rows that an archived file brought of the window with the file's. If that cannot be
// done, it is no fault of the file that is being counted.
static Status compare_archived(Proof *proof, const char *name, const char *sha256, const IdSet *ids,
                               Error *error)
{
    Status status = STATUS_OK;
    char *path = NULL;

    TRY(find_archived(proof, name, sha256, &path, error));
    status = compare_rows_of(proof, path, name, sha256, ids, error);
    if (status != STATUS_OK) {
        error_context(error, "its rows are held against those of \"%s\" in the archive, \"%s\"",
                      name, path);
        error->status = STATUS_CANNOT_READ;
        status = STATUS_CANNOT_READ;
    }

cleanup:
    free(path);
    return status;
}

// The rows from `first` on that are parts of one file end there.
static size_t file_end(const Rows *rows, size_t first)
{
    size_t end = first;

    while (end < rows_count(rows) &&
           rows_int64(rows, end, "file") == rows_int64(rows, first, "file"))
        end++;
    return end;
}

// One file's part in the window: the rows of a result from `first` to before `end`.
static Status compare_file(Proof *proof, const IdSet *wanted, const Rows *rows, size_t first,
                           size_t end, Error *error)
{
    Status status = STATUS_OK;
    IdSet *ids = NULL;
    IdSet *both = NULL;
    char *name = slice_copy(rows_bytes(rows, first, "name"));

    TRY(stored_set(rows, first, end, "ids", &ids, error));
    both = id_set_intersection(ids, wanted);
    if (id_set_count(both) > 0)
        TRY(compare_archived(proof, name, rows_text(rows, first, "sha256"), both, error));

cleanup:
    free(name);
    id_set_free(both);
    id_set_free(ids);
    return status;
}

static Status compare_all_archived(Proof *proof, const IdSet *wanted, Error *error)
{
    Status status = STATUS_OK;
    int64_t *numbers = id_set_part_numbers(wanted);
    Rows *rows = NULL;

    TRY(store_query(proof->store, &sql_files_with_ids,
                    PARAMS(param_int64(proof->options->feed),
                           param_int64_array(numbers, id_set_part_count(wanted))),
                    &rows, error));
    for (size_t first = 0; first < rows_count(rows);) {
        size_t end = file_end(rows, first);

        if (rows_int64(rows, first, "file") != proof->options->taken_out)
            TRY(compare_file(proof, wanted, rows, first, end, error));
        first = end;
    }

cleanup:
    rows_free(rows);
    free(numbers);
    return status;
}

// Leaves out the IDs that the tide has lost since it was read, with a file that was taken out. They
// need no proof: the commit finds that it was, and the file is read again.
static Status leave_out_revoked(const Proof *proof, IdSet *ids, Error *error)
{
    FeedTide now = {0};
    IdSet *gone = id_set_new();
    int64_t first = 0;
    int64_t last = 0;
    Status status = feed_tide_load(proof->store, proof->options->reading->feed, &now, error);

    for (int64_t from = 1; status == STATUS_OK && id_set_next_run(ids, from, &first, &last);
         from = last + 1) {
        for (int64_t id = first; id < last; id++)
            if (!tide_has(now.tide, id))
                (void)id_set_add(gone, id);
        if (!tide_has(now.tide, last))
            (void)id_set_add(gone, last);
        if (last == INT64_MAX)
            break;
    }
    id_set_remove_all(ids, gone);
    id_set_free(gone);
    feed_tide_clear(&now);
    return status;
}

static Status compare_window(Proof *proof, Error *error)
{
    Status status = STATUS_OK;
    IdSet *wanted = id_set_intersection(proof->window, proof->doubts);

    TRY(read_own_rows(proof, error));
    if (id_set_count(wanted) > 0)
        TRY(compare_all_archived(proof, wanted, error));
    id_set_remove_all(wanted, proof->compared);
    if (id_set_count(wanted) > 0)
        TRY(leave_out_revoked(proof, wanted, error));
    if (id_set_count(wanted) > 0)
        status = error_set(error, STATUS_CANNOT_READ,
                           "sequence ID %" PRId64 " (of %" PRId64 ") was counted before, but no "
                           "archived file has its row any more, so that it cannot be compared",
                           id_set_lowest(wanted), id_set_count(wanted));

cleanup:
    id_set_free(wanted);
    return status;
}

// As many as there is memory for. Each may have two rows there, and sorting takes as much again.
static int64_t window_size(const ProofOptions *options)
{
    size_t used_bytes = cells_bytes(options->count->cells);
    size_t left_bytes =
        options->memory_bytes_max > used_bytes ? options->memory_bytes_max - used_bytes : 0;
    int64_t ids = (int64_t)(left_bytes / (4 * sizeof(OwnRow)));

    return ids < PROOF_IDS_MIN ? PROOF_IDS_MIN : ids;
}

// Moves the lowest IDs from one set into a new one.
static IdSet *take_window(IdSet *left, int64_t room)
{
    IdSet *window = id_set_new();
    int64_t first = 0;
    int64_t last = 0;

    while (room > 0 && id_set_next_run(left, 1, &first, &last)) {
        if (last - first >= room)
            last = first + room - 1;
        id_set_add_range(window, first, last);
        id_set_remove_range(left, first, last);
        room -= last - first + 1;
    }
    return window;
}

// What the fingerprints leave in doubt. A file that is taken out still stands in them.
static Status find_doubts(Proof *proof, Error *error)
{
    const Count *count = proof->options->count;
    int64_t *numbers = NULL;
    Fingerprints *whole = NULL;
    Status status = STATUS_OK;

    proof->doubts = id_set_copy(count->duplicates);
    if (id_set_count(proof->doubts) == 0 || proof->options->taken_out != 0)
        return STATUS_OK;
    numbers = id_set_part_numbers(proof->doubts);
    status = feed_fingerprints_load(proof->store, proof->options->feed, numbers,
                                    id_set_part_count(proof->doubts), &whole, error);
    if (status == STATUS_OK)
        fingerprints_prove(whole, count->duplicate_fingerprints, proof->doubts);
    fingerprints_free(whole);
    free(numbers);
    return status;
}

// Both rows of the first conflict are read once more, to be shown.
static Status refuse(const Proof *proof, Error *error)
{
    Status status = STATUS_OK;
    const Conflict *first = &proof->first;
    ReadingOptions own = *proof->options->reading;
    ReadingOptions other = own;
    FoundRow row = {0};
    FoundRow other_row = {0};

    if (first->other_path != NULL) {
        other.path = first->other_path;
        other.name = first->other_name;
    }
    TRY(reading_find_row(&own, 0, first->line, &row, error));
    TRY(reading_find_row(&other, 0, first->other_line, &other_row, error));
    status = error_set(
        error, STATUS_DATA,
        "%" PRId64 " of its sequence IDs are in conflict, the first is %" PRId64 ": line %" PRId64
        " has %s, but line %" PRId64 " of %s%s%s, %s, has %s",
        id_set_count(proof->conflicts), first->id, first->line, row.text, first->other_line,
        first->other_name == NULL ? "the same file" : "\"",
        first->other_name == NULL ? "" : first->other_name, first->other_name == NULL ? "" : "\"",
        first->other_name == NULL ? "of the same ID" : "which was counted", other_row.text);

cleanup:
    free(row.text);
    free(other_row.text);
    return status;
}

Status prove_duplicates(Store *store, const ProofOptions *options, int64_t *out_conflicts,
                        Error *error)
{
    Status status = STATUS_OK;
    IdSet *left = NULL;
    Proof proof = {
        .options = options,
        .store = store,
        .compared = id_set_new(),
        .conflicts = id_set_new(),
    };

    TRY(find_doubts(&proof, error));
    left = id_set_copy(proof.doubts);
    id_set_add_all(left, options->count->repeated);
    while (id_set_count(left) > 0) {
        id_set_free(proof.window);
        proof.window = take_window(left, window_size(options));
        TRY(compare_window(&proof, error));
    }
    *out_conflicts = id_set_count(proof.conflicts);
    if (*out_conflicts > 0)
        status = refuse(&proof, error);

cleanup:
    id_set_free(left);
    id_set_free(proof.doubts);
    id_set_free(proof.window);
    id_set_free(proof.compared);
    id_set_free(proof.conflicts);
    free(proof.rows);
    free(proof.first.other_name);
    free(proof.first.other_path);
    return status;
}
