#include "support/scratch_folder.h"

#include "base/files.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char template[] = "/tmp/tidemark-test.XXXXXX";
static char folder[sizeof template];
static int before = -1;

int scratch_folder_enter(void **state)
{
    (void)state;
    memcpy(folder, template, sizeof template);
    before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return before >= 0 && mkdtemp(folder) != NULL ? chdir(folder) : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

int scratch_folder_leave(void **state)
{
    (void)state;

    int failed = fchdir(before) | close(before);

    return failed | nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_file(const char *path, const char *text)
{
    Error error = {0};
    char *above = path_folder(path);

    assert_int_equal(folder_make(above, &error), STATUS_OK);
    free(above);

    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
