// One source for every instruction set.
//
// A path is one compilation of every file in kernels/: path_avx512.c, path_avx2.c, path_neon.c and path_generic.c each
// set SKM_PATH and the registers that a block may fill, and include them all. dispatch.c picks one of them at run time.
//
// The numeric contract: every path gives the same bits. The order of each sum is written in the doc comment of its
// function and does not depend on the path; a multiply and an add are fused where the code says `fused`, and nowhere
// else; no function of the C library computes a number, but sqrt and fmaf, which are exactly rounded everywhere.
#ifndef SKYMASK_PATHS_H
#define SKYMASK_PATHS_H

#define SKM_JOINED(name, path) name##_##path
#define SKM_JOIN(name, path) SKM_JOINED(name, path)
/// The name of a kernel on this path.
#define SKM(name) SKM_JOIN(name, SKM_PATH)

/// A function that is compiled into its callers.
#define SKM_INLINE static inline __attribute__((always_inline))
/// No load is moved over this: where sums fill the registers, a load made early would drive one of them out.
#define SKM_IN_ORDER __asm__ volatile("" ::: "memory")
#define SKM_UNROLLED _Pragma("clang loop unroll(full)")

#endif
