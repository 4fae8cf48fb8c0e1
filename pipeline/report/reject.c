#include "report/reject.h"

#include <assert.h>
#include <stdlib.h>

static const struct {
    const char *key;
    const char *expected;
} reasons[] = {
#define X(name, key, expected) {key, expected},
    REJECT_REASONS(X)
#undef X
};

const char *reject_reason_key(RejectReason reason)
{
    assert(reason >= 0 && reason < REJECT_REASON_COUNT);
    return reasons[reason].key;
}

const char *reject_reason_expected(RejectReason reason)
{
    assert(reason >= 0 && reason < REJECT_REASON_COUNT);
    return reasons[reason].expected;
}

void reject_list_free(RejectList *list)
{
    if (list == NULL)
        return;
    free(list->rejects);
    *list = (RejectList){0};
}
