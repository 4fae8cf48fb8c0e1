#include "payout/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const ManifestSum sums[] = {{"EUR", "1250.34"}, {"JPY", "12"}};

static Manifest example(void)
{
    return (Manifest){
        .run = 7,
        .previous_manifest = "ab",
        .program_version = "0.1.0",
        .built_at = "2026-11-24T02:15:07Z",
        .execution_date = "2026-11-24",
        .payer = "Harbour & Reef",
        .first_accrual = 3,
        .last_accrual = 9,
        .request_hash = "17",
        .account_hash = "43000",
        .files = {{.name = "payments.csv",
                   .sha256 = "cd",
                   .size_bytes = 812,
                   .records = 2,
                   .sums = sums,
                   .sum_count = 2}},
        .file_count = 1,
    };
}

static void a_manifest_is_these_bytes(void **state)
{
    Manifest manifest = example();
    char *bytes = manifest_print(&manifest);

    (void)state;
    assert_string_equal(bytes, "{\n"
                               "  \"schema\": \"tidemark.payout_run/1\",\n"
                               "  \"run\": 7,\n"
                               "  \"previous_run\": 6,\n"
                               "  \"previous_manifest_sha256\": \"ab\",\n"
                               "  \"program_version\": \"0.1.0\",\n"
                               "  \"built_at\": \"2026-11-24T02:15:07Z\",\n"
                               "  \"execution_date\": \"2026-11-24\",\n"
                               "  \"payer\": \"Harbour & Reef\",\n"
                               "  \"first_accrual\": 3,\n"
                               "  \"last_accrual\": 9,\n"
                               "  \"period_from\": null,\n"
                               "  \"period_to\": null,\n"
                               "  \"files\": [\n"
                               "    {\n"
                               "      \"name\": \"payments.csv\",\n"
                               "      \"size_bytes\": 812,\n"
                               "      \"sha256\": \"cd\",\n"
                               "      \"records\": 2,\n"
                               "      \"sums\": {\n"
                               "        \"EUR\": \"1250.34\",\n"
                               "        \"JPY\": \"12\"\n"
                               "      }\n"
                               "    }\n"
                               "  ],\n"
                               "  \"hash_totals\": {\n"
                               "    \"requests\": \"17\",\n"
                               "    \"accounts\": \"43000\"\n"
                               "  }\n"
                               "}\n");
    free(bytes);
}

static void what_is_printed_is_read_again(void **state)
{
    Error error = {0};
    Manifest manifest = example();
    Manifest found = {0};
    json_t *document = NULL;

    manifest.period_from = "2026-10-01";
    manifest.period_to = "2026-10-31";

    char *bytes = manifest_print(&manifest);

    (void)state;
    if (manifest_read(bytes, strlen(bytes), &found, &document, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(found.run, 7);
    assert_string_equal(found.previous_manifest, "ab");
    assert_string_equal(found.program_version, "0.1.0");
    assert_string_equal(found.built_at, "2026-11-24T02:15:07Z");
    assert_string_equal(found.execution_date, "2026-11-24");
    assert_string_equal(found.payer, "Harbour & Reef");
    assert_int_equal(found.first_accrual, 3);
    assert_int_equal(found.last_accrual, 9);
    assert_string_equal(found.period_from, "2026-10-01");
    assert_string_equal(found.period_to, "2026-10-31");
    assert_string_equal(found.request_hash, "17");
    assert_string_equal(found.account_hash, "43000");
    assert_int_equal(found.file_count, 1);
    assert_string_equal(found.files[0].name, "payments.csv");
    assert_string_equal(found.files[0].sha256, "cd");
    assert_int_equal(found.files[0].size_bytes, 812);
    assert_int_equal(found.files[0].records, 2);
    json_decref(document);
    free(bytes);
}

static void assert_refused(const char *bytes, const char *expected)
{
    Error error = {0};
    Manifest manifest = {0};
    json_t *document = NULL;

    assert_int_equal(manifest_read(bytes, strlen(bytes), &manifest, &document, &error),
                     STATUS_DATA);
    assert_null(document);
    if (strncmp(error.message, expected, strlen(expected)) != 0)
        fail_msg("\"%s\", expected \"%s\"", error.message, expected);
}

/** The example with `from` exchanged for `to`. */
static void assert_changed_refused(const char *from, const char *to, const char *expected)
{
    Manifest manifest = example();
    char *bytes = manifest_print(&manifest);
    const char *at = strstr(bytes, from);
    char changed[2000];

    assert_non_null(at);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - bytes), bytes, to,
                   at + strlen(from));
    assert_refused(changed, expected);
    free(bytes);
}

static void what_is_no_manifest_is_refused(void **state)
{
    (void)state;
    assert_refused("", "manifest: line 1: ");
    assert_refused("{\n\"run\": 7", "manifest: line 2: ");
    assert_refused("[]", "manifest: ");
    assert_refused("{}", "manifest: Object item not found: schema");
    assert_changed_refused("payout_run/1", "payout_run/2",
                           "manifest: its schema is \"tidemark.payout_run/2\", expected "
                           "\"tidemark.payout_run/1\"");
    assert_changed_refused("\"run\": 7", "\"run\": \"7\"", "manifest: Expected integer");
    assert_changed_refused("\"files\": [", "\"files\": 1, \"other\": [",
                           "manifest: \"files\" is no list of at most 16 files");
    assert_changed_refused("\"records\": 2,", "", "manifest: a file's entry: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_is_these_bytes),
        cmocka_unit_test(what_is_printed_is_read_again),
        cmocka_unit_test(what_is_no_manifest_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
