// The kernels for CPUs with AVX-512 (x86-64-v4): a vector of 16 floats is one register of 32.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define SKM_PATH avx512
#define SKM_REGISTERS 32
#define SKM_REGISTER_FLOATS 16
#include "kernels.h"
#pragma clang attribute pop
#endif
