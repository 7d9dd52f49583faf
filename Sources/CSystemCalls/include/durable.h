// File calls that Swift lacks. Each returns 0, or the errno of what failed; a call that a signal interrupts goes on.
#ifndef SKYMASK_DURABLE_H
#define SKYMASK_DURABLE_H

/// Hands the file's bytes to the disk, through the drive's own cache where the system offers that (macOS).
int durable_sync_file(int descriptor);

/// Makes the names in a folder durable: what was created, renamed and removed there.
int durable_sync_folder(const char *path);

/// Closes a file; the descriptor is free then, whatever this returns.
int durable_close(int descriptor);

/// Moves `from` to `to` in one step, over whatever file is there.
int durable_rename(const char *from, const char *to);

/// Moves `from` to `to` in one step; EEXIST when there is a `to`, which then is untouched.
int durable_rename_exclusive(const char *from, const char *to);

/// Takes the exclusive lock of an open file without waiting; EWOULDBLOCK when another process holds it.
int durable_try_lock(int descriptor);

/// Frees the lock, also where a child that is just being started has a copy of the descriptor.
int durable_unlock(int descriptor);

/// What a path is: 0 nothing, 1 a file, 2 a folder, 3 something else. The size is that of a file.
int durable_kind(const char *path, int *kind, long long *size);

/// A folder whose names are read one by one; NULL, and the errno in `error`, when it cannot be.
struct durable_folder;
struct durable_folder *durable_open_folder(const char *path, int *error);
/// The next name but `.` and `..`, valid until the next call; NULL at the end, with 0 in `error`, or on failure.
const char *durable_next_name(struct durable_folder *folder, int *error);
void durable_close_folder(struct durable_folder *folder);

int durable_make_folder(const char *path);
int durable_remove_file(const char *path);
int durable_truncate(int descriptor);

#endif
