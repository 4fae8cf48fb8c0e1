#include "base/exact.h"

#include <assert.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

enum {
    CHUNK_DIGITS = 19, // the most whose every value fits 64 bits
    DIGITS_BYTES = (EXACT_LIMBS + 1) * CHUNK_DIGITS
};

// clang-format off
static const uint64_t powers_of_ten[CHUNK_DIGITS + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
    100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000,
    10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000U,
};
// clang-format on

// Multiplies a magnitude by a factor and adds to it. False: it does not fit.
static bool multiply_limbs(Exact *exact, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < exact->limb_count; i++) {
        Wide product = (Wide)exact->limbs[i] * factor + carry;

        exact->limbs[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    if (carry == 0)
        return true;
    if (exact->limb_count == EXACT_LIMBS)
        return false;
    exact->limbs[exact->limb_count++] = carry;
    return true;
}

static void drop_empty_limbs(Exact *exact)
{
    while (exact->limb_count > 0 && exact->limbs[exact->limb_count - 1] == 0)
        exact->limb_count--;
}

// Divides a magnitude by at most 10^19, and returns the remainder.
static uint64_t divide_limbs(Exact *exact, uint64_t divisor)
{
    uint64_t remainder = 0;

    if (exact->limb_count == 1) { // nearly always
        remainder = exact->limbs[0] % divisor;
        exact->limbs[0] /= divisor;
    } else {
        for (size_t i = exact->limb_count; i-- > 0;) {
            Wide dividend = (Wide)remainder << 64 | exact->limbs[i];

            exact->limbs[i] = (uint64_t)(dividend / divisor);
            remainder = (uint64_t)(dividend % divisor);
        }
    }
    drop_empty_limbs(exact);
    return remainder;
}

// Writes more zeros behind the point; the number stays the same.
static bool scale_to(Exact *exact, uint32_t digits_behind)
{
    uint32_t digits = digits_behind - exact->digits_behind;

    assert(digits_behind >= exact->digits_behind);
    for (; digits > CHUNK_DIGITS; digits -= CHUNK_DIGITS)
        if (!multiply_limbs(exact, powers_of_ten[CHUNK_DIGITS], 0))
            return false;
    exact->digits_behind = digits_behind;
    return multiply_limbs(exact, powers_of_ten[digits], 0);
}

static int compare_magnitudes(const Exact *left, const Exact *right)
{
    if (left->limb_count != right->limb_count)
        return left->limb_count < right->limb_count ? -1 : 1;
    for (size_t i = left->limb_count; i-- > 0;)
        if (left->limbs[i] != right->limbs[i])
            return left->limbs[i] < right->limbs[i] ? -1 : 1;
    return 0;
}

static bool add_magnitude(Exact *sum, const Exact *more)
{
    uint64_t carry = 0;
    uint32_t count = sum->limb_count > more->limb_count ? sum->limb_count : more->limb_count;

    for (size_t i = 0; i < count; i++) {
        Wide total = (Wide)sum->limbs[i] + more->limbs[i] + carry;

        sum->limbs[i] = (uint64_t)total;
        carry = (uint64_t)(total >> 64);
    }
    sum->limb_count = count;
    if (carry > 0 && count == EXACT_LIMBS)
        return false;
    if (carry > 0)
        sum->limbs[sum->limb_count++] = carry;
    return true;
}

// Takes the smaller magnitude, `less`, from the greater.
static void subtract_magnitude(Exact *greater, const Exact *less)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < greater->limb_count; i++) {
        Wide difference = (Wide)greater->limbs[i] - less->limbs[i] - borrow;

        greater->limbs[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    assert(borrow == 0);
    drop_empty_limbs(greater);
}

Exact exact_from_int64(int64_t number)
{
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    return (Exact){.limbs = {magnitude}, .limb_count = magnitude > 0, .is_negative = number < 0};
}

Exact exact_from_decimal(const Decimal *decimal)
{
    Decimal magnitude = *decimal;
    Exact exact = {.is_negative = decimal_is_negative(decimal),
                   .digits_behind = DECIMAL_DIGITS_MAX};

    if (exact.is_negative)
        decimal_negate(&magnitude);
    memcpy(exact.limbs, magnitude.limbs, sizeof magnitude.limbs);
    exact.limb_count = COUNT_OF(magnitude.limbs);
    drop_empty_limbs(&exact);
    return exact;
}

bool exact_parse(Slice text, Exact *out_exact)
{
    Exact exact = {0};
    size_t i = text.size_bytes > 0 && text.bytes[0] == '-' ? 1 : 0;
    bool is_behind = false;
    bool has_digits = false;

    exact.is_negative = i == 1;
    for (; i < text.size_bytes; i++) {
        char byte = text.bytes[i];

        if (byte == '.' && !is_behind) {
            is_behind = true;
            continue;
        }
        if (byte < '0' || byte > '9' || exact.digits_behind == EXACT_DIGITS_MAX ||
            !multiply_limbs(&exact, 10, (uint64_t)(byte - '0')))
            return false;
        exact.digits_behind += is_behind;
        has_digits = true;
    }
    if (exact.limb_count == 0)
        exact.is_negative = false;
    if (has_digits)
        *out_exact = exact;
    return has_digits;
}

bool exact_multiply(const Exact *left, const Exact *right, Exact *product)
{
    Exact result = {.is_negative = left->is_negative != right->is_negative,
                    .digits_behind = left->digits_behind + right->digits_behind};

    if (left->limb_count == 0 || right->limb_count == 0) {
        *product = (Exact){0};
        return true;
    }
    if (left->limb_count + right->limb_count > EXACT_LIMBS ||
        result.digits_behind > EXACT_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < left->limb_count; i++) {
        uint64_t carry = 0;

        for (size_t j = 0; j < right->limb_count; j++) {
            Wide part = (Wide)left->limbs[i] * right->limbs[j] + result.limbs[i + j] + carry;

            result.limbs[i + j] = (uint64_t)part;
            carry = (uint64_t)(part >> 64);
        }
        result.limbs[i + right->limb_count] = carry;
    }
    result.limb_count = left->limb_count + right->limb_count;
    drop_empty_limbs(&result);
    *product = result;
    return true;
}

bool exact_add(Exact *sum, const Exact *more)
{
    Exact left = *sum;
    Exact right = *more;
    Exact *coarse = left.digits_behind < right.digits_behind ? &left : &right;

    if (left.digits_behind != right.digits_behind &&
        !scale_to(coarse, coarse == &left ? right.digits_behind : left.digits_behind))
        return false;
    if (left.is_negative == right.is_negative) {
        if (!add_magnitude(&left, &right))
            return false;
    } else if (compare_magnitudes(&left, &right) >= 0) {
        subtract_magnitude(&left, &right);
    } else {
        subtract_magnitude(&right, &left);
        left = right;
    }
    if (left.limb_count == 0)
        left.is_negative = false;
    *sum = left;
    return true;
}

// How many bytes stand before the point of what exact_print() wrote, the sign left out.
static size_t count_integer_digits(const char *text)
{
    return strcspn(text, ".");
}

int exact_compare(const Exact *left, const Exact *right)
{
    char texts[2][EXACT_TEXT_BYTES];
    int sign = left->is_negative ? -1 : 1;

    if (left->is_negative != right->is_negative)
        return sign;
    if (left->digits_behind == right->digits_behind)
        return sign * compare_magnitudes(left, right);
    (void)exact_print(left, texts[0]);
    (void)exact_print(right, texts[1]);

    const char *digits[2] = {texts[0] + left->is_negative, texts[1] + right->is_negative};
    size_t counts[2] = {count_integer_digits(digits[0]), count_integer_digits(digits[1])};

    if (counts[0] != counts[1])
        return counts[0] < counts[1] ? -sign : sign;

    // Digits above '.', '.' above the end: of as many digits before the point, as text is ordered.
    int order = strcmp(digits[0], digits[1]);

    return order == 0 ? 0 : order < 0 ? -sign : sign;
}

// The magnitude's digits, the least significant first; how many.
static size_t write_digits(Exact magnitude, char digits[DIGITS_BYTES])
{
    size_t count = 0;

    while (magnitude.limb_count > 0) {
        uint64_t chunk = divide_limbs(&magnitude, powers_of_ten[CHUNK_DIGITS]);
        bool is_last = magnitude.limb_count == 0;

        for (int i = 0; i < CHUNK_DIGITS && (!is_last || chunk > 0); i++) {
            digits[count++] = (char)('0' + chunk % 10);
            chunk /= 10;
        }
    }
    return count;
}

size_t exact_print(const Exact *exact, char text[EXACT_TEXT_BYTES])
{
    char digits[DIGITS_BYTES];
    size_t count = write_digits(*exact, digits);
    size_t behind = count == 0 ? 0 : exact->digits_behind;
    size_t first = 0;
    size_t end = count > behind ? count : behind + 1; // zeros are put above what there is
    char *byte = text;

    while (first < behind && first < count && digits[first] == '0')
        first++;
    if (exact->is_negative)
        *byte++ = '-';
    for (size_t i = end; i-- > first;) {
        if (i + 1 == behind)
            *byte++ = '.';
        *byte++ = (char)(i < count ? digits[i] : '0');
    }
    *byte = '\0';
    return (size_t)(byte - text);
}

enum { GROUP_DIGITS = 4 };

// In which group a digit stands so many places before the point (behind it where negative): 0 is
// the last one before the point.
static int group_of(int place)
{
    return place >= 0 ? place / GROUP_DIGITS : -((GROUP_DIGITS - 1 - place) / GROUP_DIGITS);
}

Numeric exact_to_numeric(const Exact *exact)
{
    static const int16_t weights[GROUP_DIGITS] = {1, 10, 100, 1000};
    char digits[DIGITS_BYTES];
    int count = (int)write_digits(*exact, digits);
    int behind = (int)exact->digits_behind;
    int first = 0;
    Numeric numeric = {.is_negative = exact->is_negative};

    while (first < count && digits[first] == '0')
        first++;
    if (first == count)
        return (Numeric){0};

    int highest = group_of(count - 1 - behind);

    numeric.weight = (int16_t)highest;
    numeric.group_count = (int16_t)(highest - group_of(first - behind) + 1);
    numeric.scale = (int16_t)(behind > first ? behind - first : 0);
    for (int i = first; i < count; i++) {
        int group = group_of(i - behind);
        int weight = weights[i - behind - group * GROUP_DIGITS];

        numeric.groups[highest - group] =
            (int16_t)(numeric.groups[highest - group] + (digits[i] - '0') * weight);
    }
    return numeric;
}
