#include "base/text.h"
#include "support/command.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Of all stages that stand beside each other in the build's folder, calls `each` with their names.
static int each_stage(void each(const char *stage, void *context), void *context)
{
    const char *build = getenv("BUILD");
    char *folder = text_format("%s/bin", build == NULL ? "build" : build);
    DIR *stages = opendir(folder);
    int count = 0;

    assert_non_null(stages);
    for (const struct dirent *entry; (entry = readdir(stages)) != NULL;)
        if (strncmp(entry->d_name, "tidemark-", strlen("tidemark-")) == 0) {
            each(entry->d_name + strlen("tidemark-"), context);
            count++;
        }
    (void)closedir(stages);
    free(folder);
    return count;
}

static void expect_listed(const char *stage, void *context)
{
    char *line = text_format("\n  %-12s", stage);

    if (strstr(context, line) == NULL)
        fail_msg("tidemark --help does not list \"%s\"", stage);
    free(line);
}

static void its_help_lists_every_stage_and_nothing_else(void **state)
{
    (void)state;
    CommandResult result;
    int listed = 0;

    command_run((const char *const[]){"tidemark", "--help", NULL}, NULL, &result);
    assert_int_equal(result.status, 0);
    for (const char *at = result.out; (at = strstr(at, "\n  ")) != NULL; at += 3)
        listed++;
    assert_int_equal(each_stage(expect_listed, result.out), listed);
    command_result_free(&result);
}

static void expect_help(const char *stage, void *context)
{
    (void)context;
    CommandResult result;

    command_run((const char *const[]){"tidemark", stage, "--help", NULL}, NULL, &result);
    if (result.status != 0 || strstr(result.out, "Examples:\n  tidemark ") == NULL)
        fail_msg("tidemark %s --help: exit status %d, \"%s\"", stage, result.status, result.out);
    command_result_free(&result);
}

static void every_stage_explains_itself_with_examples(void **state)
{
    (void)state;
    assert_true(each_stage(expect_help, NULL) > 0);
}

static void expect_refusal(const char *stage)
{
    CommandResult result;
    char *message =
        text_format("tidemark: there is no stage \"%s\"; `tidemark --help` lists them\n", stage);

    command_run((const char *const[]){"tidemark", stage, NULL}, NULL, &result);
    assert_int_equal(result.status, 64);
    assert_string_equal(result.out, "");
    assert_string_equal(result.err, message);
    command_result_free(&result);
    free(message);
}

static void what_is_no_stage_is_refused(void **state)
{
    (void)state;
    expect_refusal("ingset");
    expect_refusal("../tidemark");
    expect_refusal("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_help_lists_every_stage_and_nothing_else),
        cmocka_unit_test(every_stage_explains_itself_with_examples),
        cmocka_unit_test(what_is_no_stage_is_refused),
    };

    return cmocka_run_group_tests_name("tidemark", tests, NULL, NULL);
}
