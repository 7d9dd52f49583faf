// Every kernel, once for each path.
#include "vectors.h"

#include "kernels/aggregation.h"
#include "kernels/batch_norm.h"
#include "kernels/convolution.h"
#include "kernels/coordinates.h"
#include "kernels/elementwise.h"
#include "kernels/linear.h"
#include "kernels/masks.h"
#include "kernels/pooling.h"
#include "kernels/random.h"
