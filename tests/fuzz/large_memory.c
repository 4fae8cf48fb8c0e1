/**
 * A reader begins with some megabytes of buffers, which the address sanitizer maps and forgets anew
 * for every input: ten milliseconds, of which the reader's work is a hundredth. So what is large is
 * kept for the next input (linked with --wrap), zeroed as calloc() has to; what
 * stands behind it stays forbidden.
 */
#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LARGE_BYTES_MIN = 64 * 1024, FORBIDDEN_BYTES = 64, LARGE_MAX = 64 };

typedef struct Large {
    char *memory;
    size_t size_bytes;
    bool is_free;
} Large;

static Large all[LARGE_MAX];
static size_t count;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's own names
void *__real_calloc(size_t elements, size_t element_bytes);
void *__wrap_calloc(size_t elements, size_t element_bytes);
void *__real_reallocarray(void *memory, size_t elements, size_t element_bytes);
void *__wrap_reallocarray(void *memory, size_t elements, size_t element_bytes);
void __real_free(void *memory);
void __wrap_free(void *memory);
// NOLINTEND(bugprone-reserved-identifier)

static Large *find_free(size_t size_bytes)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].is_free && all[i].size_bytes == size_bytes)
            return &all[i];
    return NULL;
}

void *__wrap_calloc(size_t elements, size_t element_bytes)
{
    size_t size_bytes = 0;

    if (__builtin_mul_overflow(elements, element_bytes, &size_bytes) ||
        size_bytes < LARGE_BYTES_MIN)
        return __real_calloc(elements, element_bytes);

    Large *large = find_free(size_bytes);

    if (large != NULL) {
        memset(large->memory, 0, size_bytes);
        large->is_free = false;
        return large->memory;
    }
    if (count == LARGE_MAX)
        return __real_calloc(elements, element_bytes);
    large = &all[count++];
    *large =
        (Large){.memory = __real_calloc(1, size_bytes + FORBIDDEN_BYTES), .size_bytes = size_bytes};
    ASAN_POISON_MEMORY_REGION(large->memory + size_bytes, FORBIDDEN_BYTES);
    return large->memory;
}

static Large *find(const void *memory)
{
    for (size_t i = 0; i < count && memory != NULL; i++)
        if (all[i].memory == memory)
            return &all[i];
    return NULL;
}

void *__wrap_reallocarray(void *memory, size_t elements, size_t element_bytes)
{
    if (find(memory) != NULL)
        abort(); // nothing grows that was large from the beginning
    return __real_reallocarray(memory, elements, element_bytes);
}

void __wrap_free(void *memory)
{
    Large *large = find(memory);

    if (large == NULL) {
        __real_free(memory);
        return;
    }
    if (large->is_free)
        abort();
    large->is_free = true;
}
