#include "report/name.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// A pattern taken apart; all slices lie in it: literals[0] {names[0]} literals[1] {names[1]} …
typedef struct Pattern {
    Slice literals[NAME_PARTS_MAX + 1];
    Slice names[NAME_PARTS_MAX];
    size_t part_count;
} Pattern;

static bool is_part_name(Slice name)
{
    for (size_t i = 0; i < name.size_bytes; i++) {
        char byte = name.bytes[i];

        if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '_')
            return false;
    }
    return name.size_bytes > 0;
}

static bool has_part(const Pattern *pattern, Slice name)
{
    for (size_t i = 0; i < pattern->part_count; i++)
        if (slice_equal(pattern->names[i], name))
            return true;
    return false;
}

static Status add_part(Pattern *pattern, Slice name, Error *error)
{
    if (!is_part_name(name))
        return error_set(error, STATUS_CONFIG,
                         "\"{%.*s}\" is no part: small letters, digits and \"_\" expected",
                         SLICE_ARGUMENTS(name));
    if (has_part(pattern, name))
        return error_set(error, STATUS_CONFIG, "\"{%.*s}\" stands there twice",
                         SLICE_ARGUMENTS(name));
    if (pattern->part_count == NAME_PARTS_MAX)
        return error_set(error, STATUS_CONFIG, "more than %d parts", NAME_PARTS_MAX);
    pattern->names[pattern->part_count++] = name;
    return STATUS_OK;
}

static Status split_pattern(const char *text, Pattern *pattern, Error *error)
{
    const char *at = text;

    for (;;) {
        size_t literal_bytes = strcspn(at, "{}");

        pattern->literals[pattern->part_count] = (Slice){at, literal_bytes};
        at += literal_bytes;
        if (*at == '\0')
            break;

        size_t name_bytes = *at == '{' ? strcspn(at + 1, "{}") : 0;

        if (*at == '}' || at[1 + name_bytes] != '}')
            return error_set(error, STATUS_CONFIG, "the \"%c\" at its character %td has no partner",
                             *at, at - text + 1);

        Status status = add_part(pattern, (Slice){at + 1, name_bytes}, error);

        if (status != STATUS_OK)
            return status;
        at += 1 + name_bytes + 1;
    }
    if (has_part(pattern, slice_of("parts")) && !has_part(pattern, slice_of("part")))
        return error_set(error, STATUS_CONFIG, "\"{parts}\" without \"{part}\"");
    return STATUS_OK;
}

static Status pattern_read(const char *text, Pattern *out_pattern, Error *error)
{
    Status status = STATUS_OK;
    Pattern pattern = {0};

    TRY(split_pattern(text, &pattern, error));
    *out_pattern = pattern;

cleanup:
    if (status != STATUS_OK)
        error_context(error, "name pattern \"%s\"", text);
    return status;
}

Status name_pattern_check(const char *pattern, Error *error)
{
    return pattern_read(pattern, &(Pattern){0}, error);
}

static Slice slice_behind(Slice text, size_t size_bytes)
{
    return (Slice){text.bytes + size_bytes, text.size_bytes - size_bytes};
}

static bool slice_begins(Slice text, Slice start)
{
    return text.size_bytes >= start.size_bytes &&
           slice_equal((Slice){text.bytes, start.size_bytes}, start);
}

// How many characters a part takes of a text, at least one and as few as possible, so that the
// literal follows: for the last part, up to the end. 0: it does not follow.
static size_t part_length(Slice text, Slice literal, bool is_last)
{
    bool ends_later = is_last && text.size_bytes > literal.size_bytes;

    for (size_t length = ends_later ? text.size_bytes - literal.size_bytes : 1;
         length + literal.size_bytes <= text.size_bytes; length++)
        if (slice_begins(slice_behind(text, length), literal))
            return length;
    return 0;
}

// If a text fits in any way, it also fits with each literal but the last at its earliest place: no
// other way needs to be tried.
static bool pattern_fits(const Pattern *pattern, Slice text, Slice values[NAME_PARTS_MAX])
{
    if (!slice_begins(text, pattern->literals[0]))
        return false;
    text = slice_behind(text, pattern->literals[0].size_bytes);

    for (size_t i = 0; i < pattern->part_count; i++) {
        Slice literal = pattern->literals[i + 1];
        size_t length = part_length(text, literal, i + 1 == pattern->part_count);

        if (length == 0)
            return false;
        values[i] = (Slice){text.bytes, length};
        text = slice_behind(text, length + literal.size_bytes);
    }
    return text.size_bytes == 0;
}

