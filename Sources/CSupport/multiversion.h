// Marks a function to be compiled for several instruction sets, the best of which is chosen when the program starts.
#ifndef SKYMASK_MULTIVERSION_H
#define SKYMASK_MULTIVERSION_H

#if defined(__x86_64__) && defined(__linux__)
#define SM_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SM_MULTIVERSION
#endif

#define SM_INLINE static inline __attribute__((always_inline))

#endif
