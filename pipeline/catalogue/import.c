#include "catalogue/catalogue.h"

#include "base/files.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "catalogue/import_files.h"
#include "catalogue/load.h"
#include "catalogue/version.h"
#include "sql.h"
#include "store/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/** No more faults than these are told, and how many more there are: who has so many has one reason. */
enum { IMPORT_FAULTS_MAX = 300 };

/** A file of the folder, and what became of its rows. */
typedef struct ImportedFile {
    char *path; // NULL: it is not there
    int64_t rows;
    int64_t items; // that the rows make: as many, but for splits
    int64_t added;
    int64_t changed;
    int64_t ended;
} ImportedFile;

typedef struct Import {
    Store *store;
    const char *folder;
    char *made_from; // the same as text: a path may be any bytes
    Faults *faults;
    const char **providers;
    size_t provider_count;
    int64_t version;  // that it makes, if it changes something
    bool is_readable; // all files are ours, and every row of them is one
    ImportedFile files[IMPORT_FILES];
} Import;

static bool find_file(const char *name, size_t *out_index)
{
    for (size_t i = 0; i < IMPORT_FILES; i++) {
        if (text_equal(name, import_files[i].name)) {
            *out_index = i;
            return true;
        }
    }
    return false;
}

/** A file that is none of ours, but might have been meant to be. */
static void tell_unknown_file(Import *import, const char *name)
{
    const char *names[IMPORT_FILES];
    char *path = path_join(import->folder, name);

    for (size_t i = 0; i < IMPORT_FILES; i++)
        names[i] = import_files[i].name;

    const char *nearest = text_nearest(name, names, IMPORT_FILES);

    import->is_readable = false;
    if (nearest == NULL)
        faults_add(import->faults, path, 0, "the catalogue has no such file");
    else
        faults_add(import->faults, path, 0, "the catalogue has no such file; the nearest is \"%s\"",
                   nearest);
    free(path);
}

static Status find_files(Import *import, Error *error)
{
    Status status = STATUS_OK;
    char **names = NULL;
    size_t count = 0;
    size_t found = 0;

    TRY(folder_list(import->folder, &names, &count, error));
    for (size_t i = 0; i < count; i++) {
        size_t index = 0;

        if (find_file(names[i], &index)) {
            import->files[index].path = path_join(import->folder, names[i]);
            found++;
        } else if (text_ends_with(names[i], ".csv")) {
            tell_unknown_file(import, names[i]);
        }
    }
    if (found == 0 && import->faults->count == 0)
        status = error_set(error, STATUS_NO_INPUT,
                           "folder \"%s\" has no file of the catalogue, such as releases.csv",
                           import->folder);

cleanup:
    names_free(names, count);
    return status;
}

static Status load_file(Import *import, size_t index, Error *error)
{
    Status status = STATUS_OK;
    LoadedRows loaded = {0};

    TRY(catalogue_load(import->store, &import_files[index], import->files[index].path,
                       import->faults, &loaded, error));
    import->files[index].rows = loaded.count;
    import->is_readable &= loaded.are_all;

cleanup:
    return status;
}

static Status load_files(Import *import, Error *error)
{
    Status status = STATUS_OK;

    TRY(store_execute(import->store, &sql_tune_import, NO_PARAMS, NULL, error));
    TRY(store_execute(import->store, &sql_create_import_tables, NO_PARAMS, NULL, error));
    for (size_t i = 0; i < IMPORT_FILES; i++)
        if (import->files[i].path != NULL)
            TRY(load_file(import, i, error));
    TRY(store_execute(import->store, &sql_fold_import_names, NO_PARAMS, NULL, error));
    TRY(store_execute(import->store, &sql_add_import_odd_codes, NO_PARAMS, NULL, error));
    TRY(store_execute(import->store, &sql_number_odd_codes, NO_PARAMS, NULL, error));
    TRY(store_execute(import->store, &sql_analyze_import_tables, NO_PARAMS, NULL, error));

cleanup:
    return status;
}

/** Where a fault that a statement finds belongs. */
typedef struct FaultPlace {
    Faults *faults;
    const char *path;
} FaultPlace;

static Status add_fault(void *context, const Rows *rows, size_t row, Error *error)
{
    const FaultPlace *place = context;

    (void)error;
    faults_add(place->faults, place->path, (int)rows_int64(rows, row, "line"), "%s",
               rows_text(rows, row, "message"));
    return STATUS_OK;
}

static Status check_file(Import *import, size_t index, Error *error)
{
    Status status = STATUS_OK;
    const ImportFile *rules = &import_files[index];
    ImportedFile *file = &import->files[index];
    Param providers = param_text_array(import->providers, import->provider_count);
    FaultPlace place = {.faults = import->faults, .path = file->path};

    file->items = file->rows;
    if (rules->make != NULL)
        TRY(store_execute(import->store, rules->make, NO_PARAMS, &file->items, error));
    TRY(store_query_each(import->store, rules->check,
                         (Params){.values = &providers, .count = rules->check_param_count},
                         add_fault, &place, error));

cleanup:
    return status;
}

