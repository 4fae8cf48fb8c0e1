#include "aggregate/codes.h"

#include "base/memory.h"

#include <stdlib.h>

enum { CODES_MIN = 1024 };

static int compare_codes(const void *of_left, const void *of_right)
{
    const Code *left = of_left;
    const Code *right = of_right;

    return (*left > *right) - (*left < *right);
}

void codes_settle(Codes *codes)
{
    size_t kept = 0;

    if (codes->count > 0)
        qsort(codes->codes, codes->count, sizeof codes->codes[0], compare_codes);
    for (size_t i = 0; i < codes->count; i++)
        if (kept == 0 || codes->codes[kept - 1] != codes->codes[i])
            codes->codes[kept++] = codes->codes[i];
    codes->count = kept;
}

void codes_add(Codes *codes, Code code)
{
    if (codes->count > 0 && codes->codes[codes->count - 1] == code)
        return; // chunks are sorted: most that come again do so at once
    if (codes->count == codes->capacity) {
        codes_settle(codes);
        if (codes->count >= codes->capacity / 2) {
            codes->capacity = codes->capacity == 0 ? CODES_MIN : 2 * codes->capacity;
            codes->codes = memory_resize(codes->codes, codes->capacity, sizeof codes->codes[0]);
        }
    }
    codes->codes[codes->count++] = code;
}

bool codes_have(const Codes *codes, Code code)
{
    return codes->count > 0 &&
           bsearch(&code, codes->codes, codes->count, sizeof code, compare_codes) != NULL;
}

Status codes_read(Codes *codes, Store *store, const Statement *statement, Params params,
                  const char *column, Error *error)
{
    Rows *rows = NULL;
    Status status = store_query(store, statement, params, &rows, error);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < rows_count(rows); i++)
        codes_add(codes, rows_int64(rows, i, column));
    codes_settle(codes);
    rows_free(rows);
    return STATUS_OK;
}

void codes_free(Codes *codes)
{
    free(codes->codes);
    *codes = (Codes){0};
}
