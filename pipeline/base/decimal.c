#include "base/decimal.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

enum {
    LIMBS = 5,
    CHUNK_DIGITS = 19, // the most whose every value fits 64 bits
    // A magnitude below 2^319 has 97 digits. Rounded up to groups of four around the point:
    INTEGER_DIGITS = 60,
    FRACTION_DIGITS = 40,
    SUM_INTEGER_DIGITS_MAX = 58, // each number of 58 + 38 digits is below 2^319
    GROUP_DIGITS = 4,
    GROUPS = (INTEGER_DIGITS + FRACTION_DIGITS) / GROUP_DIGITS,
};

_Static_assert((int)GROUPS <= (int)NUMERIC_GROUPS_MAX, "all groups fit a Numeric");
_Static_assert((int)INTEGER_DIGITS + (int)DECIMAL_DIGITS_MAX + 3 <= (int)DECIMAL_TEXT_BYTES,
               "all digits, sign, point and NUL fit a text");

// clang-format off
static const uint64_t powers_of_ten[CHUNK_DIGITS + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
    100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000,
    10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000U,
};
// clang-format on

static void multiply_add(Decimal *decimal, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < LIMBS; i++) {
        Wide product = (Wide)decimal->limbs[i] * factor + carry;

        decimal->limbs[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
}

static void multiply_by_power_of_ten(Decimal *decimal, int64_t exponent)
{
    for (; exponent > CHUNK_DIGITS; exponent -= CHUNK_DIGITS)
        multiply_add(decimal, powers_of_ten[CHUNK_DIGITS], 0);
    multiply_add(decimal, powers_of_ten[exponent], 0);
}

// Divides a magnitude and returns the remainder.
static uint64_t divide(Decimal *magnitude, uint64_t divisor)
{
    uint64_t remainder = 0;

    for (size_t i = LIMBS; i-- > 0;) {
        Wide dividend = (Wide)remainder << 64 | magnitude->limbs[i];

        if (dividend == 0)
            continue;
        magnitude->limbs[i] = (uint64_t)(dividend / divisor);
        remainder = (uint64_t)(dividend % divisor);
    }
    return remainder;
}

// A number as it is written: ±digits[.digits]E±exponent
typedef struct Written {
    bool is_negative;
    Slice mantissa;
    int64_t exponent;
} Written;

// Reads an exponent's digits. One beyond all sense stays where it is: it is too long in any case.
static bool read_exponent(Slice text, int64_t *out_exponent)
{
    bool is_negative = text.size_bytes > 0 && text.bytes[0] == '-';
    size_t i = is_negative || (text.size_bytes > 0 && text.bytes[0] == '+') ? 1 : 0;
    int64_t exponent = 0;

    if (i == text.size_bytes)
        return false;
    for (; i < text.size_bytes; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        if (exponent < INT64_MAX / 100)
            exponent = exponent * 10 + (text.bytes[i] - '0');
    }
    *out_exponent = is_negative ? -exponent : exponent;
    return true;
}

// Takes the number apart; its mantissa is not checked yet.
static bool split(Slice text, Written *out_written)
{
    Written written = {0};

    if (text.size_bytes == 0)
        return false;
    if (text.bytes[0] == '-' || text.bytes[0] == '+') {
        written.is_negative = text.bytes[0] == '-';
        text.bytes++;
        text.size_bytes--;
    } else if (text.bytes[text.size_bytes - 1] == '-') {
        written.is_negative = true;
        text.size_bytes--;
    }

    written.mantissa = text;
    for (size_t i = 0; i < text.size_bytes; i++) {
        if (text.bytes[i] != 'e' && text.bytes[i] != 'E')
            continue;
        written.mantissa.size_bytes = i;
        if (!read_exponent((Slice){text.bytes + i + 1, text.size_bytes - i - 1}, &written.exponent))
            return false;
        break;
    }
    *out_written = written;
    return true;
}

// What a mantissa's digits are worth: digit i, from 0, stands for 10^(integer_digits - 1 - i).
typedef struct Digits {
    int64_t count;
    int64_t integer_digits;
    int64_t first; // that is not 0, and the last; -1 where all are 0
    int64_t last;
} Digits;

static bool measure(Slice mantissa, char point, Digits *out_digits)
{
    Digits digits = {.integer_digits = -1, .first = -1, .last = -1};

    for (size_t i = 0; i < mantissa.size_bytes; i++) {
        char byte = mantissa.bytes[i];

        if (byte == point && digits.integer_digits < 0) {
            digits.integer_digits = digits.count;
            continue;
        }
        if (byte < '0' || byte > '9')
            return false;
        if (byte != '0') {
            digits.last = digits.count;
            if (digits.first < 0)
                digits.first = digits.count;
        }
        digits.count++;
    }
    if (digits.integer_digits < 0)
        digits.integer_digits = digits.count;
    *out_digits = digits;
    return digits.count > 0;
}

// The digits from the first to the last that is not 0, as a whole number.
static Decimal whole_number(Slice mantissa, char point, const Digits *digits)
{
    Decimal number = {{0}};
    uint64_t chunk = 0;
    size_t chunk_digits = 0;
    int64_t index = 0;

    for (const char *byte = mantissa.bytes; index <= digits->last; byte++) {
        if (*byte == point)
            continue;
        if (index++ < digits->first)
            continue;
        chunk = chunk * 10 + (uint64_t)(*byte - '0');
        if (++chunk_digits == CHUNK_DIGITS) {
            multiply_add(&number, powers_of_ten[CHUNK_DIGITS], chunk);
            chunk = 0;
            chunk_digits = 0;
        }
    }
    multiply_add(&number, powers_of_ten[chunk_digits], chunk);
    return number;
}

static DecimalParse parse(Slice text, char point, int64_t integer_digits_max, Decimal *out_decimal)
{
    Written written = {0};
    Digits digits = {0};

    if (!split(text, &written) || !measure(written.mantissa, point, &digits))
        return DECIMAL_NOT_A_NUMBER;
    if (digits.first < 0) {
        *out_decimal = (Decimal){{0}};
        return DECIMAL_PARSED;
    }

    int64_t highest_power = digits.integer_digits - 1 - digits.first + written.exponent;
    int64_t lowest_power = digits.integer_digits - 1 - digits.last + written.exponent;

    if (highest_power >= integer_digits_max || lowest_power < -DECIMAL_DIGITS_MAX)
        return DECIMAL_TOO_LONG;

    Decimal decimal = whole_number(written.mantissa, point, &digits);

    multiply_by_power_of_ten(&decimal, lowest_power + DECIMAL_DIGITS_MAX);
    if (written.is_negative)
        decimal_negate(&decimal);
    *out_decimal = decimal;
    return DECIMAL_PARSED;
}

DecimalParse decimal_parse(Slice text, char point, Decimal *out_decimal)
{
    return parse(text, point, DECIMAL_DIGITS_MAX, out_decimal);
}

DecimalParse decimal_parse_sum(Slice text, Decimal *out_decimal)
{
    return parse(text, '.', SUM_INTEGER_DIGITS_MAX, out_decimal);
}

Decimal decimal_from_int64(int64_t number)
{
    return decimal_from_units(number, 0);
}

Decimal decimal_from_units(int64_t units, unsigned digits_behind)
{
    uint64_t magnitude = units < 0 ? 0 - (uint64_t)units : (uint64_t)units;
    Decimal decimal = {{magnitude}};

    assert(digits_behind <= DECIMAL_DIGITS_MAX);
    multiply_by_power_of_ten(&decimal, DECIMAL_DIGITS_MAX - (int64_t)digits_behind);
    if (units < 0)
        decimal_negate(&decimal);
    return decimal;
}

void decimal_add(Decimal *sum, const Decimal *more)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        Wide total = (Wide)sum->limbs[i] + more->limbs[i] + carry;

        sum->limbs[i] = (uint64_t)total;
        carry = (uint64_t)(total >> 64);
    }
}

