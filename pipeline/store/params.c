#include "store/internal.h"

#include <assert.h>
#include <string.h>

Param param_null(void)
{
    return (Param){.kind = PARAM_NULL};
}

Param param_bool(bool value)
{
    return (Param){.kind = PARAM_BOOL, .number = value};
}

Param param_int64(int64_t number)
{
    return (Param){.kind = PARAM_INT64, .number = number};
}

Param param_text(const char *text)
{
    return text == NULL ? param_null() : (Param){.kind = PARAM_TEXT, .bytes = slice_of(text)};
}

Param param_bytes(const void *bytes, size_t size_bytes)
{
    if (bytes == NULL)
        return param_null();
    return (Param){.kind = PARAM_BYTES, .bytes = {.bytes = bytes, .size_bytes = size_bytes}};
}

Param param_day(Day day)
{
    return day == DAY_NONE ? param_null() : (Param){.kind = PARAM_DAY, .number = day};
}

Param param_int64_array(const int64_t numbers[], size_t count)
{
    return (Param){.kind = PARAM_INT64_ARRAY, .numbers = numbers, .count = count};
}

Param param_text_array(const char *const texts[], size_t count)
{
    return (Param){.kind = PARAM_TEXT_ARRAY, .texts = texts, .count = count};
}

// Arrays go as their literals, {1,2} and {"a \"quoted\" b",NULL}: the server reads the elements by
// the type that the statement's cast names, so that one kind serves integer and bigint, text, enum
// and numeric. In quotes only \ and " mean something.
static void append_int64_array(Text *texts, const Param *param)
{
    text_append_byte(texts, '{');
    for (size_t i = 0; i < param->count; i++) {
        if (i > 0)
            text_append_byte(texts, ',');
        text_append_int64(texts, param->numbers[i]);
    }
    text_append_byte(texts, '}');
}

static void append_text_array(Text *texts, const Param *param)
{
    text_append_byte(texts, '{');
    for (size_t i = 0; i < param->count; i++) {
        if (i > 0)
            text_append_byte(texts, ',');
        if (param->texts[i] == NULL) {
            text_append(texts, "NULL");
            continue;
        }
        text_append_byte(texts, '"');
        for (const char *byte = param->texts[i]; *byte != '\0'; byte++) {
            if (*byte == '"' || *byte == '\\')
                text_append_byte(texts, '\\');
            text_append_byte(texts, *byte);
        }
        text_append_byte(texts, '"');
    }
    text_append_byte(texts, '}');
}

static void append_value(Text *texts, const Param *param)
{
    char day[DAY_TEXT_BYTES];

    switch (param->kind) {
    case PARAM_NULL:
    case PARAM_BYTES:
        break; // need no text
    case PARAM_BOOL:
        text_append(texts, param->number != 0 ? "true" : "false");
        break;
    case PARAM_INT64:
        text_append_int64(texts, param->number);
        break;
    case PARAM_TEXT:
        text_append_slice(texts, param->bytes);
        break;
    case PARAM_DAY:
        text_append(texts, day_print((Day)param->number, day));
        break;
    case PARAM_INT64_ARRAY:
        append_int64_array(texts, param);
        break;
    case PARAM_TEXT_ARRAY:
        append_text_array(texts, param);
        break;
    }
    text_append_byte(texts, '\0');
}

void bound_params_set(BoundParams *bound, Params params)
{
    size_t offsets[PARAMS_MAX];

    assert(params.count <= PARAMS_MAX);
    // All texts first, then pointers into them: while they grow, they move.
    for (size_t i = 0; i < params.count; i++) {
        offsets[i] = bound->texts.size_bytes;
        append_value(&bound->texts, &params.values[i]);
    }
    for (size_t i = 0; i < params.count; i++) {
        const Param *param = &params.values[i];

        if (param->kind == PARAM_BYTES) {
            assert(param->bytes.size_bytes <= INT32_MAX);
            bound->values[i] = param->bytes.bytes;
            bound->sizes_bytes[i] = (int)param->bytes.size_bytes;
            bound->formats[i] = 1;
        } else if (param->kind != PARAM_NULL) {
            bound->values[i] = bound->texts.bytes + offsets[i];
        }
    }
    bound->count = (int)params.count;
}

void bound_params_free(BoundParams *bound)
{
    text_free(&bound->texts);
}
