#ifndef TIDEMARK_REPORT_QUICK_H
#define TIDEMARK_REPORT_QUICK_H

#include "report/code.h"

#include <endian.h>
#include <string.h>

// QUICK_PORTABLE: as on other processors, for its test.
#if defined(__SSE2__) && !defined(QUICK_PORTABLE)
#define QUICK_SSE2
#include <emmintrin.h>
#endif

/**
 * Values in their plain form, read eight bytes at once in a 64-bit word, without branches on what
 * the bytes are:
 *
 *     "40123456"   load 8     '4' '0' '1' '2' '3' '4' '5' '6'     first byte lowest, on any machine
 *                  ^ "000…"    4   0   1   2   3   4   5   6      what is no digit is above 9
 *                  pairs        40      12      34      56        10 · left + right, in all lanes
 *                  fours          4012            3456            100 · left + right
 *                  all                  40123456                  10000 · left + right
 *
 * Up to 16 digits are so many bytes of a register where the processor has SSE2, else two such
 * words. A shorter text is loaded by its end, and what comes before it is made zero; so 16 bytes
 * before a text and 8 behind it must be readable, whatever they are. Each function says yes to a
 * value of which values.h, times.h or code.h say the same, and no to everything that they have to
 * look at.
 */

enum { QUICK_DIGITS_MAX = 16 };

#define QUICK_EACH_BYTE UINT64_C(0x0101010101010101)

static inline uint64_t quick_load(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

/** The values of the digits of a text of 1 to 8 bytes, by its end: the last one highest. */
static inline uint64_t quick_digits(const char *end, size_t size_bytes)
{
    unsigned passed_bits = 64 - 8 * (unsigned)size_bytes;

    return (quick_load(end - 8) ^ '0' * QUICK_EACH_BYTE) >> passed_bits << passed_bits;
}

/** Whether all of them are digits: 0 to 9. */
static inline bool quick_are_digits(uint64_t digits)
{
    return (((digits + 0x76 * QUICK_EACH_BYTE) | digits) & 0x80 * QUICK_EACH_BYTE) == 0;
}

static inline uint64_t quick_number_of(uint64_t digits)
{
    digits = (digits * (1 + (10 << 8))) >> 8;
    digits = ((digits & UINT64_C(0x00FF00FF00FF00FF)) * (1 + (100 << 16))) >> 16;
    return ((digits & UINT64_C(0x0000FFFF0000FFFF)) * (1 + (UINT64_C(10000) << 32))) >> 32;
}

#if defined(QUICK_SSE2)

/** The values of up to 16 digits, the last one highest. */
typedef __m128i QuickDigits;

static inline QuickDigits quick_digits_16(const char *end, size_t size_bytes)
{
    static const uint64_t passed[] = {0, 0, UINT64_MAX, UINT64_MAX};
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));
    const char *mask = (const char *)passed + size_bytes;

    return _mm_and_si128(_mm_xor_si128(bytes, _mm_set1_epi8('0')),
                         _mm_loadu_si128((const __m128i *)(const void *)mask));
}

static inline bool quick_are_digits_16(QuickDigits digits)
{
    __m128i above_9 = _mm_subs_epu8(digits, _mm_set1_epi8(9));

    return _mm_movemask_epi8(_mm_cmpeq_epi8(above_9, _mm_setzero_si128())) == 0xFFFF;
}

static inline uint64_t quick_number_of_16(QuickDigits digits)
{
    __m128i tens = _mm_mullo_epi16(_mm_and_si128(digits, _mm_set1_epi16(0xFF)), _mm_set1_epi16(10));
    __m128i pairs = _mm_add_epi16(tens, _mm_srli_epi16(digits, 8));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
    __m128i eights = _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(10000 | 1 << 16));
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights); // the last eight digits are the upper half

    return (uint32_t)both * UINT64_C(100000000) + (both >> 32);
}

/** The sum of all digits, the last but one and each second before it taken thrice. */
static inline unsigned quick_check_sum(QuickDigits digits)
{
    __m128i tripled = _mm_and_si128(digits, _mm_set1_epi16(0xFF));
    __m128i sums = _mm_add_epi64(_mm_sad_epu8(digits, _mm_setzero_si128()),
                                 _mm_slli_epi64(_mm_sad_epu8(tripled, _mm_setzero_si128()), 1));

    return (unsigned)(_mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4));
}

#else

typedef struct QuickDigits {
    uint64_t low; // the last eight
    uint64_t high;
} QuickDigits;

static inline QuickDigits quick_digits_16(const char *end, size_t size_bytes)
{
    return (QuickDigits){
        .low = quick_digits(end, size_bytes < 8 ? size_bytes : 8),
        .high = size_bytes > 8 ? quick_digits(end - 8, size_bytes - 8) : 0,
    };
}

