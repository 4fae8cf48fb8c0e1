#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>

static _Noreturn void end_without_memory(void)
{
    // Plain stdio without a buffer to allocate: the log may itself need memory.
    static const char message[] = "level=error message=\"out of memory\" status=71\n";

    (void)fwrite(message, 1, sizeof message - 1, stderr);
    _Exit(EX_OSERR);
}

void *memory_new(size_t count, size_t element_bytes)
{
    void *memory = calloc(count == 0 ? 1 : count, element_bytes == 0 ? 1 : element_bytes);

    if (memory == NULL)
        end_without_memory();
    return memory;
}

void *memory_new_large(size_t count, size_t element_bytes)
{
    enum { LARGE_PAGE_BYTES = 1 << 21 };
    char *memory = memory_new(count, element_bytes);
    uintptr_t begin =
        ((uintptr_t)memory + LARGE_PAGE_BYTES - 1) & ~(uintptr_t)(LARGE_PAGE_BYTES - 1);
    uintptr_t end =
        ((uintptr_t)memory + count * element_bytes) & ~(uintptr_t)(LARGE_PAGE_BYTES - 1);

    if (begin < end) // advice that it may not take
        (void)madvise(memory + (begin - (uintptr_t)memory), end - begin, MADV_HUGEPAGE);
    return memory;
}

void *memory_resize(void *memory, size_t count, size_t element_bytes)
{
    void *resized =
        reallocarray(memory, count == 0 ? 1 : count, element_bytes == 0 ? 1 : element_bytes);

    if (resized == NULL)
        end_without_memory();
    return resized;
}

void *memory_checked(void *memory)
{
    if (memory == NULL)
        end_without_memory();
    return memory;
}

char *memory_copy(const char *bytes, size_t size_bytes)
{
    if (size_bytes == SIZE_MAX)
        end_without_memory();

    char *copy = memory_new(size_bytes + 1, 1);

    if (size_bytes > 0)
        memcpy(copy, bytes, size_bytes);
    return copy;
}

char *memory_copy_text(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}
