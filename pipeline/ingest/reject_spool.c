#include "ingest/reject_spool.h"

#include "base/csv_file.h"
#include "base/files.h"
#include "base/memory.h"
#include "sql.h"
#include "store/copy.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REJECT_TEXTS = 4, REJECT_FIELDS = 7 };

// A record: this, then the bytes of column, found, expected and raw.
typedef struct RecordHead {
    int64_t line;
    int64_t reason;
    size_t sizes_bytes[REJECT_TEXTS];
} RecordHead;

struct RejectSpool {
    char *folder;
    FILE *file; // NULL: no reject has come
    int64_t count;
    Text texts; // of the record that was read last
};

RejectSpool *reject_spool_new(const char *folder)
{
    RejectSpool *spool = MEMORY_NEW(RejectSpool, 1);

    spool->folder = memory_copy_text(folder);
    return spool;
}

void reject_spool_free(RejectSpool *spool)
{
    if (spool == NULL)
        return;
    if (spool->file != NULL)
        (void)fclose(spool->file); // it has no name, and what it held is no longer wanted
    text_free(&spool->texts);
    free(spool->folder);
    free(spool);
}

int64_t reject_spool_count(const RejectSpool *spool)
{
    return spool->count;
}

static Status make_file(RejectSpool *spool, Error *error)
{
    Status status = STATUS_OK;
    char *path = path_join(spool->folder, ".rejects-XXXXXX");
    int descriptor = -1;

    TRY(folder_make(spool->folder, error));
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor < 0 || unlink(path) != 0 || (spool->file = fdopen(descriptor, "w+")) == NULL) {
        status = error_set_errno(error, STATUS_CANNOT_WRITE, "could not make a file in \"%s\"",
                                 spool->folder);
        goto cleanup;
    }
    descriptor = -1; // the stream's from here on

cleanup:
    if (descriptor >= 0)
        (void)close(descriptor);
    free(path);
    return status;
}

static bool put(FILE *file, const void *bytes, size_t size_bytes)
{
    return fwrite(bytes, 1, size_bytes, file) == size_bytes;
}

static bool put_record(FILE *file, const Reject *reject)
{
    const Slice texts[REJECT_TEXTS] = {reject->column, reject->found, reject->expected,
                                       reject->raw};
    RecordHead head = {.line = reject->line, .reason = reject->reason};

    for (size_t i = 0; i < REJECT_TEXTS; i++)
        head.sizes_bytes[i] = texts[i].size_bytes;

    bool is_put = put(file, &head, sizeof head);

    for (size_t i = 0; i < REJECT_TEXTS && is_put; i++)
        is_put = texts[i].size_bytes == 0 || put(file, texts[i].bytes, texts[i].size_bytes);
    return is_put;
}

Status reject_spool_add(RejectSpool *spool, const RejectList *rejects, Error *error)
{
    Status status = STATUS_OK;

    if (rejects->count == 0)
        return STATUS_OK;
    if (spool->file == NULL)
        TRY(make_file(spool, error));
    for (size_t i = 0; i < rejects->count; i++)
        if (!put_record(spool->file, &rejects->rejects[i]))
            return error_set_errno(error, STATUS_CANNOT_WRITE,
                                   "could not write to a file in \"%s\"", spool->folder);
    spool->count += (int64_t)rejects->count;

cleanup:
    return status;
}

static bool take_record(RejectSpool *spool, Reject *out_reject)
{
    RecordHead head;
    char buffer[4096];
    Slice texts[REJECT_TEXTS];
    size_t left = 0;
    size_t offset = 0;

    if (fread(&head, sizeof head, 1, spool->file) != 1)
        return false;
    for (size_t i = 0; i < REJECT_TEXTS; i++)
        left += head.sizes_bytes[i];
    text_clear(&spool->texts);
    while (left > 0) {
        size_t piece = left < sizeof buffer ? left : sizeof buffer;

        if (fread(buffer, 1, piece, spool->file) != piece)
            return false;
        text_append_slice(&spool->texts, (Slice){.bytes = buffer, .size_bytes = piece});
        left -= piece;
    }
    for (size_t i = 0; i < REJECT_TEXTS; i++) {
        texts[i] =
            (Slice){.bytes = text_bytes(&spool->texts) + offset, .size_bytes = head.sizes_bytes[i]};
        offset += head.sizes_bytes[i];
    }
    *out_reject = (Reject){
        .line = head.line,
        .column = texts[0],
        .reason = (RejectReason)head.reason,
        .found = texts[1],
        .expected = texts[2],
        .raw = texts[3],
    };
    return true;
}

typedef Status RejectFunction(void *context, const Reject *reject, Error *error);

// Reads the spool through, from its beginning.
static Status for_each(RejectSpool *spool, RejectFunction *each, void *context, Error *error)
{
    if (spool->count == 0)
        return STATUS_OK;
    if (fseek(spool->file, 0, SEEK_SET) != 0)
        return error_set_errno(error, STATUS_CANNOT_READ, "could not read a file in \"%s\"",
                               spool->folder);
    for (int64_t i = 0; i < spool->count; i++) {
        Reject reject;

        if (!take_record(spool, &reject))
            return error_set_errno(error, STATUS_CANNOT_READ, "could not read a file in \"%s\"",
                                   spool->folder);

        Status status = each(context, &reject, error);

        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static Status write_row(void *context, const Reject *reject, Error *error)
{
    char line[24];

    (void)snprintf(line, sizeof line, "%" PRId64, reject->line);
    return csv_file_row(context,
                        (CsvCell[]){csv_value(line),
                                    {.bytes = reject->column},
                                    csv_value(reject_reason_key(reject->reason)),
                                    {.bytes = reject->found},
                                    {.bytes = reject->expected},
                                    {.bytes = reject->raw}},
                        error);
}

Status reject_spool_write_csv(RejectSpool *spool, const char *path, Error *error)
{
    static const char *const columns[] = {"line", "column", "reason", "found", "expected", "raw"};
    Status status = STATUS_OK;
    CsvFile *file = NULL;
    char *folder = path_folder(path);

    TRY(folder_make(folder, error));
    TRY(csv_file_open(path, CSV_GZIP, columns, COUNT_OF(columns), &file, error));
    TRY(for_each(spool, write_row, file, error));
    TRY(csv_file_commit(file, NULL, error));

cleanup:
    csv_file_close(file);
    free(folder);
    return status;
}

typedef struct CopyContext {
    Copy *copy;
    int64_t report_file;
} CopyContext;

static Status copy_reject(void *context, const Reject *reject, Error *error)
{
    CopyContext *into = context;
    Status status = copy_row(into->copy, REJECT_FIELDS, error);

    if (status != STATUS_OK)
        return status;
    copy_int64(into->copy, into->report_file);
    copy_int64(into->copy, reject->line);
    copy_bytes(into->copy, reject->column);
    copy_text(into->copy, slice_of(reject_reason_key(reject->reason)));
    copy_bytes(into->copy, reject->found);
    copy_text(into->copy, reject->expected);
    copy_bytes(into->copy, reject->raw);
    return STATUS_OK;
}

Status reject_spool_copy(RejectSpool *spool, Store *store, int64_t report_file, Error *error)
{
    Status status = STATUS_OK;
    CopyContext into = {.report_file = report_file};

    if (spool->count == 0)
        return STATUS_OK;
    TRY(copy_begin(store, &sql_copy_reject, &into.copy, error));
    TRY(for_each(spool, copy_reject, &into, error));
    TRY(copy_end(into.copy, NULL, error));

cleanup:
    copy_free(into.copy);
    return status;
}
