#include "report/code.h"

#include <assert.h>
#include <stdio.h>

enum {
    ISRC_CHARACTERS = 12,
    ISRC_NUMBER_DIGITS = 7, // YYNNNNN
    BUCKET_PRIME = 65521,
};

#define ISRC_NUMBERS INT64_C(10000000)

static int letter_value(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a';
    return -1;
}

static int digit_value(char byte)
{
    return byte >= '0' && byte <= '9' ? byte - '0' : -1;
}

// 0 … 9, A 10 … Z 35: a character of the registrant.
static int registrant_value(char byte)
{
    int letter = letter_value(byte);

    return letter >= 0 ? letter + 10 : digit_value(byte);
}

// What the character at a place of an ISRC may be: a letter, a letter or digit, a digit.
static int isrc_base(size_t place)
{
    return place < 2 ? 26 : place < 5 ? 36 : 10;
}

static int isrc_value(size_t place, char byte)
{
    int base = isrc_base(place);

    return base == 26   ? letter_value(byte)
           : base == 36 ? registrant_value(byte)
                        : digit_value(byte);
}

// Spaces alone, as trim() takes away in SQL: any other white space makes a code odd.
static Slice without_outer_spaces(Slice text)
{
    while (text.size_bytes > 0 && text.bytes[0] == ' ') {
        text.bytes++;
        text.size_bytes--;
    }
    while (text.size_bytes > 0 && text.bytes[text.size_bytes - 1] == ' ')
        text.size_bytes--;
    return text;
}

Code code_from_isrc(Slice text)
{
    size_t place = 0;
    Code code = 0;

    text = without_outer_spaces(text);
    if (text.size_bytes == 0)
        return CODE_NONE;
    for (size_t i = 0; i < text.size_bytes; i++) {
        if (text.bytes[i] == '-' || text.bytes[i] == ' ')
            continue;

        int value = place < ISRC_CHARACTERS ? isrc_value(place, text.bytes[i]) : -1;

        if (value < 0)
            return CODE_ODD;
        code = code * isrc_base(place) + value;
        place++;
    }
    return place == ISRC_CHARACTERS ? code + 1 : CODE_ODD; // + 1, since 0 says that there is none
}

Code code_from_gtin(Slice text)
{
    Code code = 0;
    int sum = 0;

    text = without_outer_spaces(text);
    if (text.size_bytes == 0)
        return CODE_NONE;
    if (text.size_bytes != 8 && text.size_bytes != 12 && text.size_bytes != 13 &&
        text.size_bytes != 14)
        return CODE_ODD;
    for (size_t i = 0; i < text.size_bytes; i++) {
        int digit = digit_value(text.bytes[i]);
        bool is_tripled = (text.size_bytes - i) % 2 == 0; // every second one, counted from the end

        if (digit < 0)
            return CODE_ODD;
        code = code * 10 + digit;
        sum += is_tripled ? 3 * digit : digit;
    }
    // All zeros have a valid check digit, but are nobody's product, and 0 says that there is none.
    return sum % 10 == 0 && code != 0 ? code : CODE_ODD;
}

void code_list_isrc_prefixes(IsrcPrefixes *out_prefixes)
{
    enum { NOT_THERE = -(1 << 28) }; // more than all that the others add, and five of them fit
    int32_t unit = 1;

    for (size_t place = ISRC_CHARACTERS - ISRC_NUMBER_DIGITS; place-- > 0;) {
        for (int byte = 0; byte < 256; byte++) {
            int value = isrc_value(place, (char)byte);

            out_prefixes->values[place][byte] = value < 0 ? NOT_THERE : value * unit;
        }
        unit *= isrc_base(place);
    }
}

const char *code_print_isrc(Code code, char text[CODE_TEXT_BYTES])
{
    static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    assert(code >= CODE_NONE && code <= CODE_ISRC_MAX);
    if (code == CODE_NONE) {
        text[0] = '\0';
        return text;
    }

    int64_t prefix = (code - 1) / ISRC_NUMBERS;

    (void)snprintf(text + ISRC_CHARACTERS - ISRC_NUMBER_DIGITS, ISRC_NUMBER_DIGITS + 1, "%0*d",
                   ISRC_NUMBER_DIGITS, (int)((code - 1) % ISRC_NUMBERS));
    for (int i = ISRC_CHARACTERS - ISRC_NUMBER_DIGITS - 1; i >= 0; i--) {
        int base = isrc_base((size_t)i);

        text[i] = characters[prefix % base + (base == 26 ? 10 : 0)];
        prefix /= base;
    }
    return text;
}

const char *code_print_gtin(Code code, char text[CODE_TEXT_BYTES])
{
    assert(code >= CODE_NONE && code <= CODE_GTIN_MAX);
    if (code == CODE_NONE)
        text[0] = '\0';
    else
        (void)snprintf(text, CODE_TEXT_BYTES, "%012lld", (long long)code);
    return text;
}

int code_bucket(Code release, Code recording)
{
    Code code = release != CODE_NONE ? release : recording;
    uint64_t magnitude = code < 0 ? 0 - (uint64_t)code : (uint64_t)code;

    return (int)(magnitude % BUCKET_PRIME % BUCKETS);
}
