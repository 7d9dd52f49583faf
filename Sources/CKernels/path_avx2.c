// The kernels for CPUs with AVX2 and FMA (x86-64-v3): a vector of 16 floats is two registers of 16.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define SKM_PATH avx2
#define SKM_REGISTERS 16
#define SKM_REGISTER_FLOATS 8
#include "kernels.h"
#pragma clang attribute pop
#endif
