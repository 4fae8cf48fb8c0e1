// Any bytes as deflated data: whatever zlib inflates, the other inflaters inflate to the same text,
// using the same bytes, in pieces of whatever size; and they refuse what zlib refuses, except for
// Huffman codes that are only stricter there. The first two bytes choose the sizes of the pieces,
// the rest is the data.
#include "report/inflate.h"

#include "base/text.h"

#include <assert.h>

enum {
    TEXT_BYTES_MAX = 1024 * 1024,
    STEPS_MAX = 16 * TEXT_BYTES_MAX,
    OUTPUT_BYTES_MAX = 256 * 1024,
    KINDS_MAX = 4
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

typedef struct Outcome {
    Text text;
    size_t used_bytes;
    bool is_end;   // else it was refused, or wants more than there is, or makes too much
    bool is_large; // the last of these
    Error error;
} Outcome;

static void keep(Outcome *outcome, const InflateStep *step)
{
    assert(step->made_bytes <= step->output_bytes);
    assert(step->used_bytes <= (ptrdiff_t)step->input_bytes);
    assert(step->used_bytes >= (step->is_end ? -INFLATE_BACK_BYTES : 0) || outcome->error.status);
    text_append_slice(&outcome->text, (Slice){step->output, step->made_bytes});
    outcome->used_bytes = (size_t)((ptrdiff_t)outcome->used_bytes + step->used_bytes);
    outcome->is_end = step->is_end;
    outcome->is_large = outcome->text.size_bytes > TEXT_BYTES_MAX;
}

// Used again and again, so that whatever was left of other data is gone after a reset.
static Inflater *inflater_of(const InflaterKind *kind)
{
    static Inflater *inflaters[KINDS_MAX];
    size_t at = 0;

    while (inflater_kinds[at] != kind)
        at++;
    assert(at < KINDS_MAX);
    if (inflaters[at] == NULL)
        inflaters[at] = kind->create();
    else
        kind->reset(inflaters[at]);
    return inflaters[at];
}

// As gunzip does it: what was not used comes again, with more behind it.
static Outcome inflate_all(const InflaterKind *kind, Slice data, size_t input_bytes,
                           size_t output_bytes)
{
    Outcome outcome = {.text = {0}};
    Inflater *inflater = inflater_of(kind);
    static char output[OUTPUT_BYTES_MAX];
    Status status = STATUS_OK;
    size_t given_bytes = 0;

    for (int i = 0; status == STATUS_OK && !outcome.is_end && !outcome.is_large; i++) {
        InflateStep step = {
            .input = (const uint8_t *)data.bytes + outcome.used_bytes,
            .input_bytes = given_bytes - outcome.used_bytes,
            .output = output,
            .output_bytes = output_bytes,
        };

        assert(i < STEPS_MAX);
        status = kind->run(inflater, &step, &outcome.error);
        keep(&outcome, &step);
        if (step.made_bytes > 0 || step.is_end)
            continue;
        if (given_bytes == data.size_bytes)
            break;
        given_bytes = given_bytes + input_bytes < data.size_bytes ? given_bytes + input_bytes
                                                                  : data.size_bytes;
    }
    assert(status == STATUS_OK || (status == STATUS_DATA && outcome.error.message[0] != '\0'));
    return outcome;
}

// zlib holds against a Huffman code that it has more room than it uses, or no end of block.
static bool is_of_a_code(const char *reason)
{
    static const char *const reasons[] = {"invalid code lengths set", "invalid literal/lengths set",
                                          "invalid distances set",
                                          "invalid code -- missing end-of-block"};

    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        if (text_equal(reason, reasons[i]))
            return true;
    return false;
}

static void compare(const Outcome *expected, const Outcome *found)
{
    if (expected->is_large || found->is_large || is_of_a_code(expected->error.message))
        return;
    assert(found->is_end == expected->is_end); // of damaged data that is cut too, either is told
    if (!found->is_end)
        return;
    assert(found->used_bytes == expected->used_bytes);
    assert(slice_equal((Slice){found->text.bytes, found->text.size_bytes},
                       (Slice){expected->text.bytes, expected->text.size_bytes}));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (size_bytes < 2)
        return 0;

    size_t input_bytes = bytes[0] % 16 == 0 ? 1 + (size_t)bytes[0] * 64 : bytes[0] % 64;
    size_t output_bytes = bytes[1] % 4 == 0 ? 1 + (size_t)bytes[1] * 1020 : bytes[1];
    Slice data = {(const char *)bytes + 2, size_bytes - 2};
    Outcome expected = inflate_all(&inflater_zlib, data, size_bytes, OUTPUT_BYTES_MAX);

    for (size_t i = 0; inflater_kinds[i] != NULL; i++) {
        Outcome found = inflate_all(inflater_kinds[i], data, input_bytes, output_bytes);

        compare(&expected, &found);
        text_free(&found.text);
    }
    text_free(&expected.text);
    return 0;
}
