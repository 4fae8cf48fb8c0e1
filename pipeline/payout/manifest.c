#include "payout/manifest.h"

#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

static const char schema[] = "tidemark.payout_run/1";

static json_t *sums_json(const ManifestFile *file)
{
    json_t *sums = json_object();

    for (size_t i = 0; i < file->sum_count; i++)
        json_object_set_new(sums, file->sums[i].currency, json_string(file->sums[i].amount));
    return sums;
}

static json_t *files_json(const Manifest *manifest)
{
    json_t *files = json_array();

    for (size_t i = 0; i < manifest->file_count; i++) {
        const ManifestFile *file = &manifest->files[i];

        json_array_append_new(files, json_pack("{s:s, s:I, s:s, s:I, s:o}", "name", file->name,
                                               "size_bytes", (json_int_t)file->size_bytes, "sha256",
                                               file->sha256, "records", (json_int_t)file->records,
                                               "sums", sums_json(file)));
    }
    return files;
}

char *manifest_print(const Manifest *manifest)
{
    json_t *document = json_pack(
        "{s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s?, s:s?, s:o, s:{s:s, s:s}}",
        "schema", schema, "run", (json_int_t)manifest->run, "previous_run",
        (json_int_t)(manifest->run - 1), "previous_manifest_sha256", manifest->previous_manifest,
        "program_version", manifest->program_version, "built_at", manifest->built_at,
        "execution_date", manifest->execution_date, "payer", manifest->payer, "first_accrual",
        (json_int_t)manifest->first_accrual, "last_accrual", (json_int_t)manifest->last_accrual,
        "period_from", manifest->period_from, "period_to", manifest->period_to, "files",
        files_json(manifest), "hash_totals", "requests", manifest->request_hash, "accounts",
        manifest->account_hash);
    assert(document != NULL); // all texts are UTF-8: they come from the database

    char *json = json_dumps(document, JSON_INDENT(2));
    char *bytes = text_format("%s\n", json);

    free(json);
    json_decref(document);
    return bytes;
}

static Status read_file(json_t *json, ManifestFile *out_file, Error *error)
{
    json_error_t fault;
    json_int_t size_bytes = 0;
    json_int_t records = 0;

    if (json_unpack_ex(json, &fault, 0, "{s:s, s:I, s:s, s:I}", "name", &out_file->name,
                       "size_bytes", &size_bytes, "sha256", &out_file->sha256, "records",
                       &records) != 0)
        return error_set(error, STATUS_DATA, "manifest: a file's entry: %s", fault.text);
    out_file->size_bytes = size_bytes;
    out_file->records = records;
    return STATUS_OK;
}

static Status read_files(json_t *files, Manifest *manifest, Error *error)
{
    Status status = STATUS_OK;

    if (!json_is_array(files) || json_array_size(files) > MANIFEST_FILES_MAX)
        return error_set(error, STATUS_DATA, "manifest: \"files\" is no list of at most %d files",
                         MANIFEST_FILES_MAX);
    manifest->file_count = json_array_size(files);
    for (size_t i = 0; i < manifest->file_count; i++)
        TRY(read_file(json_array_get(files, i), &manifest->files[i], error));

cleanup:
    return status;
}

static Status read_head(json_t *document, Manifest *manifest, Error *error)
{
    json_error_t fault;
    const char *named = NULL;
    json_int_t run = 0;
    json_int_t first = 0;
    json_int_t last = 0;

    if (json_unpack_ex(
            document, &fault, 0, "{s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:{s:s, s:s}}",
            "schema", &named, "run", &run, "previous_manifest_sha256", &manifest->previous_manifest,
            "program_version", &manifest->program_version, "built_at", &manifest->built_at,
            "execution_date", &manifest->execution_date, "payer", &manifest->payer, "first_accrual",
            &first, "last_accrual", &last, "hash_totals", "requests", &manifest->request_hash,
            "accounts", &manifest->account_hash) != 0)
        return error_set(error, STATUS_DATA, "manifest: %s", fault.text);
    if (!text_equal(named, schema))
        return error_set(error, STATUS_DATA, "manifest: its schema is \"%s\", expected \"%s\"",
                         named, schema);
    manifest->run = run;
    manifest->first_accrual = first;
    manifest->last_accrual = last;
    return STATUS_OK;
}

Status manifest_read(const char *bytes, size_t size_bytes, Manifest *out_manifest,
                     json_t **out_document, Error *error)
{
    Status status = STATUS_OK;
    json_error_t fault;
    Manifest manifest = {0};
    json_t *document = json_loadb(bytes, size_bytes, 0, &fault);

    if (document == NULL)
        TRY(error_set(error, STATUS_DATA, "manifest: line %d: %s", fault.line, fault.text));
    TRY(read_head(document, &manifest, error));
    TRY(read_files(json_object_get(document, "files"), &manifest, error));
    manifest.period_from = json_string_value(json_object_get(document, "period_from"));
    manifest.period_to = json_string_value(json_object_get(document, "period_to"));
    *out_manifest = manifest;
    *out_document = document;
    document = NULL;

cleanup:
    json_decref(document);
    return status;
}
