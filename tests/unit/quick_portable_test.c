// The tests of quick values once more, of what other processors than those with SSE2 do.
#define QUICK_PORTABLE
#include "unit/quick_test.c" // NOLINT(bugprone-suspicious-include)