static inline bool quick_are_digits_16(QuickDigits digits)
{
    return quick_are_digits(digits.low) && quick_are_digits(digits.high);
}

static inline uint64_t quick_number_of_16(QuickDigits digits)
{
    return quick_number_of(digits.high) * 100000000 + quick_number_of(digits.low);
}

/** Of digits: their sum, the last but one and each second before it taken thrice. */
static inline unsigned quick_check_sum(QuickDigits digits)
{
    uint64_t all = digits.low + digits.high;
    uint64_t tripled = all & UINT64_C(0x00FF00FF00FF00FF);

    return (unsigned)(((all * QUICK_EACH_BYTE) >> 56) + 2 * ((tripled * QUICK_EACH_BYTE) >> 56));
}

#endif

/** A number of 1 to QUICK_DIGITS_MAX digits and nothing else. */
static inline bool quick_number(const char *begin, const char *end, int64_t *out_number)
{
    size_t size_bytes = (size_t)(end - begin);

    if (size_bytes == 0 || size_bytes > QUICK_DIGITS_MAX)
        return false;

    QuickDigits digits = quick_digits_16(end, size_bytes);

    *out_number = (int64_t)quick_number_of_16(digits);
    return quick_are_digits_16(digits);
}

/**
 * Digits with perhaps a point among them, 8 bytes at most: "250.533" is 250533, of which 3 digits
 * are behind the point.
 */
static inline bool quick_fraction(const char *begin, const char *end, char point,
                                  int64_t *out_number, unsigned *out_behind)
{
    size_t size_bytes = (size_t)(end - begin);

    if (size_bytes == 0 || size_bytes > 8)
        return false;

    uint64_t digits = quick_digits(end, size_bytes);
    uint64_t others = digits ^ (uint8_t)(point ^ '0') * QUICK_EACH_BYTE;
    uint64_t points = (others - QUICK_EACH_BYTE) & ~others & 0x80 * QUICK_EACH_BYTE;

    if (points != 0) {
        unsigned point_bit = (unsigned)__builtin_ctzll(points) - 7;
        uint64_t before = digits & ((UINT64_C(1) << point_bit) - 1);

        // What is before the point moves up by a byte, over the point.
        digits = (digits >> point_bit >> 8 << 8 << point_bit) | before << 8;
        *out_behind = (56 - point_bit) / 8;
    } else {
        *out_behind = 0;
    }
    *out_number = (int64_t)quick_number_of(digits);
    return quick_are_digits(digits) && (points == 0 || size_bytes > 1);
}

/** An ISRC of 12 characters without hyphens. */
static inline bool quick_isrc(const char *begin, const char *end, const IsrcPrefixes *prefixes,
                              Code *out_code)
{
    const uint8_t *text = (const uint8_t *)begin;

    if (end - begin != 12)
        return false;

    // What is no letter there, or no letter or digit, makes the sum negative.
    int32_t prefix = prefixes->values[0][text[0]] + prefixes->values[1][text[1]] +
                     prefixes->values[2][text[2]] + prefixes->values[3][text[3]] +
                     prefixes->values[4][text[4]];
    QuickDigits digits = quick_digits_16(end, 7);

    *out_code = 1 + prefix * INT64_C(10000000) + (int64_t)quick_number_of_16(digits);
    return prefix >= 0 && quick_are_digits_16(digits);
}

/** A GTIN of 8, 12, 13 or 14 digits whose check digit is right. */
static inline bool quick_gtin(const char *begin, const char *end, Code *out_code)
{
    const unsigned sizes = 1U << 8 | 1U << 12 | 1U << 13 | 1U << 14;
    size_t size_bytes = (size_t)(end - begin);

    if (size_bytes > 14 || (sizes >> size_bytes & 1) == 0)
        return false;

    QuickDigits digits = quick_digits_16(end, size_bytes);

    *out_code = (Code)quick_number_of_16(digits);
    return quick_are_digits_16(digits) && quick_check_sum(digits) % 10 == 0 && *out_code != 0;
}

/** The second of the day of "18:30:05"; a leap second is none. */
static inline bool quick_clock(const char *begin, int32_t *out_second)
{
    const uint64_t colons = UINT64_C(0x0000FF0000FF0000);
    uint64_t word = quick_load(begin);
    uint64_t digits = (word ^ '0' * QUICK_EACH_BYTE) & ~colons;
    uint64_t pairs = digits * 10 + (digits >> 8);
    int32_t hour = (uint8_t)pairs;
    int32_t minute = (uint8_t)(pairs >> 24);
    int32_t second = (uint8_t)(pairs >> 48);

    *out_second = (hour * 60 + minute) * 60 + second;
    return (word & colons) == ((uint64_t)':' << 16 | (uint64_t)':' << 40) &&
           quick_are_digits(digits) && hour < 24 && minute < 60 && second < 60;
}

#endif
