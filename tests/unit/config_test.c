#include "settings/settings.h"

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// These tests read config/ as it is shipped: they run in the folder that holds it.
enum { FILE_BYTES_MAX = 1 << 20 };

static char *text_of(const char *path)
{
    Error error = {0};
    char *bytes = NULL;
    size_t size_bytes = 0;

    if (file_read(path, FILE_BYTES_MAX, &bytes, &size_bytes, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return bytes;
}

static void the_shipped_settings_have_no_fault(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};
    Settings *settings = NULL;

    if (settings_read("config/tidemark.yaml", &settings, &faults, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(settings->feed_count, 3);
    assert_string_equal(settings->feeds[0].name, "northtone");
    assert_string_equal(settings->feeds[1].name, "solara");
    assert_string_equal(settings->feeds[2].name, "wavecast");
    assert_string_equal(settings->inbox_folder, "inbox");
    settings_free(settings);
}

/** Whether a key stands in a text, at the beginning of a line's content or behind "{", ", ", "# ". */
static bool shows_key(const char *text, const char *key)
{
    char *with_colon = text_format("%s:", key);
    bool is_shown = false;

    for (const char *at = strstr(text, with_colon); at != NULL; at = strstr(at + 1, with_colon))
        is_shown |= at == text || strchr(" \n{", at[-1]) != NULL;
    free(with_colon);
    return is_shown;
}

static void every_key_is_shown_by_a_shipped_file(void **state)
{
    (void)state;
    static const char *const feeds[] = {"config/feeds/wavecast.yaml", "config/feeds/northtone.yaml",
                                        "config/feeds/solara.yaml"};
    KeyDescription *keys = NULL;
    size_t count = settings_keys(&keys);
    char *main_text = text_of("config/tidemark.yaml");
    Text feed_text = {0};

    for (size_t i = 0; i < COUNT_OF(feeds); i++) {
        char *text = text_of(feeds[i]);

        text_append(&feed_text, text);
        free(text);
    }
    assert_true(count > 60);
    for (size_t i = 0; i < count; i++) {
        bool is_of_feed = text_starts_with(keys[i].path, "feed: ");
        const char *point = strrchr(keys[i].path, '.');
        const char *key = point != NULL ? point + 1 : keys[i].path + (is_of_feed ? 6 : 0);

        if (text_equal(keys[i].path, "feed: columns.NAME.name"))
            continue; // which a bare text is short for
        if (!shows_key(is_of_feed ? feed_text.bytes : main_text, key))
            fail_msg("no file of config/ shows %s", keys[i].path);
    }
    text_free(&feed_text);
    free(main_text);
    free(keys);
}

static void each_role_of_a_column_has_its_key(void **state)
{
    (void)state;
    KeyDescription *keys = NULL;
    size_t count = settings_keys(&keys);
    int roles = 0;

    for (size_t i = 0; i < count; i++)
        roles += text_starts_with(keys[i].path, "feed: columns.") &&
                 !text_starts_with(keys[i].path, "feed: columns.NAME");
    assert_int_equal(roles, COLUMN_ROLES);
    for (int role = 0; role < COLUMN_ROLES; role++) {
        char *path = text_format("feed: columns.%s", layout_column_key((ColumnRole)role));
        bool has_key = false;

        for (size_t i = 0; i < count; i++)
            has_key |= text_equal(keys[i].path, path);
        if (!has_key)
            fail_msg("no key %s", path);
        free(path);
    }
    free(keys);
}

/** The list of keys as config/README.md has it; `of_feeds` chooses its half. */
static void append_list(Text *list, bool of_feeds)
{
    KeyDescription *keys = NULL;
    size_t count = settings_keys(&keys);

    text_append(list, "| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        const KeyDescription *key = &keys[i];
        bool is_of_feed = text_starts_with(key->path, "feed: ");
        bool is_literal = key->default_value != NULL;

        if (is_of_feed != of_feeds)
            continue;
        text_append_format(list, "| `%s` | %s | %s%s%s | %s |\n", key->path + (is_of_feed ? 6 : 0),
                           key->type, is_literal ? "`" : "",
                           is_literal         ? key->default_value
                           : key->is_required ? "must be given"
                                              : "",
                           is_literal ? "`" : "", key->help);
    }
    free(keys);
}

static void the_documented_list_of_keys_is_that_of_the_program(void **state)
{
    (void)state;
    char *readme = text_of("config/README.md");

    for (int of_feeds = 0; of_feeds <= 1; of_feeds++) {
        Text list = {0};

        append_list(&list, of_feeds != 0);
        if (strstr(readme, list.bytes) == NULL) {
            (void)fputs(list.bytes, stdout); // longer than what a message of cmocka holds
            (void)fflush(stdout);
            fail_msg("config/README.md has not this list of keys");
        }
        text_free(&list);
    }
    free(readme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_settings_have_no_fault),
        cmocka_unit_test(every_key_is_shown_by_a_shipped_file),
        cmocka_unit_test(each_role_of_a_column_has_its_key),
        cmocka_unit_test(the_documented_list_of_keys_is_that_of_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
