#include "report/scan.h"

bool scan_can(ScanKind kind)
{
    switch (kind) {
#if defined(__x86_64__)
    case SCAN_SSE2:
        return true;
    case SCAN_AVX2:
        return __builtin_cpu_supports("avx2");
    case SCAN_AVX512:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
#endif
    case SCAN_BEST:
    case SCAN_PORTABLE:
        return true;
    default:
        return false;
    }
}
