#ifndef TIDEMARK_CATALOGUE_IBAN_H
#define TIDEMARK_CATALOGUE_IBAN_H

#include "base/text.h"

#include <stdbool.h>

/**
 * Whether it is an IBAN, in capitals without spaces: a country that has IBANs, two check digits from
 * 02 to 98 (00, 01 and 99 can give the right remainder and are wrong all the same), as many letters
 * and digits as the country's have, and the remainder 1 of ISO 7064 mod 97-10.
 */
bool iban_is_valid(Slice iban);

#endif
