#include "report/short_texts.h"

#include "report/quick.h"

enum { PLACES = 2 * SHORT_TEXTS_MAX, PLACE_BITS = 9 };

_Static_assert(PLACES == 1 << PLACE_BITS, "a place is found by the highest bits of a product");

static uint64_t load_part(const char *bytes, size_t size_bytes)
{
    uint64_t word = quick_load(bytes);

    return size_bytes >= sizeof word ? word : word & ~(~UINT64_C(0) << 8 * size_bytes);
}

// The place of a text of SHORT_TEXT_BYTES_MAX bytes at most, or the free one where it belongs.
static size_t find_place(const ShortTexts *texts, Slice text, uint64_t key[2])
{
    const size_t half = sizeof(uint64_t);

    key[0] = load_part(text.bytes, text.size_bytes);
    key[1] = text.size_bytes > half ? load_part(text.bytes + half, text.size_bytes - half) : 0;

    // Knuth's golden ratio: the highest bits of the product depend on all of the key.
    size_t place =
        (key[0] * UINT64_C(0x9E3779B97F4A7C15) + key[1] * UINT64_C(0xC2B2AE3D27D4EB4F)) >>
        (64 - PLACE_BITS);

    while (texts->places[place].form.bytes != NULL &&
           (texts->places[place].key[0] != key[0] || texts->places[place].key[1] != key[1]))
        place = (place + 1) % PLACES;
    return place;
}

const Slice *short_texts_find(const ShortTexts *texts, Slice text)
{
    uint64_t key[2];

    if (text.size_bytes > SHORT_TEXT_BYTES_MAX)
        return NULL;

    const Slice *form = &texts->places[find_place(texts, text, key)].form;

    return form->bytes == NULL ? NULL : form;
}

void short_texts_add(ShortTexts *texts, Slice text, Slice form)
{
    uint64_t key[2];

    if (text.size_bytes > SHORT_TEXT_BYTES_MAX || texts->count == SHORT_TEXTS_MAX)
        return;

    ShortText *place = &texts->places[find_place(texts, text, key)];

    place->key[0] = key[0];
    place->key[1] = key[1];
    if (form.size_bytes > 0)
        memcpy(place->bytes, form.bytes, form.size_bytes);
    place->form = (Slice){.bytes = place->bytes, .size_bytes = form.size_bytes};
    texts->count++;
}
