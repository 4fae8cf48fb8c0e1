#ifndef TIDEMARK_CATALOGUE_IBAN_H
#define TIDEMARK_CATALOGUE_IBAN_H

#include "base/text.h"

#include <stdbool.h>

enum { IBAN_LETTERS_MIN = 15, IBAN_LETTERS_MAX = 34 };

/**
 * Whether it is an IBAN, in capitals without spaces: a country, two check digits from 02 to 98 (00,
 * 01 and 99 can give the right remainder and are wrong all the same), letters and digits, and the
 * remainder 1 of ISO 7064 mod 97-10.
 */
bool iban_is_valid(Slice iban);

#endif
