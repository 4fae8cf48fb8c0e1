#include "report/fast_step.h"

#include "report/quick.h"

size_t fast_read_recordings(FastColumns *fast, const FastStep *step, size_t row_count)
{
    Code *codes = fast->block->recordings + fast->base;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);

        if (quick_isrc(begin_of(fast, span), end_of(fast, span), &fast->isrc_prefixes, &codes[row]))
            continue;
        if (!read_carefully(fast, step, row, &values))
            return row;
        codes[row] = values.recording;
        fast->block->recording_texts[fast->base + row] = values.recording_text;
    }
    return row_count;
}

size_t fast_read_releases(FastColumns *fast, const FastStep *step, size_t row_count)
{
    Code *codes = fast->block->releases + fast->base;
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Span span = span_of(step, row);

        if (quick_gtin(begin_of(fast, span), end_of(fast, span), &codes[row]))
            continue;
        if (!read_carefully(fast, step, row, &values))
            return row;
        codes[row] = values.release;
        fast->block->release_texts[fast->base + row] = values.release_text;
    }
    return row_count;
}

// Texts of which there are few: the form of each is made once, by the careful step, which puts it at
// `form_at` of the row's values.
static size_t read_short_texts(FastColumns *fast, const FastStep *step, size_t row_count,
                               ShortTexts *known, size_t form_at, Slice out_forms[])
{
    RowValues values;

    for (size_t row = 0; row < row_count; row++) {
        Slice text = text_of(fast, span_of(step, row));
        const Slice *form = short_texts_find(known, text);

        if (form == NULL) {
            form = (const Slice *)(const void *)((const char *)&values + form_at);
            if (!read_carefully(fast, step, row, &values))
                return row;
            short_texts_add(known, text, *form);
        }
        out_forms[row] = *form;
    }
    return row_count;
}

size_t fast_read_territories(FastColumns *fast, const FastStep *step, size_t row_count)
{
    return read_short_texts(fast, step, row_count, &fast->territories,
                            offsetof(RowValues, territory), fast->block->territories + fast->base);
}

size_t fast_read_tiers(FastColumns *fast, const FastStep *step, size_t row_count)
{
    return read_short_texts(fast, step, row_count, &fast->tiers, offsetof(RowValues, tier),
                            fast->block->tiers + fast->base);
}

size_t fast_read_currencies(FastColumns *fast, const FastStep *step, size_t row_count)
{
    return read_short_texts(fast, step, row_count, &fast->currencies, offsetof(RowValues, currency),
                            fast->block->currencies + fast->base);
}
