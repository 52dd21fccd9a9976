/* Breaks the Nth write to files whose path holds a word: loaded before the C library's own, armed by the test. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, EIO_ONCE, ENOSPC_ON };

static int mode = -1, at, seen;
static char word[64];

void fault_arm(int how, int point, const char *of) { mode = how; at = point; seen = 0; snprintf(word, sizeof word, "%s", of); }
int fault_seen(void) { mode = -1; return seen; }

static int ours(const char *path) { return mode >= 0 && strstr(path, word) != NULL; }

static int ours_fd(int fd) {
  char link[32], path[4096];
  if (mode < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return ours(path);
}

/* 1 when this call must fail, 2 when half of it is to be written before the process dies. */
static int struck(int of_ours) {
  if (!of_ours) return 0;
  seen++;
  if (mode == COUNT || seen < at || (seen > at && mode != ENOSPC_ON)) return 0;
  if (mode == KILL) kill(getpid(), SIGKILL);
  if (mode == TORN) return 2;
  errno = mode == ENOSPC_ON ? ENOSPC : EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITE_AT(name, off)                                                  \
  ssize_t name(int fd, const void *from, size_t n, off where) {              \
    int how = struck(ours_fd(fd));                                           \
    if (how == 1) return -1;                                                 \
    ssize_t done = REAL(name)(fd, from, how == 2 ? n / 2 : n, where);        \
    if (how == 2) kill(getpid(), SIGKILL);                                   \
    return done;                                                             \
  }
WRITE_AT(pwrite, off_t)
WRITE_AT(pwrite64, off64_t)

ssize_t write(int fd, const void *from, size_t n) {
  int how = struck(ours_fd(fd));
  if (how == 1) return -1;
  ssize_t done = REAL(write)(fd, from, how == 2 ? n / 2 : n);
  if (how == 2) kill(getpid(), SIGKILL);
  return done;
}

#define PLAIN(name, parameters, arguments, mine)                             \
  int name parameters {                                                      \
    int how = struck(mine);                                                  \
    if (how == 2) kill(getpid(), SIGKILL);                                   \
    return how ? -1 : REAL(name) arguments;                                  \
  }
PLAIN(fsync, (int fd), (fd), ours_fd(fd))
PLAIN(fdatasync, (int fd), (fd), ours_fd(fd))
PLAIN(ftruncate, (int fd, off_t n), (fd, n), ours_fd(fd))
PLAIN(ftruncate64, (int fd, off64_t n), (fd, n), ours_fd(fd))
PLAIN(unlink, (const char *path), (path), ours(path))
