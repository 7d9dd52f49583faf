// Everything that Swift sees of this module.
#ifndef SKYMASK_CKERNELS_H
#define SKYMASK_CKERNELS_H

#include "aggregation.h"
#include "functions.h"
#include "gather.h"
#include "isa.h"
#include "layers.h"
#include "linear_algebra.h"
#include "losses.h"
#include "masks.h"
#include "random.h"

#endif
