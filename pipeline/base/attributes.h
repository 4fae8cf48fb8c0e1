#ifndef TIDEMARK_BASE_ATTRIBUTES_H
#define TIDEMARK_BASE_ATTRIBUTES_H

/** On a type: clang refuses a caller that drops a value of it. gcc knows it for functions only. */
#if defined(__clang__)
#define MUST_CHECK __attribute__((warn_unused_result))
#else
#define MUST_CHECK
#endif

/** On a function: its arguments are held against its format, both by place, from 1. */
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/** How many elements a true array has (not a pointer). */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
