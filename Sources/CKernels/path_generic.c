// The kernels for any CPU: slow, and the same bits. Without an instruction for it, a fused multiply-add is a call.
#define SKM_PATH generic
#define SKM_REGISTERS 16
#define SKM_REGISTER_FLOATS 4
#include "kernels.h"
