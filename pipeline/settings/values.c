#include "settings/values.h"

#include "base/dates.h"
#include "base/files.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DECIMALS_MAX = 6, DIGITS_MAX = 12, NAME_LETTERS_MAX = 63 };

bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

    return *text != '\0' && strlen(text) <= NAME_LETTERS_MAX &&
           strspn(text, letters) == strlen(text);
}

bool parse_millionths(Slice text, int64_t *out_millionths)
{
    int64_t millionths = 0;
    size_t digits = 0;
    size_t decimals = 0;
    bool has_point = false;

    for (size_t i = 0; i < text.size_bytes; i++) {
        char byte = text.bytes[i];

        if (byte == '.' && !has_point && digits > 0) {
            has_point = true;
            continue;
        }
        if (byte < '0' || byte > '9' || ++digits > DIGITS_MAX || decimals == DECIMALS_MAX)
            return false;
        decimals += has_point;
        millionths = millionths * 10 + (byte - '0');
    }
    if (digits == 0 || (has_point && decimals == 0))
        return false;
    for (; decimals < DECIMALS_MAX; decimals++)
        millionths *= 10;
    *out_millionths = millionths;
    return true;
}

void append_millionths(Text *yaml, int64_t millionths)
{
    char decimals[DECIMALS_MAX + 1];
    int64_t rest = millionths % 1000000;

    for (size_t i = DECIMALS_MAX; i > 0; i--) {
        decimals[i - 1] = (char)('0' + rest % 10);
        rest /= 10;
    }

    size_t used = DECIMALS_MAX;

    while (used > 0 && decimals[used - 1] == '0')
        used--;
    decimals[used] = '\0';
    text_append_format(yaml, "%" PRId64 "%s%s", millionths / 1000000, used == 0 ? "" : ".",
                       decimals);
}

bool parse_span(const char *text, int64_t *out_us)
{
    static const struct {
        const char *name;
        int64_t us_numerator;
        int64_t us_denominator; // of a millionth of the unit
    } units[] = {{"ms", 1, 1000}, {"s", 1, 1}, {"min", 60, 1}, {"h", 3600, 1}};
    size_t number_size = strspn(text, "0123456789.");
    Slice number = {.bytes = text, .size_bytes = number_size};
    const char *unit = text + number_size + strspn(text + number_size, " ");
    int64_t millionths = 0;

    if (!parse_millionths(number, &millionths))
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        int64_t us = 0;

        if (!text_equal(unit, units[i].name))
            continue;
        if (millionths % units[i].us_denominator != 0 ||
            __builtin_mul_overflow(millionths, units[i].us_numerator, &us))
            return false;
        *out_us = us / units[i].us_denominator;
        return true;
    }
    return false;
}

void append_span(Text *yaml, int64_t us)
{
    append_millionths(yaml, us); // a microsecond is the millionth of a second
    text_append(yaml, " s");
}

/** Whether YAML reads a plain scalar as this text, in a map in braces too. */
static bool is_plain(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const char more[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/.+ ";
    // Not ours alone: what other programs that read YAML take for something else.
    static const char *const not_texts[] = {"null", "true", "false", "yes", "no",
                                            "on",   "off",  "y",     "n"};

    for (size_t i = 0; i < COUNT_OF(not_texts); i++)
        if (slice_equals_text_any_case(slice_of(text), not_texts[i]))
            return false;
    return *text != '\0' && strchr(letters, *text) != NULL && strspn(text, more) == strlen(text) &&
           !text_ends_with(text, " ");
}

void append_yaml_text(Text *yaml, const char *text)
{
    if (is_plain(text)) {
        text_append(yaml, text);
        return;
    }
    text_append_byte(yaml, '"');
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            text_append_byte(yaml, '\\');
        // C1 controls, two bytes in UTF-8: libyaml refuses them, and terminals obey them.
        if (byte == 0xc2 && (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xa0)
            text_append_format(yaml, "\\x%02X", (unsigned char)*++text);
        else if (byte == '\t')
            text_append(yaml, "\\t");
        else if (byte < 0x20 || byte == 0x7f)
            text_append_format(yaml, "\\x%02X", byte);
        else
            text_append_byte(yaml, *text);
    }
    text_append_byte(yaml, '"');
}

static bool is_symbolic_link(const char *path)
{
    struct stat about;

    return lstat(path, &about) == 0 && S_ISLNK(about.st_mode);
}

char *path_from(const char *folder, const char *path)
{
    const char *last = path_name(folder);

    if (*path == '/')
        return memory_copy_text(path);
    if (text_equal(folder, "."))
        return memory_copy_text(text_starts_with(path, "./") ? path + 2 : path);
    // "config/../inbox" is "inbox", unless the file system says that config/.. is elsewhere.
    if (text_starts_with(path, "../") && *last != '\0' && !text_equal(last, "..") &&
        !is_symbolic_link(folder)) {
        char *above = path_folder(folder);
        char *joined = path_from(above, path + strlen("../"));

        free(above);
        return joined;
    }
    return path_join(folder, path);
}
