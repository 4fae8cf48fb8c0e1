#ifndef TIDEMARK_REPORT_EXPECTED_H
#define TIDEMARK_REPORT_EXPECTED_H

#include "report/arena.h"
#include "report/columns.h"
#include "report/reject.h"

/**
 * What a rejected row should have had, as its layout has it: "a number of seconds, not negative"
 * where the reason's own phrase says "a duration as the layout's unit says". Lives as long as the
 * arena.
 */
Slice expected_phrase(const Layout *layout, RejectReason reason, Arena *arena);

#endif
