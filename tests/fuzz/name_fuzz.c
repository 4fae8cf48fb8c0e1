// Any pattern and any name, with a NUL between them: what fits gives the name again when the values
// of its parts are put in, and its key is plain text.
#include "report/name.h"

#include "base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

// The pattern with the values of a name in the place of its parts.
static char *put_together(const char *pattern, const ReportName *name)
{
    Text text = {0};

    for (size_t part = 0; *pattern != '\0';) {
        size_t literal_bytes = strcspn(pattern, "{");

        text_append_slice(&text, (Slice){pattern, literal_bytes});
        pattern += literal_bytes;
        if (*pattern == '{') {
            text_append(&text, name->parts[part++].value);
            pattern = strchr(pattern, '}') + 1;
        }
    }
    return text_take(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    char *pattern = memory_copy((const char *)bytes, size_bytes);
    size_t pattern_bytes = strlen(pattern);
    const char *file_name = pattern_bytes < size_bytes ? pattern + pattern_bytes + 1 : "";
    ReportName name = {0};
    Error error = {0};
    bool is_pattern = name_pattern_check(pattern, &error) == STATUS_OK;
    Status status = report_name_parse(pattern, file_name, &name, &error);

    assert(is_pattern || status == STATUS_CONFIG);
    assert(!is_pattern || status == STATUS_OK || status == STATUS_DATA);
    if (status == STATUS_OK) {
        char *again = put_together(pattern, &name);

        assert(text_equal(again, file_name));
        assert(name.part >= 1 && name.parts_in_all >= 1);
        assert(name.key != NULL && name.siblings != NULL);
        for (const char *byte = name.key; *byte != '\0'; byte++)
            assert(*byte >= ' ' && *byte <= '~');
        free(again);
    }
    report_name_clear(&name);
    free(pattern);
    return 0;
}
