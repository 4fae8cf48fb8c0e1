#ifndef TIDEMARK_BASE_EXACT_H
#define TIDEMARK_BASE_EXACT_H

#include "base/decimal.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * An exact decimal that grows with what is done to it, for products and their sums: streams × rate ×
 * share. Sign, whole number and place of the point, as PostgreSQL's numeric; there is no rounding.
 *
 *     -0.0040  =  - 40 · 10^-4        limbs {40}, digits_behind 4
 *
 * 768 bits hold every number of 231 digits: a reported amount (38 digits on either side of the
 * point, more before it in a sum) times a rate and a share of 12 decimals each takes half of them.
 * What does not fit is refused, never cut.
 */
enum {
    EXACT_LIMBS = 12,
    EXACT_DIGITS_MAX = 231,                 // behind the point, and in all
    EXACT_TEXT_BYTES = EXACT_DIGITS_MAX + 5 // sign, a zero, point, NUL
};

/** {0} is 0. */
typedef struct Exact {
    uint64_t limbs[EXACT_LIMBS]; // of the magnitude, least significant first; 0 from limb_count on
    uint32_t limb_count;
    uint32_t digits_behind; // of the magnitude's digits, how many stand behind the point
    bool is_negative;
} Exact;

Exact exact_from_int64(int64_t number);
Exact exact_from_decimal(const Decimal *decimal);
/** Reads what PostgreSQL prints of a numeric: optional minus, digits, perhaps a point. False: it is
 * no such number (NaN), or too long. */
bool exact_parse(Slice text, Exact *out_exact);

/** False: the product does not fit. `product` may be one of the two. */
bool exact_multiply(const Exact *left, const Exact *right, Exact *product);
/** False: the sum does not fit, and is as it was. */
bool exact_add(Exact *sum, const Exact *more);

/** -1, 0 or 1: left is less than, equal to or greater than right. */
int exact_compare(const Exact *left, const Exact *right);

/** Writes it as trim_scale() and text do in SQL: without zeros at the end ("-0.004", "12"). Returns
 * how many bytes it wrote before the NUL. */
size_t exact_print(const Exact *exact, char text[EXACT_TEXT_BYTES]);
/** Without zeros at the end, too. */
Numeric exact_to_numeric(const Exact *exact);

#endif
