#include "night/problems.h"

#include "base/text.h"
#include "store/json.h"

#include <inttypes.h>
#include <stdarg.h>

void problems_add(json_t *problems, const char *command, const char *format, ...)
{
    Text problem = {0};
    va_list arguments;

    va_start(arguments, format);
    text_append_arguments(&problem, format, arguments);
    va_end(arguments);
    (void)json_array_append_new(problems, json_pack("{s:o, s:o}", "problem",
                                                    json_of_text(text_bytes(&problem)), "command",
                                                    json_of_text(command)));
    text_free(&problem);
}

char *count_of(int64_t count, const char *thing)
{
    return text_format("%" PRId64 " %s%s", count, thing, count == 1 ? "" : "s");
}
