#ifndef TIDEMARK_CATALOGUE_LOAD_H
#define TIDEMARK_CATALOGUE_LOAD_H

#include "catalogue/import_files.h"
#include "settings/faults.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct LoadedRows {
    int64_t count; // in the table
    bool are_all;  // every row of the file is there; else others' references to it cannot be judged
} LoadedRows;

/**
 * Reads a file into its temporary table, in the transaction that is open: CSV (libcsv, strict),
 * UTF-8 with or without a mark, columns by their names in the header, in any order. What is faulty
 * is added to `faults` with its line and reading goes on; a faulty value is null in the table.
 * STATUS_NO_INPUT, STATUS_PERMISSION, STATUS_CANNOT_READ: the file; or as copy_row().
 */
Status catalogue_load(Store *store, const ImportFile *file, const char *path, Faults *faults,
                      LoadedRows *out_loaded, Error *error);

#endif
