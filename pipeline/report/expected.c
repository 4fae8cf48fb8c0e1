#include "report/expected.h"

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
        return arena_format(arena, "a time as \"%.200s\"", layout->time_pattern);
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
        text_append_format(phrase, ", \"%.100s\"", flags[i]);
}

static Slice expected_flag(const Layout *layout, Arena *arena)
{
    enum { PHRASE_BYTES_MAX = 1000 };
    Text flags = {0};

    if (layout->monetised_by != MONETISED_BY_FLAG)
        return slice_of("a whole number");
    list_flags(&flags, layout->monetised_flags, layout->monetised_flag_count);
    list_flags(&flags, layout->unmonetised_flags, layout->unmonetised_flag_count);

    Slice phrase = arena_format(arena, "one of%.*s", PHRASE_BYTES_MAX,
                                flags.size_bytes == 0 ? " no flags" : text_bytes(&flags) + 1);

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
