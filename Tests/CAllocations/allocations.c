#include "allocations.h"

#include <stddef.h>

static _Thread_local int counting;
static _Thread_local int64_t count;

void allocations_start(void) {
  count = 0;
  counting = 1;
}

int64_t allocations_stop(void) {
  counting = 0;
  return count;
}

#if defined(__GLIBC__) || defined(__linux__)
#include <errno.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

int allocations_can_be_counted(void) { return 1; }

static void note(void) {
  if (counting) count++;
}

void *malloc(size_t size) {
  note();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  note();
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  note();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  note();
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}
#else
int allocations_can_be_counted(void) { return 0; }
#endif
