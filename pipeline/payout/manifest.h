#ifndef TIDEMARK_PAYOUT_MANIFEST_H
#define TIDEMARK_PAYOUT_MANIFEST_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/**
 * manifest.json of a payout run: what an auditor holds the other files against, and a link to the
 * run before by its digest, so that none can be taken out or exchanged later.
 *
 * Texts are borrowed; amounts are texts. Pure: same manifest, same bytes.
 */
typedef struct ManifestSum {
    const char *currency;
    const char *amount;
} ManifestSum;

typedef struct ManifestFile {
    const char *name;
    const char *sha256;
    int64_t size_bytes;
    int64_t records;
    const ManifestSum *sums; // by currency
    size_t sum_count;
} ManifestFile;

enum { MANIFEST_FILES_MAX = 16 };

typedef struct Manifest {
    int64_t run;
    const char *previous_manifest; // SHA-256 of the run before; "" for the first
    const char *program_version;
    const char *built_at;
    const char *execution_date;
    const char *payer;
    int64_t first_accrual;
    int64_t last_accrual;
    const char *period_from; // service days; NULL where there are none
    const char *period_to;
    const char *request_hash; // sum of request number × attempt, modulo 10^12
    const char *account_hash; // sum of the accounts' digits as numbers, modulo 10^10
    ManifestFile files[MANIFEST_FILES_MAX];
    size_t file_count;
} Manifest;

/** The file's bytes, terminated; the caller's, for free(). */
char *manifest_print(const Manifest *manifest);

/**
 * Reads a manifest's bytes; its texts are borrowed from *out_document, the caller's, for
 * json_decref(). Sums are left out. STATUS_DATA: it is none, the sentence says where.
 */
Status manifest_read(const char *bytes, size_t size_bytes, Manifest *out_manifest,
                     json_t **out_document, Error *error);

#endif