// Reads the value of {part} or {parts}; one that the pattern has not is 1.
static Status read_number(const ReportName *name, const char *part, int number_max, int *out_number,
                          Error *error)
{
    const char *value = report_name_part(name, part);
    int64_t number = 1;

    if (value != NULL &&
        (value[0] < '0' || value[0] > '9' || !slice_to_int64(slice_of(value), &number) ||
         number < 1 || number > number_max))
        return error_set(error, STATUS_DATA, "{%s} is \"%s\", a number from 1 to %d expected", part,
                         value, number_max);
    *out_number = (int)number;
    return STATUS_OK;
}

static Status read_numbers(ReportName *name, Error *error)
{
    bool has_parts = report_name_part(name, "parts") != NULL;
    Status status = read_number(name, "parts", REPORT_PARTS_MAX, &name->parts_in_all, error);

    if (status != STATUS_OK)
        return status;
    return read_number(name, "part", has_parts ? name->parts_in_all : REPORT_PARTS_MAX, &name->part,
                       error);
}

// What is not printable ASCII, the space that separates parts, and "%" become %XX: a key is plain
// text whatever the bytes of the name, and two names never share one.
static void append_escaped(Text *key, Slice value)
{
    for (size_t i = 0; i < value.size_bytes; i++) {
        char byte = value.bytes[i];

        if (byte > ' ' && byte <= '~' && byte != '%')
            text_append_byte(key, byte);
        else
            text_append_format(key, "%%%02X", (unsigned char)byte);
    }
}

static Slice without_ending(Slice name, const char *ending)
{
    size_t ending_bytes = strlen(ending);

    if (name.size_bytes > ending_bytes &&
        slice_equals_text_any_case(slice_behind(name, name.size_bytes - ending_bytes), ending))
        name.size_bytes -= ending_bytes;
    return name;
}

static char *key_of_whole_name(const char *file_name)
{
    static const char *const endings[] = {".gz", ".csv", ".tsv", ".txt"};
    Slice name = slice_of(file_name);
    Text key = {0};

    for (size_t i = 0; i < COUNT_OF(endings); i++)
        name = without_ending(name, endings[i]);
    append_escaped(&key, name);
    return text_take(&key);
}

static char *key_of_parts(const ReportName *name, bool with_part)
{
    Text key = {0};

    for (size_t i = 0; i < name->part_count; i++) {
        const NamePart *part = &name->parts[i];
        bool is_part = text_equal(part->name, "part");

        if (text_equal(part->name, "parts") || (is_part && !with_part))
            continue;
        if (key.size_bytes > 0)
            text_append_byte(&key, ' ');
        text_append_format(&key, "%s=", part->name);
        if (is_part)
            text_append_format(&key, "%d", name->part); // "02" is the same part as "2"
        else
            append_escaped(&key, slice_of(part->value));
    }
    return text_take(&key);
}

static Status parse(const char *pattern_text, const char *file_name, ReportName *name, Error *error)
{
    Pattern pattern = {0};
    Slice values[NAME_PARTS_MAX];
    Status status = pattern_read(pattern_text, &pattern, error);

    if (status != STATUS_OK)
        return status;
    if (!pattern_fits(&pattern, slice_of(file_name), values))
        return error_set(error, STATUS_DATA, "it does not fit the feed's name pattern \"%s\"",
                         pattern_text);
    for (size_t i = 0; i < pattern.part_count; i++)
        name->parts[i] = (NamePart){slice_copy(pattern.names[i]), slice_copy(values[i])};
    name->part_count = pattern.part_count;
    return read_numbers(name, error);
}

Status report_name_parse(const char *pattern, const char *file_name, ReportName *out_name,
                         Error *error)
{
    Status status = STATUS_OK;
    ReportName name = {.part = 1, .parts_in_all = 1};

    if (pattern != NULL)
        TRY(parse(pattern, file_name, &name, error));
    if (name.part_count == 0) {
        name.key = key_of_whole_name(file_name);
        name.siblings = memory_copy_text(name.key);
    } else {
        name.key = key_of_parts(&name, true);
        name.siblings = key_of_parts(&name, false);
    }
    *out_name = name;
    name = (ReportName){0}; // the caller's from here on

cleanup:
    if (status != STATUS_OK)
        error_context(error, "file name \"%s\"", file_name);
    report_name_clear(&name);
    return status;
}

const char *report_name_part(const ReportName *name, const char *part)
{
    for (size_t i = 0; i < name->part_count; i++)
        if (text_equal(name->parts[i].name, part))
            return name->parts[i].value;
    return NULL;
}

void report_name_clear(ReportName *name)
{
    for (size_t i = 0; i < name->part_count; i++) {
        free(name->parts[i].name);
        free(name->parts[i].value);
    }
    free(name->key);
    free(name->siblings);
    *name = (ReportName){0};
}
