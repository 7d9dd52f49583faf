// sched_getaffinity and pipe2 are extensions of glibc.
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#endif

int process_affinity_cores(void) {
#ifdef __linux__
  // Machines of more than CPU_SETSIZE cores refuse the small set; their count of online cores stands in.
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

// Written before any handler is in place, and read by handlers alone after that.
static int stop_status;
static unsigned stop_seconds;
static atomic_int stop_asked;

static void end_at_deadline(int number) {
  (void)number;
  _exit(stop_status);
}

// Calls nothing but alarm, which is safe in a handler. Only the first wish starts the clock.
static void ask_to_stop(void) {
  if (atomic_exchange(&stop_asked, 1) == 0) alarm(stop_seconds);
}

static void stop_at_signal(int number) {
  (void)number;
  ask_to_stop();
}

int process_stop_on_signals(int status, unsigned seconds) {
  stop_status = status;
  stop_seconds = seconds;
  struct sigaction action = {.sa_handler = end_at_deadline, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGALRM, &action, NULL) != 0) return errno;
  action.sa_handler = stop_at_signal;
  sigset_t heard;
  sigemptyset(&heard);
  sigaddset(&heard, SIGALRM);
  const int numbers[] = {SIGTERM, SIGINT, SIGUSR1};
  for (int i = 0; i < 3; i++) {
    if (sigaction(numbers[i], &action, NULL) != 0) return errno;
    sigaddset(&heard, numbers[i]);
  }
  action.sa_handler = SIG_IGN;
  if (sigaction(SIGHUP, &action, NULL) != 0) return errno;
  // Whoever started this process may have blocked them, and that is inherited.
  return pthread_sigmask(SIG_UNBLOCK, &heard, NULL);
}

static void *wait_for_end_of_input(void *unused) {
  char bytes[64];
  for (;;) {
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    ask_to_stop();
    return unused;
  }
}

int process_stop_when_input_ends(void) {
  pthread_t thread;
  int error = pthread_create(&thread, NULL, wait_for_end_of_input, NULL);
  return error != 0 ? error : pthread_detach(thread);
}

int process_stop_is_asked(void) { return atomic_load_explicit(&stop_asked, memory_order_relaxed); }

int process_pipe(int *read_end, int *write_end) {
  int ends[2];
#ifdef __linux__
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
  if (pipe(ends) != 0) return errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

#ifdef __linux__
// The count of getrusage would begin with what the parent held when it started this process; this one does not.
static long long high_water_mark(void) {
  FILE *file = fopen("/proc/self/status", "re");
  if (file == NULL) return 0;
  char line[256];
  long long kibibytes = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "VmHWM: %lld kB", &kibibytes) == 1) break;
  }
  fclose(file);
  return kibibytes * 1024;
}
#endif

long long process_peak_memory(void) {
#ifdef __linux__
  long long mark = high_water_mark();
  if (mark > 0) return mark;
#endif
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return usage.ru_maxrss * 1024LL;
#endif
}

int process_wait(int process, long long *peak_bytes) {
  *peak_bytes = 0;
  for (;;) {
    siginfo_t info;
#ifdef __linux__
    // The call has a fifth argument that the C library hides.
    struct rusage usage;
    if (syscall(SYS_waitid, P_PID, process, &info, WEXITED | WNOWAIT, &usage) == 0) {
      *peak_bytes = usage.ru_maxrss * 1024LL;
      return 0;
    }
#else
    if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT) == 0) return 0;
#endif
    if (errno != EINTR) return errno;
  }
}
