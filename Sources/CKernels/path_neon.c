// The kernels for aarch64: a vector of 16 floats is four registers of 32.
#if defined(__aarch64__)
#define SKM_PATH neon
#define SKM_REGISTERS 32
#define SKM_REGISTER_FLOATS 4
#include "kernels.h"
#endif
