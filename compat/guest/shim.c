/*
 * Lets VMware Tools run outside of a VMware machine: preloaded into an unmodified vmtoolsd, it answers the questions
 * whether this is one, and leads the connections to the host (AF_VSOCK, ports 975 and 976) to where vcsnap listens:
 * VCSNAP_GUEST is a folder with the UNIX sockets "975" and "976", or the number to which they are added as ports of the
 * loopback address.
 *
 * While there is a file /hang, Tools that read a file wait, as for a server of files that is gone.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <linux/vm_sockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

char VmCheck_IsVirtualWorld(void) { return 1; }

char VmCheck_GetVersion(unsigned *version, unsigned *type) {
  *version = 6;
  *type = 2; /* a host */
  return 1;
}

/* The older way to the host, a port of the processor: none. */
void Backdoor(void *request) {}
void Backdoor_InOut(void *request) {}
void Backdoor_HbIn(void *request) {}
void Backdoor_HbOut(void *request) {}
void *Message_Open(unsigned protocol) { return NULL; }
char Message_OpenAllocated(unsigned protocol, void *channel, char *buffer, size_t size) { return 0; }

ssize_t pread64(int fd, void *bytes, size_t size, off64_t from) {
  ssize_t (*real)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pread64");
  while (access("/hang", F_OK) == 0) usleep(50000);
  return real(fd, bytes, size, from);
}

static const char *place(void) {
  const char *place = getenv("VCSNAP_GUEST");
  return place ? place : "/host";
}

static int is_folder(void) { return place()[0] == '/'; }

int socket(int family, int type, int protocol) {
  int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  return real(family == AF_VSOCK ? (is_folder() ? AF_UNIX : AF_INET) : family, type, family == AF_VSOCK ? 0 : protocol);
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  return address->sa_family == AF_VSOCK ? 0 : real(fd, address, length);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
  if (address->sa_family != AF_VSOCK) return real(fd, address, length);
  unsigned port = ((const struct sockaddr_vm *)address)->svm_port;
  if (is_folder()) {
    struct sockaddr_un folder = {.sun_family = AF_UNIX};
    snprintf(folder.sun_path, sizeof folder.sun_path, "%s/%u", place(), port);
    return real(fd, (struct sockaddr *)&folder, sizeof folder);
  }
  struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  loopback.sin_port = htons(atoi(place()) + port);
  return real(fd, (struct sockaddr *)&loopback, sizeof loopback);
}
