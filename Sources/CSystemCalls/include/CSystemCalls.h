// Everything that Swift sees of this module.
#ifndef SKYMASK_CSYSTEMCALLS_H
#define SKYMASK_CSYSTEMCALLS_H

#include "children.h"
#include "durable.h"
#include "process.h"

#endif
