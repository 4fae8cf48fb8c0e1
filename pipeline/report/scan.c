#include "report/scan.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// What is found in one block; bit i is of its byte i.
typedef struct Found {
    uint64_t separators;
    uint64_t specials;
} Found;

/*
 * Writes the places of a mask's bits behind `out`, and returns where the next ones go. Four are
 * written always, and mostly eight, whether there are so many or not: that costs less than a branch
 * for each, which a processor cannot foresee. Behind a list there is room for that.
 */
__attribute__((always_inline)) static inline uint16_t *write_places(uint16_t *out, uint64_t mask,
                                                                    size_t base)
{
    const uint64_t last = UINT64_C(1)
                          << 63; // keeps the count of zeros defined when all are written
    int count = __builtin_popcountll(mask);
    int written = 0;

    do {
        for (int i = 0; i < 4; i++) {
            out[written++] = (uint16_t)(base + (size_t)__builtin_ctzll(mask | last));
            mask &= mask - 1;
        }
    } while (written < count);
    return out + count;
}

/*
 * The loop over blocks, once for each kind, since a function for wider registers can only be inlined
 * into one that is for them too.
 */
#define SCAN_LOOP(find, write)                                        \
    uint16_t *separator = index->separators + 1;                      \
    uint16_t *special = index->specials;                              \
                                                                      \
    for (size_t at = 0; at < size_bytes; at += SCAN_BLOCK_BYTES) {    \
        Found found = find(bytes + at, letters);                      \
                                                                      \
        if (size_bytes - at < SCAN_BLOCK_BYTES) {                     \
            uint64_t within = (UINT64_C(1) << (size_bytes - at)) - 1; \
                                                                      \
            found.separators &= within;                               \
            found.specials &= within;                                 \
        }                                                             \
        separator = write(separator, found.separators, at);           \
        special = write(special, found.specials, at);                 \
    }                                                                 \
    index->separators[0] = (uint16_t)-1;                              \
    *separator = SCAN_NONE;                                           \
    *special = SCAN_NONE;                                             \
    index->separator_count = (size_t)(separator - index->separators - 1)

#define EACH_BYTE UINT64_C(0x0101010101010101)

// The highest bit of each byte that is zero (H. S. Warren, Hacker's Delight, 6-1: exact, no carries).
static inline uint64_t zero_bytes(uint64_t word)
{
    const uint64_t low = 0x7F * EACH_BYTE;

    return ~(((word & low) + low) | word | low);
}

static inline uint64_t equal_bytes(uint64_t word, char byte)
{
    return zero_bytes(word ^ (uint8_t)byte * EACH_BYTE);
}

// The highest bits of eight bytes as eight bits.
static inline uint64_t gather(uint64_t highest)
{
    return ((highest >> 7) * UINT64_C(0x0102040810204080)) >> 56;
}

static inline Found find_portable(const char *bytes, ScanLetters letters)
{
    Found found = {0};

    for (unsigned i = 0; i < SCAN_BLOCK_BYTES; i += sizeof(uint64_t)) {
        uint64_t word;

        memcpy(&word, bytes + i, sizeof word);
        word = le64toh(word);

        uint64_t delimiters = equal_bytes(word, letters.delimiter);
        uint64_t specials = zero_bytes(word & 0x60 * EACH_BYTE) | (word & 0x80 * EACH_BYTE) |
                            equal_bytes(word, 0x7F) | equal_bytes(word, letters.quote);

        found.separators |= gather(delimiters | equal_bytes(word, '\n')) << i;
        found.specials |= gather(specials & ~delimiters) << i;
    }
    return found;
}

static void scan_portable(const char *bytes, size_t size_bytes, ScanLetters letters,
                          ScanIndex *index)
{
    SCAN_LOOP(find_portable, write_places);
}

#if defined(__x86_64__)

static inline Found find_sse2(const char *bytes, ScanLetters letters)
{
    Found found = {0};

    for (unsigned i = 0; i < SCAN_BLOCK_BYTES; i += sizeof(__m128i)) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        __m128i delimiters = _mm_cmpeq_epi8(part, _mm_set1_epi8(letters.delimiter));
        __m128i separators = _mm_or_si128(delimiters, _mm_cmpeq_epi8(part, _mm_set1_epi8('\n')));
        // As signed numbers bytes from 0x80 are below the space too.
        __m128i specials = _mm_or_si128(_mm_or_si128(_mm_cmplt_epi8(part, _mm_set1_epi8(' ')),
                                                     _mm_cmpeq_epi8(part, _mm_set1_epi8(0x7F))),
                                        _mm_cmpeq_epi8(part, _mm_set1_epi8(letters.quote)));

        specials = _mm_andnot_si128(delimiters, specials);
        found.separators |= (uint64_t)(uint32_t)_mm_movemask_epi8(separators) << i;
        found.specials |= (uint64_t)(uint32_t)_mm_movemask_epi8(specials) << i;
    }
    return found;
}

