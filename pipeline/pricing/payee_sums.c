#include "pricing/payee_sums.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

void payee_sums_add(PayeeSums *sums, Rows *taken_part)
{
    MEMORY_GROW(sums->parts, sums->part_count, sums->part_capacity);
    sums->parts[sums->part_count++] = taken_part;
}

void payee_sums_move(PayeeSums *sums, PayeeSums *taken)
{
    for (size_t i = 0; i < taken->part_count; i++)
        payee_sums_add(sums, taken->parts[i]);
    taken->part_count = 0;
    payee_sums_clear(taken);
}

static size_t count_rows(const PayeeSums *sums)
{
    size_t count = 0;

    for (size_t i = 0; i < sums->part_count; i++)
        count += rows_count(sums->parts[i]);
    return count;
}

/** A column of all parts, one behind the other; the array is the caller's, for free(). */
static const char **texts_of(const PayeeSums *sums, size_t count, const char *column)
{
    const char **texts = MEMORY_NEW(const char *, count);
    size_t place = 0;

    for (size_t i = 0; i < sums->part_count; i++)
        for (size_t row = 0; row < rows_count(sums->parts[i]); row++)
            texts[place++] = rows_text(sums->parts[i], row, column);
    return texts;
}

Status payee_sums_enter(const PayeeSums *sums, Store *store, int64_t accrual, Day booked_on,
                        Error *error)
{
    static const char *const columns[] = {"payee",  "currency",  "kind",
                                          "amount", "first_day", "last_day"};
    size_t count = count_rows(sums);
    const char **texts[COUNT_OF(columns)];
    Param arrays[COUNT_OF(columns)];

    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        texts[i] = texts_of(sums, count, columns[i]);
        arrays[i] = param_text_array(texts[i], count);
    }

    Status status = store_execute(store, &sql_post_earnings,
                                  PARAMS(param_int64(accrual), param_day(booked_on), arrays[0],
                                         arrays[1], arrays[2], arrays[3], arrays[4], arrays[5]),
                                  NULL, error);

    for (size_t i = 0; i < COUNT_OF(columns); i++)
        free(texts[i]);
    return status;
}

void payee_sums_clear(PayeeSums *sums)
{
    for (size_t i = 0; i < sums->part_count; i++)
        rows_free(sums->parts[i]);
    free(sums->parts);
    *sums = (PayeeSums){0};
}
