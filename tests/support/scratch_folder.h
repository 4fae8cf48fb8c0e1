#ifndef TIDEMARK_TESTS_SCRATCH_FOLDER_H
#define TIDEMARK_TESTS_SCRATCH_FOLDER_H

/**
 * An empty folder of a test's own, which is the current one meanwhile: a cmocka setup and teardown.
 * What it holds is removed with it. It leaves *state alone.
 */
int scratch_folder_enter(void **state);
int scratch_folder_leave(void **state);

/** Writes a file in it, and makes the folders of its path. The test fails if it cannot. */
void scratch_file(const char *path, const char *text);

#endif
