#include "payout/payee_sums.h"

#include "base/memory.h"
#include "sql.h"

#include <stdlib.h>

void payee_sums_add(PayeeSums *sums, Rows *taken_part)
{
    MEMORY_GROW(sums->parts, sums->part_count, sums->part_capacity);
    sums->parts[sums->part_count++] = taken_part;
}

static size_t count_rows(const PayeeSums *sums)
{
    size_t count = 0;

    for (size_t i = 0; i < sums->part_count; i++)
        count += rows_count(sums->parts[i]);
    return count;
}

Status payee_sums_enter(const PayeeSums *sums, Store *store, int64_t accrual, Day booked_on,
                        Error *error)
{
    size_t capacity = count_rows(sums);
    int64_t *payees = MEMORY_NEW(int64_t, capacity);
    const char **currencies = MEMORY_NEW(const char *, capacity);
    const char **kinds = MEMORY_NEW(const char *, capacity);
    const char **amounts = MEMORY_NEW(const char *, capacity);
    size_t count = 0;

    for (size_t i = 0; i < sums->part_count; i++) {
        for (size_t row = 0; row < rows_count(sums->parts[i]); row++, count++) {
            payees[count] = rows_int64(sums->parts[i], row, "payee");
            currencies[count] = rows_text(sums->parts[i], row, "currency");
            kinds[count] = rows_text(sums->parts[i], row, "kind");
            amounts[count] = rows_text(sums->parts[i], row, "amount");
        }
    }

    Status status =
        store_execute(store, &sql_post_earnings,
                      PARAMS(param_int64(accrual), param_day(booked_on),
                             param_int64_array(payees, count), param_text_array(currencies, count),
                             param_text_array(kinds, count), param_text_array(amounts, count)),
                      NULL, error);

    free(payees);
    free(currencies);
    free(kinds);
    free(amounts);
    return status;
}

void payee_sums_clear(PayeeSums *sums)
{
    for (size_t i = 0; i < sums->part_count; i++)
        rows_free(sums->parts[i]);
    free(sums->parts);
    *sums = (PayeeSums){0};
}
