#ifndef SKYMASK_DISPATCH_H
#define SKYMASK_DISPATCH_H

/// Compiles a function once for each of three instruction sets; the loader picks the best that the CPU has.
///
/// Vectors of 16 floats are then one, two or four registers wide, so that the order of every sum is the same on all of
/// them; only the rounding of fused multiply-adds tells them apart.
#if defined(__x86_64__) && defined(__linux__) && (defined(__clang__) || defined(__GNUC__))
#if defined(__clang__)
#define SKM_CLONES                                                                                     \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), min_vector_width(512)))
#else
#define SKM_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#else
#define SKM_CLONES
#endif

/// A function that is compiled into each clone of its caller.
#define SKM_INLINE static inline __attribute__((always_inline))

#endif
