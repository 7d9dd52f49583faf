// Process calls that Swift lacks.
#ifndef SKYMASK_PROCESS_H
#define SKYMASK_PROCESS_H

/// The number of cores that this process may run on; at least 1.
int process_affinity_cores(void);

/// Takes SIGTERM, SIGINT and SIGUSR1 for the wish that this process stops, and lets SIGHUP pass.
///
/// `seconds` after the first wish the process ends with `status`, whatever it is at. Returns 0 or an errno.
int process_stop_on_signals(int status, unsigned seconds);

/// Takes the end of standard input for that wish too; `process_stop_on_signals` comes first.
///
/// A thread waits for it, so it works while every other one is busy. Returns 0, or the errno of the failed start.
int process_stop_when_input_ends(void);

/// Whether anything wished this process to stop; 0 or 1.
int process_stop_is_asked(void);

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
