// RENAME_NOREPLACE and renameat2 are extensions of glibc.
#define _GNU_SOURCE
#include "durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// A signal may end a call before it did anything; the call is made again then.
#define RETRIED(status, call) \
  do (status) = (call); \
  while ((status) < 0 && errno == EINTR)

int durable_sync_file(int descriptor) {
#ifdef F_FULLFSYNC
  if (fcntl(descriptor, F_FULLFSYNC) == 0) return 0;
  // File systems without it, network ones among them, have the ordinary call.
#endif
  int status;
  RETRIED(status, fsync(descriptor));
  return status == 0 ? 0 : errno;
}

int durable_sync_folder(const char *path) {
  int descriptor;
  RETRIED(descriptor, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor < 0) return errno;
  int status = durable_sync_file(descriptor);
  close(descriptor);
  // Some network file systems cannot sync a folder and say so; their names are durable by then.
  return status == EINVAL ? 0 : status;
}

int durable_close(int descriptor) {
  // Interrupted, it is closed all the same (Linux, macOS); closing it again could hit another file.
  return close(descriptor) == 0 || errno == EINTR ? 0 : errno;
}

int durable_rename(const char *from, const char *to) {
  int status;
  RETRIED(status, rename(from, to));
  return status == 0 ? 0 : errno;
}

int durable_rename_exclusive(const char *from, const char *to) {
  int status;
#if defined(__APPLE__)
  RETRIED(status, renamex_np(from, to, RENAME_EXCL));
  if (status == 0) return 0;
  if (errno != ENOTSUP && errno != EINVAL) return errno;
#elif defined(RENAME_NOREPLACE)
  RETRIED(status, renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
  if (status == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
  // NFS knows no exclusive rename, but a link never replaces.
  RETRIED(status, link(from, to));
  if (status != 0) return errno;
  return durable_remove_file(from);
}

int durable_try_lock(int descriptor) {
  int status;
  RETRIED(status, flock(descriptor, LOCK_EX | LOCK_NB));
  return status == 0 ? 0 : errno;
}

int durable_unlock(int descriptor) {
  int status;
  RETRIED(status, flock(descriptor, LOCK_UN));
  return status == 0 ? 0 : errno;
}

int durable_kind(const char *path, int *kind, long long *size) {
  struct stat info;
  *kind = 0;
  *size = 0;
  int status;
  RETRIED(status, stat(path, &info));
  if (status != 0) return errno == ENOENT ? 0 : errno;
  *kind = S_ISREG(info.st_mode) ? 1 : S_ISDIR(info.st_mode) ? 2 : 3;
  *size = S_ISREG(info.st_mode) ? (long long)info.st_size : 0;
  return 0;
}

struct durable_folder *durable_open_folder(const char *path, int *error) {
  DIR *folder = opendir(path);
  *error = folder == NULL ? errno : 0;
  return (struct durable_folder *)folder;
}

const char *durable_next_name(struct durable_folder *folder, int *error) {
  for (;;) {
    // readdir tells an error from the end by errno alone.
    errno = 0;
    const struct dirent *entry = readdir((DIR *)folder);
    *error = entry == NULL ? errno : 0;
    if (entry == NULL) return NULL;
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) return entry->d_name;
  }
}

void durable_close_folder(struct durable_folder *folder) { closedir((DIR *)folder); }

int durable_make_folder(const char *path) {
  int status;
  RETRIED(status, mkdir(path, 0777));
  return status == 0 ? 0 : errno;
}

int durable_remove_file(const char *path) {
  int status;
  RETRIED(status, unlink(path));
  return status == 0 ? 0 : errno;
}

int durable_truncate(int descriptor) {
  int status;
  RETRIED(status, ftruncate(descriptor, 0));
  return status == 0 ? 0 : errno;
}
