// Digests of the output of every kernel on inputs that a formula gives: the same on every instruction set.
#ifndef SKYMASK_KERNEL_DIGESTS_H
#define SKYMASK_KERNEL_DIGESTS_H

/// Runs every kernel on the instruction set in use and writes one line for each case: its name and shape, then the
/// 64-bit FNV-1a digest of its output in hexadecimal.
///
/// Not safe for use from two threads at once.
///
/// @return 0, or the errno of the file at `path`.
int kernel_digests_write(const char *path);

#endif
