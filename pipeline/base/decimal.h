#ifndef TIDEMARK_BASE_DECIMAL_H
#define TIDEMARK_BASE_DECIMAL_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * An exact decimal for amounts as providers report them: up to 38 digits before and 38 after the
 * point.
 *
 * A two's complement integer of 320 bits in units of 10^-38, least significant limb first. The
 * largest amount needs 253 bits, so that 2^63 of them still add up without overflow. There is no
 * rounding.
 */
typedef struct Decimal {
    uint64_t limbs[5];
} Decimal;

enum {
    DECIMAL_DIGITS_MAX = 38,  // on either side of the point
    DECIMAL_TEXT_BYTES = 104, // sign, 59 digits that a sum may grow to, point, 38 digits, NUL
    NUMERIC_GROUPS_MAX = 60   // of four digits: what the longest Exact (exact.h) has
};

typedef enum DecimalParse {
    DECIMAL_PARSED,
    DECIMAL_NOT_A_NUMBER,
    DECIMAL_TOO_LONG, // more than 38 digits on a side that are not zeros at its outer end
} DecimalParse;

/**
 * Reads a number: optional sign, digits with at most one point (or comma, when `point` is ','), no
 * leading zero needed (".5"), optional exponent ("1.5E-7"). A minus behind the number ("12.50-"),
 * as accounting systems write it, is read too. Nothing else: no grouping, no currency sign, no
 * white space.
 */
DecimalParse decimal_parse(Slice text, char point, Decimal *out_decimal);
/** The same of a sum of such amounts as SQL writes it, of up to 58 digits before the point. */
DecimalParse decimal_parse_sum(Slice text, Decimal *out_decimal);

Decimal decimal_from_int64(int64_t number);
/** So many units of the last of its digits behind the point, DECIMAL_DIGITS_MAX at most: -12345 and 2
 * are -123.45. */
Decimal decimal_from_units(int64_t units, unsigned digits_behind);
void decimal_add(Decimal *sum, const Decimal *more);
void decimal_negate(Decimal *decimal);
bool decimal_is_zero(const Decimal *decimal);
bool decimal_is_negative(const Decimal *decimal);
bool decimal_equal(const Decimal *left, const Decimal *right);

/** Writes it with a point, without zeros at the end ("-0.004", "12"), and returns `text`. */
const char *decimal_print(const Decimal *decimal, char text[DECIMAL_TEXT_BYTES]);

/** PostgreSQL's binary form of numeric: base 10000 groups, the first of weight `weight`. */
typedef struct Numeric {
    int16_t group_count;
    int16_t weight;
    bool is_negative;
    int16_t scale; // decimal digits after the point
    int16_t groups[NUMERIC_GROUPS_MAX];
} Numeric;

Numeric decimal_to_numeric(const Decimal *decimal);

#endif
