/* Breaks the Nth write to files whose path holds a word: loaded before the C library's own.

   What is to be broken stands in the file that FAULT_SWITCH names. Every process with this library maps it, the children
   of the harness or a server's, and counts there what it writes; whoever writes into that file arms all of them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OFF = -1, COUNT, KILL, TORN, EIO_ONCE, ENOSPC_ON };

struct plan { int mode, at, seen; char word[64]; };
static struct plan off = {OFF, 0, 0, ""}, *plan = &off;

__attribute__((constructor)) static void share(void) {
  const char *name = getenv("FAULT_SWITCH");
  int fd = name ? open(name, O_RDWR) : -1;
  if (fd < 0) return;
  void *there = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (there != MAP_FAILED) plan = there;
  close(fd);
}

static int ours(const char *path) { return plan->mode != OFF && strstr(path, plan->word) != NULL; }

static int ours_fd(int fd) {
  char link[32], path[4096];
  if (plan->mode == OFF) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return ours(path);
}

/* 1 when this call must fail, 2 when half of it is to be written before the process dies. */
static int struck(int of_ours) {
  if (!of_ours) return 0;
  int seen = __sync_add_and_fetch(&plan->seen, 1);
  if (plan->mode == COUNT || seen < plan->at || (seen > plan->at && plan->mode != ENOSPC_ON)) return 0;
  if (plan->mode == KILL) kill(getpid(), SIGKILL);
  if (plan->mode == TORN) return 2;
  errno = plan->mode == ENOSPC_ON ? ENOSPC : EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITE(name, parameters, arguments)                                   \
  ssize_t name parameters {                                                  \
    int how = struck(ours_fd(fd));                                           \
    if (how == 1) return -1;                                                 \
    if (how == 2) n /= 2;                                                    \
    ssize_t done = REAL(name) arguments;                                     \
    if (how == 2) kill(getpid(), SIGKILL);                                   \
    return done;                                                             \
  }
WRITE(write, (int fd, const void *from, size_t n), (fd, from, n))
WRITE(pwrite, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at))
WRITE(pwrite64, (int fd, const void *from, size_t n, off64_t at), (fd, from, n, at))
WRITE(pwritev, (int fd, const struct iovec *from, int n, off_t at), (fd, from, n, at))
WRITE(pwritev64, (int fd, const struct iovec *from, int n, off64_t at), (fd, from, n, at))

/* A line that fails is broken for whoever listens on it too. */
ssize_t send(int fd, const void *from, size_t n, int flags) {
  int how = struck(ours_fd(fd));
  if (how == 1) {
    shutdown(fd, SHUT_RDWR);
    errno = ECONNRESET;
    return -1;
  }
  ssize_t done = REAL(send)(fd, from, how == 2 ? n / 2 : n, flags);
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
