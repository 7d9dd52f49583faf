// What this process knows of those that it started, and of theirs.
#ifndef SKYMASK_CHILDREN_H
#define SKYMASK_CHILDREN_H

/// From now on, children whose parent ends become children of this process; 0, or the errno. Linux only.
int children_adopt(void);

/// Waits for a child to end, by its process id; 0, or the errno.
int children_wait(int process);

/// User and system seconds of all children that were waited for, and of those that they waited for.
double children_seconds(void);

#endif
