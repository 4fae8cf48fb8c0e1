#ifndef TIDEMARK_CATALOGUE_IMPORT_FILES_H
#define TIDEMARK_CATALOGUE_IMPORT_FILES_H

#include "catalogue/cell.h"
#include "store/statement.h"

#include <stddef.h>

/** What is done with the rows of a file once all are sound. */
typedef struct ImportStep {
    enum {
        STEP_NONE,    // the end of a file's steps
        STEP_PREPARE, // of no interest by itself
        STEP_APPLY,   // facts: gives how many rows were added and changed
        STEP_END,     // terms that are not there any more
        STEP_ADD,     // terms that are new
    } kind;
    const Statement *statement;
    size_t param_count; // of version, made_from
} ImportStep;

enum { IMPORT_FILES = 9, IMPORT_COLUMNS_MAX = 12, IMPORT_STEPS_MAX = 5 };

/** A file of the catalogue: its columns, and the statements for its rows. */
typedef struct ImportFile {
    const char *name;
    const Statement *copy; // line, is_sound, then the columns in order; a release is code and text
    const Statement
        *make; // terms of its rows, each of them one or several rows; NULL: rows are terms
    const Statement *check;             // gives line and message of each fault
    size_t check_param_count;           // of providers
    CellRule rules[IMPORT_COLUMNS_MAX]; // ended by a rule without a column
    ImportStep steps[IMPORT_STEPS_MAX];
} ImportFile;

/** In the order in which they refer to each other. */
extern const ImportFile import_files[IMPORT_FILES];

size_t import_file_columns(const ImportFile *file);

#endif