void decimal_negate(Decimal *decimal)
{
    uint64_t carry = 1;

    for (size_t i = 0; i < LIMBS; i++) {
        decimal->limbs[i] = ~decimal->limbs[i] + carry;
        carry = carry == 1 && decimal->limbs[i] == 0 ? 1 : 0;
    }
}

bool decimal_is_zero(const Decimal *decimal)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < LIMBS; i++)
        bits |= decimal->limbs[i];
    return bits == 0;
}

bool decimal_is_negative(const Decimal *decimal)
{
    return decimal->limbs[LIMBS - 1] >> 63 == 1;
}

bool decimal_equal(const Decimal *left, const Decimal *right)
{
    return memcmp(left->limbs, right->limbs, sizeof left->limbs) == 0;
}

// The digits of an amount without its sign, the most significant first: INTEGER_DIGITS before the
// point, FRACTION_DIGITS behind it, of which the last two are always 0.
static void write_digits(const Decimal *decimal, char digits[INTEGER_DIGITS + FRACTION_DIGITS])
{
    Decimal magnitude = *decimal;
    int chunk_end = INTEGER_DIGITS + DECIMAL_DIGITS_MAX;

    if (decimal_is_negative(&magnitude))
        decimal_negate(&magnitude);
    memset(digits, 0, INTEGER_DIGITS + FRACTION_DIGITS);
    for (; !decimal_is_zero(&magnitude); chunk_end -= CHUNK_DIGITS) {
        uint64_t chunk = divide(&magnitude, powers_of_ten[CHUNK_DIGITS]);

        for (int i = chunk_end - 1; chunk > 0; i--) {
            digits[i] = (char)(chunk % 10);
            chunk /= 10;
        }
    }
}

