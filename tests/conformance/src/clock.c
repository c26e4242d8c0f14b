// Stops a program's clocks and moves them on by hand, so that nobody need wait for what takes minutes, and a machine that
// is busy makes nobody late.
//
// Preloaded, it lets every clock stand where it was when the program started, plus the nanoseconds that stand in the file
// named by CONFORMANCE_CLOCK. Whoever sleeps wakes when the time has come by the clock, and also when it has by the
// machine's, as from a sleep that ended early. (libfaketime makes all clocks one, and a thread that waits for a condition
// never wakes.)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t MILLISECOND = 1000000, SECOND = 1000000000;
// How long anybody sleeps before looking at the clock again; SETTLE in clock.rs counts on it.
static const int64_t LOOK = 5 * MILLISECOND;

enum { CLOCKS = 12 };
static int64_t start[CLOCKS];
static const int64_t nothing = 0;
static const volatile int64_t *offset = &nothing;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_ppoll)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
static int (*real_epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);
static long (*real_syscall)(long, ...);

static int64_t of_timespec(const struct timespec *t) { return t->tv_sec * SECOND + t->tv_nsec; }
static struct timespec to_timespec(int64_t t) { return (struct timespec){t / SECOND, t % SECOND}; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t machines_time(clockid_t clock) {
  struct timespec now = {0, 0};
  real_clock_gettime(clock, &now);
  return of_timespec(&now);
}

__attribute__((constructor)) static void begin(void) {
  if (real_syscall) return;
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  real_ppoll = dlsym(RTLD_NEXT, "ppoll");
  real_epoll_pwait = dlsym(RTLD_NEXT, "epoll_pwait");
  real_syscall = dlsym(RTLD_NEXT, "syscall");
  for (clockid_t clock = 0; clock < CLOCKS; clock++) start[clock] = machines_time(clock);

  const char *path = getenv("CONFORMANCE_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) offset = page;
  close(file);
}

static int is_moved_by_hand(clockid_t clock) {
  return clock >= 0 && clock < CLOCKS && clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  begin();
  if (!is_moved_by_hand(clock)) return real_clock_gettime(clock, now);
  *now = to_timespec(start[clock] + *offset);
  return 0;
}

// How much of a sleep is left, by the clock that is nearer to its end.
struct sleep {
  int64_t until, machines_until;
};

static struct sleep sleep_for(int64_t time) {
  return (struct sleep){*offset + time, machines_time(CLOCK_MONOTONIC) + time};
}

static int64_t left_of(const struct sleep *sleep) {
  int64_t left = least(sleep->until - *offset, sleep->machines_until - machines_time(CLOCK_MONOTONIC));
  return left > 0 ? left : 0;
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *signals) {
  if (!timeout) return real_ppoll(fds, count, NULL, signals);
  struct sleep sleep = sleep_for(of_timespec(timeout));
  for (;;) {
    int64_t left = left_of(&sleep);
    struct timespec nap = to_timespec(least(left, LOOK));
    int ready = real_ppoll(fds, count, &nap, signals);
    if (ready != 0 || left == 0) return ready;
  }
}

int poll(struct pollfd *fds, nfds_t count, int timeout) {
  struct timespec limit = to_timespec(timeout > 0 ? timeout * MILLISECOND : 0);
  return ppoll(fds, count, timeout < 0 ? NULL : &limit, NULL);
}

int epoll_pwait(int set, struct epoll_event *events, int count, int timeout, const sigset_t *signals) {
  if (timeout < 0) return real_epoll_pwait(set, events, count, timeout, signals);
  struct sleep sleep = sleep_for(timeout * MILLISECOND);
  for (;;) {
    int64_t left = left_of(&sleep);
    int nap = (least(left, LOOK) + MILLISECOND - 1) / MILLISECOND;
    int ready = real_epoll_pwait(set, events, count, nap, signals);
    if (ready != 0 || left == 0) return ready;
  }
}

int epoll_wait(int set, struct epoll_event *events, int count, int timeout) {
  return epoll_pwait(set, events, count, timeout, NULL);
}

// Rust's standard library waits for conditions with this, until a time on the monotonic clock.
static long wait_for_futex(long address, long operation, long value, const struct timespec *until, long mask) {
  struct sleep sleep = sleep_for(of_timespec(until) - start[CLOCK_MONOTONIC] - *offset);
  for (;;) {
    int64_t left = left_of(&sleep);
    struct timespec nap = to_timespec(machines_time(CLOCK_MONOTONIC) + least(left, LOOK));
    long result = real_syscall(SYS_futex, address, operation, value, &nap, NULL, mask);
    if (result == 0 || errno != ETIMEDOUT || left == 0) return result;
  }
}

long syscall(long number, ...) {
  begin();
  long argument[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i++) argument[i] = va_arg(arguments, long);
  va_end(arguments);

  const struct timespec *until = (const struct timespec *)argument[3];
  if (number == SYS_futex && until && (argument[1] & ~FUTEX_PRIVATE_FLAG) == FUTEX_WAIT_BITSET)
    return wait_for_futex(argument[0], argument[1], argument[2], until, argument[5]);
  return real_syscall(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}
