// Any bytes as the beginning of a file: a refusal, or a layout with a sentence for each choice, which
// a person can read, and which the settings can hold.
#include "guess/guess.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static void check_text(const char *text)
{
    Slice rest = slice_of(text);

    while (rest.size_bytes > 0) {
        uint32_t character = 0;
        size_t character_bytes = utf8_read(rest, &character);

        assert(character_bytes > 0 && character >= ' ' && character != 0x7f);
        rest = (Slice){rest.bytes + character_bytes, rest.size_bytes - character_bytes};
    }
}

static void check_layout(const Layout *layout)
{
    assert(layout->delimiter != '\0' && layout->preamble_lines >= 0 && layout->footer_lines >= 0);
    for (size_t role = 0; role < COLUMN_ROLES; role++) {
        const LayoutColumn *column = &layout->columns[role];
        int ways = (column->name != NULL) + (column->position != 0) + (column->constant != NULL) +
                   (column->name_part != NULL);

        assert(ways <= 1);
        assert(column->name == NULL || layout->header);
        if (column->name != NULL)
            check_text(column->name);
    }
    assert(layout->time_format != TIME_PATTERN || layout->time_pattern != NULL);
    assert(layout->monetised_by != MONETISED_BY_FLAG ||
           (layout->monetised_flag_count > 0 && layout->unmonetised_flag_count > 0));
}

// The first byte says whether the file goes on behind these bytes; a name may stand before a NUL.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    Error error = {0};
    Guess guess = {0};

    if (size_bytes < 2)
        return 0;

    char *copy = memory_copy((const char *)bytes + 1, size_bytes - 1);
    size_t name_bytes = strlen(copy) < size_bytes - 1 && strlen(copy) < 64 ? strlen(copy) + 1 : 0;
    GuessSample sample = {.bytes = {copy + name_bytes, size_bytes - 1 - name_bytes},
                          .is_whole = bytes[0] % 2 == 0,
                          .file_name = name_bytes == 0 ? "report.csv" : copy};
    Status status = guess_layout(&sample, &guess, &error);

    assert(status == STATUS_OK || status == STATUS_DATA);
    if (status == STATUS_OK) {
        check_layout(&guess.layout);
        for (size_t i = 0; i < guess.reason_count; i++)
            check_text(guess.reasons[i].sentence);
    } else {
        assert(guess.reason_count == 0 && error.message[0] != '\0');
    }
    guess_clear(&guess);
    free(copy);
    return 0;
}
