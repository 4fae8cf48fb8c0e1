#include "settings/tree.h"

#include "base/memory.h"
#include "base/text.h"
#include "support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** A tree without a fault. */
static Node *tree_of(const char *yaml)
{
    Faults faults = {0};
    Node *root = tree_read_bytes("x.yaml", yaml, strlen(yaml), &faults);

    if (faults.count > 0)
        fail_msg("line %d: %s", faults.faults[0].line, faults.faults[0].message);
    assert_non_null(root);
    return root;
}

/** The faults of bytes, "line: message" each, without a file's name. */
static void assert_faults(const char *bytes, size_t size_bytes, const char *expected)
{
    Faults faults = {0};
    Text found = {0};

    node_free(tree_read_bytes("x.yaml", bytes, size_bytes, &faults));
    for (size_t i = 0; i < faults.count; i++)
        text_append_format(&found, "%s%d: %s", i == 0 ? "" : "\n", faults.faults[i].line,
                           faults.faults[i].message);
    assert_string_equal(text_bytes(&found), expected);
    text_free(&found);
    faults_free(&faults);
}

static void nodes_know_their_lines(void **state)
{
    (void)state;
    Node *root = tree_of("# a comment\na: 1\nb:\n  - x\n  - {c: y}\n");
    const Node *list = node_value(root, "b");

    assert_int_equal(root->line, 0); // the whole file
    assert_int_equal(node_value(root, "a")->line, 2);
    assert_string_equal(node_value(root, "a")->text, "1");
    assert_int_equal(list->kind, NODE_LIST);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->items[0]->line, 4);
    assert_int_equal(node_value(list->items[1], "c")->line, 5);
    assert_int_equal(root->key_lines[1], 3);
    assert_null(node_value(root, "c"));
    assert_null(node_value(list, "c"));
    assert_null(node_value(NULL, "c"));
    node_free(root);
    node_free(NULL);
}

static void a_scalar_is_text_whatever_it_looks_like(void **state)
{
    (void)state;
    Node *root = tree_of("a: NO\nb: 007\nc: \"null\"\nd: ''\ne: 1e3\n");

    assert_string_equal(node_value(root, "a")->text, "NO");
    assert_string_equal(node_value(root, "b")->text, "007");
    assert_string_equal(node_value(root, "c")->text, "null");
    assert_string_equal(node_value(root, "d")->text, "");
    assert_string_equal(node_value(root, "e")->text, "1e3");
    node_free(root);
}

static void nothing_is_told_from_an_empty_text(void **state)
{
    (void)state;
    Node *root = tree_of("a:\nb: ~\nc: null\nd: \"\"\n");

    assert_int_equal(node_value(root, "a")->kind, NODE_NULL);
    assert_int_equal(node_value(root, "b")->kind, NODE_NULL);
    assert_int_equal(node_value(root, "c")->kind, NODE_NULL);
    assert_int_equal(node_value(root, "d")->kind, NODE_TEXT);
    node_free(root);
}

static void a_file_without_a_key_is_an_empty_map(void **state)
{
    (void)state;
    const char *const files[] = {"", "# only a comment\n", "---\n", "\xef\xbb\xbf", "---\n...\n"};

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        Node *root = tree_of(files[i]);

        assert_int_equal(root->kind, NODE_MAP);
        assert_int_equal(root->count, 0);
        node_free(root);
    }
}

#define BYTES(text) (text), sizeof(text) - 1