// How many digits behind the point there are up to the last that is not 0.
static int count_fraction_digits(const char digits[INTEGER_DIGITS + FRACTION_DIGITS])
{
    int count = FRACTION_DIGITS;

    while (count > 0 && digits[INTEGER_DIGITS + count - 1] == 0)
        count--;
    return count;
}

const char *decimal_print(const Decimal *decimal, char text[DECIMAL_TEXT_BYTES])
{
    char digits[INTEGER_DIGITS + FRACTION_DIGITS];
    char *end = text;
    int first = 0;

    write_digits(decimal, digits);
    int fraction_digits = count_fraction_digits(digits);

    while (first < INTEGER_DIGITS - 1 && digits[first] == 0)
        first++;
    if (decimal_is_negative(decimal))
        *end++ = '-';
    for (int i = first; i < INTEGER_DIGITS + fraction_digits; i++) {
        if (i == INTEGER_DIGITS)
            *end++ = '.';
        *end++ = (char)('0' + digits[i]);
    }
    *end = '\0';
    return text;
}

Numeric decimal_to_numeric(const Decimal *decimal)
{
    char digits[INTEGER_DIGITS + FRACTION_DIGITS];
    int16_t groups[GROUPS];
    int first = 0;
    int end = GROUPS;
    Numeric numeric = {.is_negative = decimal_is_negative(decimal)};

    if (decimal_is_zero(decimal))
        return numeric;
    write_digits(decimal, digits);
    for (int i = 0; i < GROUPS; i++) {
        const char *group = digits + (ptrdiff_t)i * GROUP_DIGITS;

        groups[i] = (int16_t)(((group[0] * 10 + group[1]) * 10 + group[2]) * 10 + group[3]);
    }
    while (groups[first] == 0)
        first++;
    while (groups[end - 1] == 0)
        end--;

    numeric.group_count = (int16_t)(end - first);
    numeric.weight = (int16_t)(INTEGER_DIGITS / GROUP_DIGITS - 1 - first);
    numeric.scale = (int16_t)count_fraction_digits(digits);
    memcpy(numeric.groups, groups + first, (size_t)(end - first) * sizeof groups[0]);
    return numeric;
}