/** In the order of the files and their lines, as a person mends them. */
static int compare_faults(const void *left_fault, const void *right_fault)
{
    const Fault *left = left_fault;
    const Fault *right = right_fault;
    size_t left_file = IMPORT_FILES; // files that are none of ours come last
    size_t right_file = IMPORT_FILES;

    (void)find_file(path_name(left->file), &left_file);
    (void)find_file(path_name(right->file), &right_file);
    if (left_file != right_file)
        return left_file < right_file ? -1 : 1;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return strcmp(left->message, right->message);
}

/** What refers to rows that could not be read is not judged: that would only repeat their faults. */
static Status check_files(Import *import, Error *error)
{
    Status status = STATUS_OK;

    for (size_t i = 0; i < IMPORT_FILES && import->is_readable; i++)
        if (import->files[i].path != NULL)
            TRY(check_file(import, i, error));
    if (import->faults->count > 0) {
        qsort(import->faults->faults, import->faults->count, sizeof(Fault), compare_faults);
        status = error_set(error, STATUS_DATA, "folder \"%s\": %zu faults; nothing was imported",
                           import->folder, import->faults->count + import->faults->untold);
    }

cleanup:
    return status;
}

static Status run_step(Import *import, const ImportStep *step, ImportedFile *file, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;
    int64_t affected = 0;
    const Param values[] = {param_int64(import->version), param_text(import->made_from)};
    Params params = {.values = values, .count = step->param_count};

    switch (step->kind) {
    case STEP_NONE:
        break;
    case STEP_PREPARE:
        TRY(store_execute(import->store, step->statement, params, NULL, error));
        break;
    case STEP_APPLY:
        TRY(store_query_row(import->store, step->statement, params, &rows, error));
        file->added += rows_int64(rows, 0, "added");
        file->changed += rows_int64(rows, 0, "changed");
        break;
    case STEP_END:
        TRY(store_execute(import->store, step->statement, params, &affected, error));
        file->ended += affected;
        break;
    case STEP_ADD:
        TRY(store_execute(import->store, step->statement, params, &affected, error));
        file->added += affected;
        break;
    }

cleanup:
    rows_free(rows);
    return status;
}

static Status apply_files(Import *import, Error *error)
{
    Status status = STATUS_OK;

    for (size_t i = 0; i < IMPORT_FILES; i++) {
        const ImportStep *steps = import_files[i].steps;

        for (size_t j = 0; import->files[i].path != NULL && steps[j].kind != STEP_NONE; j++)
            TRY(run_step(import, &steps[j], &import->files[i], error));
    }

cleanup:
    return status;
}

static json_t *describe_files(const Import *import, bool *out_is_changed)
{
    json_t *files = json_array();

    for (size_t i = 0; i < IMPORT_FILES; i++) {
        const ImportedFile *file = &import->files[i];

        if (file->path == NULL)
            continue;
        *out_is_changed |= file->added + file->changed + file->ended > 0;
        json_array_append_new(
            files, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "file", import_files[i].name,
                             "rows", json_wide(file->rows), "items", json_wide(file->items),
                             "added", json_wide(file->added), "changed", json_wide(file->changed),
                             "unchanged", json_wide(file->items - file->added - file->changed),
                             "ended", json_wide(file->ended)));
    }
    return files;
}

/** Only an import that changes something makes a version. */
static Status make_version(Import *import, json_t *files, Error *error)
{
    Status status = STATUS_OK;
    int64_t version = 0;
    char *summary = json_dumps(files, JSON_COMPACT);

    TRY(catalogue_new_version(import->store, import->made_from, summary, &version, error));
    assert(version == import->version); // locked since the import began

cleanup:
    free(summary);
    return status;
}

static Status lock_catalogue(Store *store, int64_t *out_next_version, Error *error)
{
    Status status = STATUS_OK;
    Rows *rows = NULL;

    TRY(store_query_row(store, &sql_lock_catalogue, NO_PARAMS, &rows, error));
    *out_next_version = rows_int64(rows, 0, "next_version");

cleanup:
    rows_free(rows);
    return status;
}

static void import_clear(Import *import)
{
    for (size_t i = 0; i < IMPORT_FILES; i++)
        free(import->files[i].path);
    free(import->providers);
    free(import->made_from);
}

Status catalogue_import(Store *store, const Settings *settings, const char *folder, Faults *faults,
                        CatalogueImport *out_import, Error *error)
{
    Status status = STATUS_OK;
    Import import = {.store = store,
                     .folder = folder,
                     .made_from = utf8_repaired(folder),
                     .faults = faults,
                     .is_readable = true,
                     .providers = MEMORY_NEW(const char *, settings->provider_count),
                     .provider_count = settings->provider_count};
    json_t *files = NULL;
    bool is_changed = false;

    faults->kept_max = IMPORT_FAULTS_MAX;
    for (size_t i = 0; i < settings->provider_count; i++)
        import.providers[i] = settings->providers[i].name;
    TRY(find_files(&import, error));
    TRY(lock_catalogue(store, &import.version, error));
    TRY(load_files(&import, error));
    TRY(check_files(&import, error));
    TRY(apply_files(&import, error));
    files = describe_files(&import, &is_changed);
    if (is_changed)
        TRY(make_version(&import, files, error));
    *out_import = (CatalogueImport){.version = is_changed ? import.version : 0, .files = files};
    files = NULL; // the caller's from here on

cleanup:
    json_decref(files);
    import_clear(&import);
    return status;
}