static void scan_sse2(const char *bytes, size_t size_bytes, ScanLetters letters, ScanIndex *index)
{
    SCAN_LOOP(find_sse2, write_places);
}

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

AVX2 static inline Found find_avx2(const char *bytes, ScanLetters letters)
{
    Found found = {0};

    for (unsigned i = 0; i < SCAN_BLOCK_BYTES; i += sizeof(__m256i)) {
        __m256i part = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + i));
        __m256i delimiters = _mm256_cmpeq_epi8(part, _mm256_set1_epi8(letters.delimiter));
        __m256i separators =
            _mm256_or_si256(delimiters, _mm256_cmpeq_epi8(part, _mm256_set1_epi8('\n')));
        __m256i specials =
            _mm256_or_si256(_mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(' '), part),
                                            _mm256_cmpeq_epi8(part, _mm256_set1_epi8(0x7F))),
                            _mm256_cmpeq_epi8(part, _mm256_set1_epi8(letters.quote)));

        specials = _mm256_andnot_si256(delimiters, specials);
        found.separators |= (uint64_t)(uint32_t)_mm256_movemask_epi8(separators) << i;
        found.specials |= (uint64_t)(uint32_t)_mm256_movemask_epi8(specials) << i;
    }
    return found;
}

AVX2 static void scan_avx2(const char *bytes, size_t size_bytes, ScanLetters letters,
                           ScanIndex *index)
{
    SCAN_LOOP(find_avx2, write_places);
}

#define AVX512 __attribute__((target("avx512bw,avx512vbmi2,popcnt")))

AVX512 static inline Found find_avx512(const char *bytes, ScanLetters letters)
{
    __m512i block = _mm512_loadu_si512(bytes);
    uint64_t delimiters = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(letters.delimiter));
    uint64_t specials = _mm512_cmplt_epi8_mask(block, _mm512_set1_epi8(' ')) |
                        _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(0x7F)) |
                        _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(letters.quote));

    return (Found){
        .separators = delimiters | _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\n')),
        .specials = specials & ~delimiters,
    };
}

// All places of a mask at once: the numbers 0 to 63 from which those without a bit are pressed out.
// (The scan of a row of 72 bytes takes 4 ns instead of 13, and 5 instead of 24 where it is quoted.)
AVX512 static inline uint16_t *write_places_avx512(uint16_t *out, uint64_t mask, size_t base)
{
    static const uint8_t numbers[SCAN_BLOCK_BYTES] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m512i places = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(numbers));
    __m512i bases = _mm512_set1_epi16((int16_t)base);
    int count = __builtin_popcountll(mask);

    _mm512_storeu_si512(
        out, _mm512_add_epi16(bases, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(places))));
    if (count > 32)
        _mm512_storeu_si512(
            out + 32,
            _mm512_add_epi16(bases, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(places, 1))));
    return out + count;
}

AVX512 static void scan_avx512(const char *bytes, size_t size_bytes, ScanLetters letters,
                               ScanIndex *index)
{
    SCAN_LOOP(find_avx512, write_places_avx512);
}

#endif

bool scan_can(ScanKind kind)
{
    switch (kind) {
#if defined(__x86_64__)
    case SCAN_SSE2:
        return true;
    case SCAN_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
    case SCAN_AVX512:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
#endif
    case SCAN_BEST:
    case SCAN_PORTABLE:
        return true;
    default:
        return false;
    }
}

static ScanKind best_kind(void)
{
    int kind = SCAN_KINDS - 1;

    while (!scan_can((ScanKind)kind))
        kind--;
    return (ScanKind)kind;
}

void scan(ScanKind kind, const char *bytes, size_t size_bytes, ScanLetters letters,
          ScanIndex *out_index)
{
    assert(size_bytes <= SCAN_BYTES_MAX);
    switch (kind == SCAN_BEST ? best_kind() : kind) {
#if defined(__x86_64__)
    case SCAN_SSE2:
        scan_sse2(bytes, size_bytes, letters, out_index);
        return;
    case SCAN_AVX2:
        scan_avx2(bytes, size_bytes, letters, out_index);
        return;
    case SCAN_AVX512:
        scan_avx512(bytes, size_bytes, letters, out_index);
        return;
#endif
    default:
        scan_portable(bytes, size_bytes, letters, out_index);
    }
}
