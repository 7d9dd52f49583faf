// Counts the calls of malloc and its kin while `counting` is on; links into a test program in place of the C library's.
#ifndef SKYMASK_ALLOCATIONS_H
#define SKYMASK_ALLOCATIONS_H

#include <stdint.h>

/// Whether allocations can be counted here: glibc only.
int allocations_can_be_counted(void);
/// Counts from 0 for the calling thread.
void allocations_start(void);
/// Stops, and returns how many there were.
int64_t allocations_stop(void);

#endif
