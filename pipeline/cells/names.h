#ifndef TIDEMARK_CELLS_NAMES_H
#define TIDEMARK_CELLS_NAMES_H

#include "base/text.h"
#include "cells/index.h"

/**
 * Numbers names in the order in which they come, from 0. A name is two texts: territory and tier of
 * a market, an odd code and what it was to name, a currency and nothing. {0} is empty.
 */
typedef struct Name {
    Slice first;
    Slice second;
} Name;

typedef struct Names {
    Name *names; // both texts of a name lie in one piece of memory, which begins with the first
    size_t count;
    size_t capacity;
    size_t text_bytes;
    Index index;
    uint32_t last; // the number given last: the next row mostly asks for it again
} Names;

/** The name's number; it is copied where it is new. */
uint32_t names_number(Names *names, Slice first, Slice second);
/** About what memory they take. */
size_t names_bytes(const Names *names);
void names_clear(Names *names);

#endif
