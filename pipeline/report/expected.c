#include "report/expected.h"

#include <string.h>

enum { PATTERN_BYTES_MAX = 200, FLAG_BYTES_MAX = 100, FLAGS_BYTES_MAX = 1000 };

// How much of a text is told: so many bytes, or a few less, so that no character is cut.
static int told_bytes(const char *text, size_t bytes_max)
{
    size_t size_bytes = strlen(text);

    if (size_bytes > bytes_max)
        for (size_bytes = bytes_max; size_bytes > 0 && (text[size_bytes] & 0xC0) == 0x80;)
            size_bytes--;
    return (int)size_bytes;
}

static Slice expected_time(const Layout *layout, Arena *arena)
{
    switch (layout->time_format) {
    case TIME_ISO_8601:
        return slice_of(
            "a date, or a date and time, as \"2026-11-24\" or \"2026-11-24T18:30:00Z\"");
    case TIME_UNIX_SECONDS:
        return slice_of("a Unix time in seconds");
    case TIME_UNIX_MILLISECONDS:
        return slice_of("a Unix time in milliseconds");
    case TIME_PATTERN:
        return arena_format(arena, "a time as \"%.*s\"",
                            told_bytes(layout->time_pattern, PATTERN_BYTES_MAX),
                            layout->time_pattern);
    }
    return slice_of(reject_reason_expected(REJECT_TIME_INVALID));
}

static Slice expected_duration(const Layout *layout)
{
    switch (layout->duration_unit) {
    case DURATION_SECONDS:
        return slice_of("a number of seconds, not negative");
    case DURATION_MILLISECONDS:
        return slice_of("a number of milliseconds, not negative");
    case DURATION_CLOCK:
        return slice_of("a duration as \"3:25\" or \"1:03:25.5\"");
    }
    return slice_of(reject_reason_expected(REJECT_DURATION_INVALID));
}

static void list_flags(Text *phrase, char *const flags[], size_t flag_count)
{
    for (size_t i = 0; i < flag_count; i++)
        text_append_format(phrase, ", \"%.*s\"", told_bytes(flags[i], FLAG_BYTES_MAX), flags[i]);
}

static Slice expected_flag(const Layout *layout, Arena *arena)
{
    Text flags = {0};

    if (layout->monetised_by != MONETISED_BY_FLAG)
        return slice_of("a whole number");
    list_flags(&flags, layout->monetised_flags, layout->monetised_flag_count);
    list_flags(&flags, layout->unmonetised_flags, layout->unmonetised_flag_count);

    const char *list = flags.size_bytes == 0 ? " no flags" : text_bytes(&flags) + 1;
    Slice phrase = arena_format(arena, "one of%.*s", told_bytes(list, FLAGS_BYTES_MAX), list);

    text_free(&flags);
    return phrase;
}

Slice expected_phrase(const Layout *layout, RejectReason reason, Arena *arena)
{
    switch (reason) {
    case REJECT_ID_INVALID:
        return arena_format(arena, "a whole number from %lld to 9223372036854775807",
                            (long long)layout->first_id);
    case REJECT_TIME_INVALID:
        return expected_time(layout, arena);
    case REJECT_DURATION_INVALID:
        return expected_duration(layout);
    case REJECT_MONETISED_INVALID:
        return expected_flag(layout, arena);
    default:
        return slice_of(reject_reason_expected(reason));
    }
}
