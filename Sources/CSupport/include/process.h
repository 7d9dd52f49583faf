// Process calls that Swift lacks.
#ifndef SKYMASK_PROCESS_H
#define SKYMASK_PROCESS_H

/// The number of cores that this process may run on; at least 1.
int process_affinity_cores(void);

/// Ends this process with `status` as soon as its standard input ends.
///
/// A thread waits for that, so it works while every other one is busy. Returns 0, or the errno of the failed start.
int process_exit_when_input_ends(int status);

/// A pipe whose ends no child inherits by accident. Returns 0 or an errno.
int process_pipe(int *read_end, int *write_end);

/// The most memory that this process held at once, bytes; 0 where it is not known.
long long process_peak_memory(void);

/// Waits until the child `process` has ended, and leaves it to be waited for again, so that its number stays its own.
///
/// `peak_bytes` is the most memory that it held at once, 0 where that is not known. The kernel starts that count with
/// what this process held when it started the child. Returns 0 or an errno.
int process_wait(int process, long long *peak_bytes);

#endif
