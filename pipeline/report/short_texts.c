#include "report/short_texts.h"

void short_texts_add(ShortTexts *texts, Slice text, Slice form)
{
    if (text.size_bytes > SHORT_TEXT_BYTES_MAX || texts->count == SHORT_TEXTS_MAX)
        return;

    ShortTextKey key = short_text_key(text);
    size_t place = short_text_place(texts, key);

    texts->keys[place] = key;
    if (form.size_bytes > 0)
        memcpy(texts->bytes[place], form.bytes, form.size_bytes);
    texts->forms[place] = (Slice){.bytes = texts->bytes[place], .size_bytes = form.size_bytes};
    texts->count++;
}
