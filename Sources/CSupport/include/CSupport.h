// Everything that Swift sees of this module.
#ifndef SKYMASK_CSUPPORT_H
#define SKYMASK_CSUPPORT_H

#include "aggregation.h"
#include "children.h"
#include "durable.h"
#include "gather.h"
#include "layers.h"
#include "masks.h"
#include "process.h"
#include "random.h"

#endif