static void what_we_do_not_take_of_yaml_is_named_with_its_line(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        size_t size_bytes;
        const char *faults;
    } cases[] = {
        {BYTES("a: 1\nb: 2\n\na: 3\n"), "4: key \"a\" stands twice in this map, first in line 1"},
        {BYTES("a:\n\n  b: 2\na: 3\n"), "4: key \"a\" stands twice in this map, first in line 1"},
        {BYTES("a: &x 1\nb: *x\n"),
         "1: anchor \"&x\": anchors and aliases are not used here, write the value out\n"
         "2: alias \"*x\": anchors and aliases are not used here, write the value out"},
        {BYTES("a: !!str 1\nb: !x [1]\nc: &y {d: 1}\n"),
         "1: tag \"tag:yaml.org,2002:str\": tags are not used here\n"
         "2: tag \"!x\": tags are not used here\n"
         "3: anchor \"&y\": anchors and aliases are not used here, write the value out"},
        {BYTES("a: 1\n---\nb: 2\n"), "2: a second document begins here; one file is one document"},
        {BYTES("- a\n- b\n"), "1: the file must be a map of keys, found a list"},
        {BYTES("text\n"), "1: the file must be a map of keys, found a text"},
        {BYTES("? [a, b]\n: 1\nc: 2\n"), "1: a key must be a text, found a list"},
        {BYTES("a: 1\n~: 2\n"), "2: a key must be a text, found nothing"},
        {BYTES("a: \"x\\0y\"\n"), "1: a NUL stands in this text"},
        {BYTES("a: 1\nb: [1, 2\nc: 3\n"),
         "3: this is no YAML: did not find expected ',' or ']' while parsing a flow sequence"},
        {BYTES("a: 1\n\tb: 2\n"),
         "2: this is no YAML: found a tab character that violates indentation while scanning a "
         "plain scalar"},
        {BYTES("a: M\xfcller\n"), "1: this is no YAML: invalid leading UTF-8 octet"},
        {BYTES("a: 1\nb: \xff\n"), "2: this is no YAML: invalid leading UTF-8 octet"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_faults(cases[i].bytes, cases[i].size_bytes, cases[i].faults);
}

static void a_key_that_stands_twice_keeps_its_first_value(void **state)
{
    (void)state;
    Faults faults = {0};
    const char yaml[] = "a: 1\na: {b: 2}\nc: 3\n";
    Node *root = tree_read_bytes("x.yaml", yaml, strlen(yaml), &faults);

    assert_int_equal(faults.count, 1);
    assert_int_equal(root->count, 2);
    assert_string_equal(node_value(root, "a")->text, "1");
    node_free(root);
    faults_free(&faults);
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    Text yaml = {0};

    text_append(&yaml, "a: ");
    for (int i = 0; i < 100000; i++)
        text_append_byte(&yaml, '[');
    assert_faults(yaml.bytes, yaml.size_bytes, "1: nested deeper than 16 levels");
    text_free(&yaml);
}

static void the_number_of_values_is_bounded(void **state)
{
    (void)state;
    Text yaml = {0};

    for (int i = 0; i < TREE_NODES_MAX; i++)
        text_append_format(&yaml, "k%d: 1\n", i);
    assert_faults(yaml.bytes, yaml.size_bytes, "10000: more than 20000 values in one file");
    text_free(&yaml);
}

static void a_file_over_a_mebibyte_is_a_fault(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};
    Node *root = NULL;
    char *comment = MEMORY_NEW(char, TREE_BYTES_MAX + 2);

    memset(comment, '#', TREE_BYTES_MAX + 1);
    scratch_file("large.yaml", comment);
    assert_int_equal(tree_read("large.yaml", &faults, &root, &error), STATUS_OK);
    assert_null(root);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.faults[0].message, "larger than 1048576 bytes");
    free(comment);
    faults_free(&faults);
}

static void a_missing_file_is_no_fault_but_an_error(void **state)
{
    (void)state;
    Error error = {0};
    Faults faults = {0};
    Node *root = NULL;

    assert_int_equal(tree_read("none.yaml", &faults, &root, &error), STATUS_NO_INPUT);
    assert_int_equal(faults.count, 0);
    assert_null(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_their_lines),
        cmocka_unit_test(a_scalar_is_text_whatever_it_looks_like),
        cmocka_unit_test(nothing_is_told_from_an_empty_text),
        cmocka_unit_test(a_file_without_a_key_is_an_empty_map),
        cmocka_unit_test(what_we_do_not_take_of_yaml_is_named_with_its_line),
        cmocka_unit_test(a_key_that_stands_twice_keeps_its_first_value),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(the_number_of_values_is_bounded),
        cmocka_unit_test_setup_teardown(a_file_over_a_mebibyte_is_a_fault, scratch_folder_enter,
                                        scratch_folder_leave),
        cmocka_unit_test_setup_teardown(a_missing_file_is_no_fault_but_an_error,
                                        scratch_folder_enter, scratch_folder_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
