#include "catalogue/iban.h"

#include <string.h>

enum { CHECK_DIGITS_AT = 2, REST_AT = 4, MODULUS = 97, CHECK_MIN = 2, CHECK_MAX = 98 };

typedef struct CountryLength {
    char country[3];
    unsigned char letters; // of its IBANs, the country and the check digits among them
} CountryLength;

// The IBAN registry of SWIFT, release 101.
static const CountryLength lengths[] = {
    // clang-format off
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20},
    {"BE", 16}, {"BG", 22}, {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28},
    {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23},
    {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30},
    {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28},
    {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28}, {"PS", 29},
    {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27},
    {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26},
    {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
    // clang-format on
};

static bool has_its_countrys_length(Slice iban)
{
    for (size_t i = 0; i < COUNT_OF(lengths); i++)
        if (memcmp(lengths[i].country, iban.bytes, CHECK_DIGITS_AT) == 0)
            return iban.size_bytes == lengths[i].letters;
    return false;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_capital(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

/** The remainder with one more character, of which a letter stands for two digits. */
static int add_character(int remainder, char byte)
{
    if (is_digit(byte))
        return (remainder * 10 + (byte - '0')) % MODULUS;
    return (remainder * 100 + (byte - 'A' + 10)) % MODULUS;
}

bool iban_is_valid(Slice iban)
{
    int remainder = 0;

    if (iban.size_bytes < REST_AT || !has_its_countrys_length(iban))
        return false;
    for (size_t i = 0; i < iban.size_bytes; i++) {
        bool is_fit = i < CHECK_DIGITS_AT ? is_capital(iban.bytes[i])
                      : i < REST_AT       ? is_digit(iban.bytes[i])
                                          : is_capital(iban.bytes[i]) || is_digit(iban.bytes[i]);

        if (!is_fit)
            return false;
    }

    int check = (iban.bytes[CHECK_DIGITS_AT] - '0') * 10 + iban.bytes[CHECK_DIGITS_AT + 1] - '0';

    for (size_t i = REST_AT; i < iban.size_bytes; i++)
        remainder = add_character(remainder, iban.bytes[i]);
    for (size_t i = 0; i < REST_AT; i++)
        remainder = add_character(remainder, iban.bytes[i]);
    return check >= CHECK_MIN && check <= CHECK_MAX && remainder == 1;
}
