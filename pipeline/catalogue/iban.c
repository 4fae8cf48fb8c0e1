#include "catalogue/iban.h"

enum { CHECK_DIGITS_AT = 2, REST_AT = 4, MODULUS = 97, CHECK_MIN = 2, CHECK_MAX = 98 };

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

    if (iban.size_bytes < IBAN_LETTERS_MIN || iban.size_bytes > IBAN_LETTERS_MAX)
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
