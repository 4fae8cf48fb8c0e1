#include "settings/faults.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void faults_add(Faults *faults, const char *file, int line, const char *format, ...)
{
    char message[sizeof((Error *)NULL)->message];
    va_list arguments;

    if (faults->kept_max > 0 && faults->count >= faults->kept_max) {
        faults->untold++;
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    MEMORY_GROW(faults->faults, faults->count, faults->capacity);
    faults->faults[faults->count++] =
        (Fault){.file = memory_copy_text(file), .line = line, .message = memory_copy_text(message)};
}

void faults_free(Faults *faults)
{
    if (faults == NULL)
        return;
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->faults[i].file);
        free(faults->faults[i].message);
    }
    free(faults->faults);
    *faults = (Faults){0};
}

char *fault_text(const Fault *fault)
{
    return fault->line == 0 ? text_format("%s: %s", fault->file, fault->message)
                            : text_format("%s:%d: %s", fault->file, fault->line, fault->message);
}

Status faults_status(const Faults *faults, Status status, Error *error)
{
    Text all = {0};
    size_t left = 0; // of those that are kept

    if (faults->count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < faults->count && left == 0; i++) {
        char more[sizeof "\nand 18446744073709551615 more"];
        char *fault = fault_text(&faults->faults[i]);
        int more_size =
            snprintf(more, sizeof more, "\nand %zu more", faults->count - i + faults->untold);
        bool is_last = i + 1 == faults->count && faults->untold == 0;
        size_t reserved = is_last || more_size < 0 ? 0 : (size_t)more_size;

        // Whole lines only; the first one stands in any case, cut if it must be.
        if (i > 0 && all.size_bytes + 1 + strlen(fault) + reserved >= sizeof error->message)
            left = faults->count - i;
        else
            text_append_format(&all, "%s%s", i == 0 ? "" : "\n", fault);
        free(fault);
    }
    if (left + faults->untold > 0)
        text_append_format(&all, "\nand %zu more", left + faults->untold);
    (void)error_set(error, status, "%s", text_bytes(&all));
    text_free(&all);
    return status;
}
