// renameat2 and O_TMPFILE are extensions of glibc.
#define _GNU_SOURCE
#include "faults.h"

// Says __GLIBC__.
#include <errno.h>

static _Thread_local int active;
static _Thread_local enum faults_kind kind;
static _Thread_local int error;
static _Thread_local int at;
static _Thread_local int count;
// Files that were opened meanwhile and not closed.
static _Thread_local int opened[1024];
static _Thread_local int opened_count;

void faults_start(enum faults_kind of, int with, int number) {
  kind = of;
  error = with;
  at = number;
  count = 0;
  active = 1;
}

static void close_what_is_open(void);

int faults_stop(void) {
  active = 0;
  close_what_is_open();
  return count;
}

#if defined(__GLIBC__)
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int faults_can_be_injected(void) { return 1; }

// Whether this call, which is no write, must return the error.
static int fails(void) {
  if (!active || kind != FAULTS_ERROR || ++count != at) return 0;
  errno = error;
  return 1;
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  if (active && kind == FAULTS_ERROR && fails()) return -1;
  if (active && kind != FAULTS_ERROR) {
    count++;
    if (count == at && size > 1) size /= 2;
    if (count == at + 1 && at > 0) {
      errno = error;
      return -1;
    }
  }
  return syscall(SYS_write, descriptor, bytes, size);
}

static void close_what_is_open(void) {
  while (opened_count > 0) syscall(SYS_close, opened[--opened_count]);
}

static int open_file(const char *path, int flags, mode_t mode) {
  if (fails()) return -1;
  int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  int size = (int)(sizeof opened / sizeof *opened);
  if (active && descriptor >= 0 && opened_count < size) opened[opened_count++] = descriptor;
  return descriptor;
}

#define MODE_OF_OPEN(flags, mode)                          \
  mode_t mode = 0;                                         \
  if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) {  \
    va_list arguments;                                     \
    va_start(arguments, flags);                            \
    mode = (mode_t)va_arg(arguments, int);                 \
    va_end(arguments);                                     \
  }

int open(const char *path, int flags, ...) {
  MODE_OF_OPEN(flags, mode)
  return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE_OF_OPEN(flags, mode)
  return open_file(path, flags | O_LARGEFILE, mode);
}

// As Linux does it: interrupted or failed, the descriptor is free all the same. Only what was written can be lost.
int close(int descriptor) {
  int is_read_only = active && error != EINTR && (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY;
  if (active) {
    for (int i = 0; i < opened_count; i++) {
      if (opened[i] == descriptor) opened[i--] = opened[--opened_count];
    }
  }
  int status = (int)syscall(SYS_close, descriptor);
  return !is_read_only && fails() ? -1 : status;
}

int fsync(int descriptor) {
  if (fails()) return -1;
  return active ? 0 : (int)syscall(SYS_fsync, descriptor);
}

int ftruncate(int descriptor, off_t size) { return fails() ? -1 : (int)syscall(SYS_ftruncate, descriptor, size); }

int ftruncate64(int descriptor, off64_t size) { return fails() ? -1 : (int)syscall(SYS_ftruncate, descriptor, size); }

int flock(int descriptor, int operation) { return fails() ? -1 : (int)syscall(SYS_flock, descriptor, operation); }

int rename(const char *from, const char *to) {
  return fails() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  return fails() ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int unlink(const char *path) { return fails() ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0); }

int mkdir(const char *path, mode_t mode) { return fails() ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode); }
#else
static void close_what_is_open(void) {}

int faults_can_be_injected(void) { return 0; }
#endif
