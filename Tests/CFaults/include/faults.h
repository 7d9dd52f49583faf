// Makes a call of the system fail in the calling thread; links into a test program in place of the C library's calls.
#ifndef SKYMASK_FAULTS_H
#define SKYMASK_FAULTS_H

/// Whether calls can be replaced here: glibc only.
int faults_can_be_injected(void);

enum faults_kind {
  /// The call returns this error and does nothing.
  FAULTS_ERROR,
  /// A write takes half of the bytes, and the next one returns the error; any other call is not counted.
  FAULTS_SHORT_WRITE_THEN_ERROR,
};

/// From now on, counts the calls that change files, and makes number `at`, from 1, fail; 0 only counts.
///
/// fsync then does nothing, since no power fails in a test.
void faults_start(enum faults_kind kind, int error, int at);
/// Ends that, closes the files that were opened meanwhile and not closed, as the end of a process would, and returns how
/// many calls were counted.
int faults_stop(void);

#endif
