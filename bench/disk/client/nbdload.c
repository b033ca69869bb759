/*
 * nbdload: puts load on an NBD server and says how it coped, in one line of JSON.
 *
 *   nbdload -u URI -w randread|randwrite|read|write [-b BYTES] [-q DEPTH] [-t SECONDS | -n REQUESTS]
 *           [-o FIRST_BYTE] [-r RANGE_BYTES] [-s SEED] [-f N] [-1]
 *
 * URI is nbd+unix:///EXPORT?socket=PATH or nbd://HOST:PORT/EXPORT. -f N flushes after every N writes.
 *
 * It costs little itself, so that the server is what is measured: it sends all requests that may be
 * in flight in one send and takes many answers with one receive; with -1 it sends each request by
 * itself, as most clients do. The offsets depend on the seed alone, so two servers get the same
 * requests. It speaks fixed newstyle with simple replies.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CMD_READ = 0, CMD_WRITE = 1, CMD_DISCONNECT = 2, CMD_FLUSH = 3 };
enum { HEADER_BYTES = 28, REPLY_BYTES = 16, OPT_GO = 7, REP_ACK = 1, REP_INFO = 3 };
#define REQUEST_MAGIC 0x25609513u
#define REPLY_MAGIC 0x67446698u

static void die(const char *what) {
  fprintf(stderr, "nbdload: %s (%s)\n", what, strerror(errno));
  exit(2);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static double cpu_seconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* ---- numbers on the wire */

static void put16(char *p, uint16_t v) { v = htobe16(v); memcpy(p, &v, 2); }
static void put32(char *p, uint32_t v) { v = htobe32(v); memcpy(p, &v, 4); }
static void put64(char *p, uint64_t v) { v = htobe64(v); memcpy(p, &v, 8); }
static uint16_t get16(const char *p) { uint16_t v; memcpy(&v, p, 2); return be16toh(v); }
static uint32_t get32(const char *p) { uint32_t v; memcpy(&v, p, 4); return be32toh(v); }
static uint64_t get64(const char *p) { uint64_t v; memcpy(&v, p, 8); return be64toh(v); }

static void put_request(char *p, int command, uint64_t cookie, uint64_t offset, uint32_t length) {
  put32(p, REQUEST_MAGIC);
  put16(p + 4, 0);
  put16(p + 6, command);
  put64(p + 8, cookie);
  put64(p + 16, offset);
  put32(p + 24, length);
}

/* ---- chance: splitmix64 */

static uint64_t chance_state = 42;

static uint64_t chance(void) {
  uint64_t z = (chance_state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/* ---- connecting */

static int fd;

static void read_all(void *target, size_t n) {
  for (char *p = target; n;) {
    ssize_t got = read(fd, p, n);
    if (got <= 0) die("the server left");
    p += got;
    n -= got;
  }
}

static void write_all(const void *source, size_t n) {
  for (const char *p = source; n;) {
    ssize_t put = write(fd, p, n);
    if (put <= 0) die("the server left");
    p += put;
    n -= put;
  }
}

/* %20 and friends. */
static void unescape(char *s) {
  char *to = s;
  for (; *s; s++) {
    if (*s == '%' && s[1] && s[2]) {
      char digits[3] = {s[1], s[2], 0};
      *to++ = (char)strtol(digits, NULL, 16);
      s += 2;
    } else {
      *to++ = *s;
    }
  }
  *to = 0;
}

static int dial_unix(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  unescape(address.sun_path);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(s, (void *)&address, sizeof address)) die("connect");
  return s;
}

static int dial_tcp(char *host) {
  char *port = strrchr(host, ':');
  if (port) *port++ = 0;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, port ? port : "10809", &hints, &found)) die("resolve");
  int s = socket(found->ai_family, SOCK_STREAM, 0);
  if (connect(s, found->ai_addr, found->ai_addrlen)) die("connect");
  int on = 1;
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return s;
}

/* Connects and leaves the export's name, unescaped, in name. */
static int dial(const char *uri, char *name, size_t name_size) {
  char text[1024];
  const char *authority = strstr(uri, "//");
  if (!authority) die("bad URI");
  snprintf(text, sizeof text, "%s", authority + 2);
  char *query = strchr(text, '?');
  if (query) *query++ = 0;
  char *path = strchr(text, '/');
  if (path) *path++ = 0;
  snprintf(name, name_size, "%s", path ? path : "");
  unescape(name);
  char *socket_path = query ? strstr(query, "socket=") : NULL;
  return socket_path ? dial_unix(socket_path + 7) : dial_tcp(text);
}

/* Returns the size of the export. */
static uint64_t negotiate(const char *name) {
  char b[65536];
  read_all(b, 18);
  if (memcmp(b, "NBDMAGICIHAVEOPT", 16)) die("no newstyle server");
  put32(b, get16(b + 16) & 3);
  write_all(b, 4);
  size_t length = strlen(name);
  memcpy(b, "IHAVEOPT", 8);
  put32(b + 8, OPT_GO);
  put32(b + 12, 6 + length);
  put32(b + 16, length);
  memcpy(b + 20, name, length);
  put16(b + 20 + length, 0);
  write_all(b, 22 + length);
  uint64_t size = 0;
  for (;;) {
    read_all(b, 20);
    uint32_t type = get32(b + 12), n = get32(b + 16);
    if (n > sizeof b) die("long answer to an option");
    read_all(b, n);
    if (type == REP_ACK) return size;
    if (type >> 31) die("export refused");
    if (type == REP_INFO && n >= 12 && get16(b) == 0) size = get64(b + 2);
  }
}

/* ---- what is asked for */

static struct {
  const char *uri, *work;
  uint32_t block;
  int depth, one_by_one;
  double seconds;
  uint64_t requests, first, range;
  long flush_every;
} want = {.work = "randread", .block = 4096, .depth = 32};

static void parse(int argc, char **argv) {
  for (int o; (o = getopt(argc, argv, "u:w:b:q:t:n:o:r:s:f:1")) != -1;) switch (o) {
      case 'u': want.uri = optarg; break;
      case 'w': want.work = optarg; break;
      case 'b': want.block = atol(optarg); break;
      case 'q': want.depth = atoi(optarg); break;
      case 't': want.seconds = atof(optarg); break;
      case 'n': want.requests = atoll(optarg); break;
      case 'o': want.first = atoll(optarg); break;
      case 'r': want.range = atoll(optarg); break;
      case 's': chance_state = atoll(optarg); break;
      case 'f': want.flush_every = atol(optarg); break;
      case '1': want.one_by_one = 1; break;
      default: exit(2);
    }
  if (!want.uri) die("-u URI is needed");
  if (!want.seconds && !want.requests) want.seconds = 3;
}

/* ---- the load */

static struct {
  char *out, *in, *payload, *is_flush;
  size_t out_size, out_end, out_sent, in_size, in_end;
  int *free_slots, free_count, in_flight, writing, random;
  double *began;
  float *latency;
  size_t latency_size, latency_count;
  uint64_t blocks, sequence, sent, done;
  long since_flush, flush_wanted;
  uint64_t data_left; /* of the read whose answer is being received */
  int slot;           /* of that answer */
} run;

static void *zeroed(size_t count, size_t size) {
  void *p = calloc(count, size);
  if (!p) die("memory");
  return p;
}

static void prepare(uint64_t size) {
  if (want.first >= size) die("-o is past the end");
  if (!want.range || want.range > size - want.first) want.range = size - want.first;
  run.blocks = want.range / want.block;
  if (!run.blocks) die("the range is too small");
  run.writing = strstr(want.work, "write") != NULL;
  run.random = !strncmp(want.work, "rand", 4);
  run.out_size = (size_t)want.depth * (HEADER_BYTES + (run.writing ? want.block : 0)) + HEADER_BYTES;
  run.in_size = (size_t)want.depth * (REPLY_BYTES + (run.writing ? 0 : want.block));
  if (run.in_size > 4u << 20) run.in_size = 4u << 20;
  if (run.in_size < 65536) run.in_size = 65536;
  run.out = zeroed(run.out_size, 1);
  run.in = zeroed(run.in_size, 1);
  run.payload = zeroed(want.block, 1);
  run.is_flush = zeroed(want.depth, 1);
  run.free_slots = zeroed(want.depth, sizeof *run.free_slots);
  run.began = zeroed(want.depth, sizeof *run.began);
  run.latency_size = 1 << 20;
  run.latency = zeroed(run.latency_size, sizeof *run.latency);
  while (run.free_count < want.depth) {
    run.free_slots[run.free_count] = want.depth - 1 - run.free_count;
    run.free_count++;
  }
  for (uint32_t i = 0; i + 8 <= want.block; i += 8) put64(run.payload + i, i & 64 ? chance() : 0x5a5a5a5a5a5a5a5aull);
}

static int may_send(void) {
  if (run.flush_wanted) return !run.in_flight;
  return run.free_count && (!want.requests || run.sent < want.requests)
      && run.out_end + HEADER_BYTES + (run.writing ? want.block : 0) <= run.out_size;
}

/* Puts one more request into the output. */
static void add_request(double at) {
  int slot = run.free_slots[--run.free_count];
  char *p = run.out + run.out_end;
  run.began[slot] = at;
  run.in_flight++;
  run.out_end += HEADER_BYTES;
  run.is_flush[slot] = run.flush_wanted;
  if (run.flush_wanted) {
    put_request(p, CMD_FLUSH, slot, 0, 0);
    run.flush_wanted = 0;
    return;
  }
  uint64_t block = run.random ? chance() % run.blocks : run.sequence++ % run.blocks;
  put_request(p, run.writing ? CMD_WRITE : CMD_READ, slot, want.first + block * want.block, want.block);
  if (run.writing) {
    put64(run.payload, run.sent);
    memcpy(run.out + run.out_end, run.payload, want.block);
    run.out_end += want.block;
    if (want.flush_every && ++run.since_flush >= want.flush_every) run.since_flush = 0, run.flush_wanted = 1;
  }
  run.sent++;
}

/* False when the socket takes no more for now. */
static int push(void) {
  ssize_t n = send(fd, run.out + run.out_sent, run.out_end - run.out_sent, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) die("send");
  if (n > 0) run.out_sent += n;
  if (run.out_sent < run.out_end) return 0;
  run.out_sent = run.out_end = 0;
  return 1;
}

static void send_requests(int stop) {
  double at = now();
  while (!stop && run.out_sent == 0 && may_send()) {
    add_request(at);
    if (want.one_by_one && !push()) return;
  }
  if (run.out_sent < run.out_end) push();
}

static void finish(double at) {
  if (!run.is_flush[run.slot]) {
    run.done++;
    if (run.latency_count < run.latency_size) run.latency[run.latency_count++] = (at - run.began[run.slot]) * 1e6;
  }
  run.free_slots[run.free_count++] = run.slot;
  run.in_flight--;
}

/* Takes the answers, whole or begun, out of what has arrived. */
static void take_answers(void) {
  double at = now();
  size_t p = 0;
  while (p < run.in_end) {
    if (run.data_left) {
      size_t n = run.in_end - p < run.data_left ? run.in_end - p : run.data_left;
      p += n;
      run.data_left -= n;
      if (!run.data_left) finish(at);
      continue;
    }
    if (run.in_end - p < REPLY_BYTES) break;
    if (get32(run.in + p) != REPLY_MAGIC) die("no answer where one should be");
    if (get32(run.in + p + 4)) die("the server answered with an error");
    uint64_t cookie = get64(run.in + p + 8);
    if (cookie >= (uint64_t)want.depth) die("an answer to nothing");
    run.slot = (int)cookie;
    p += REPLY_BYTES;
    if (run.writing) finish(at);
    else run.data_left = want.block;
  }
  memmove(run.in, run.in + p, run.in_end - p);
  run.in_end -= p;
}

static void receive(void) {
  ssize_t n = recv(fd, run.in + run.in_end, run.in_size - run.in_end, 0);
  if (n == 0) die("the server left");
  if (n < 0) {
    if (errno != EAGAIN) die("recv");
    struct pollfd wait = {fd, POLLIN | (run.out_sent < run.out_end ? POLLOUT : 0), 0};
    poll(&wait, 1, 10000);
    return;
  }
  run.in_end += n;
  take_answers();
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double percentile(double share) {
  return run.latency_count ? run.latency[(size_t)((run.latency_count - 1) * share)] : 0;
}

int main(int argc, char **argv) {
  char name[256];
  parse(argc, argv);
  fd = dial(want.uri, name, sizeof name);
  prepare(negotiate(name));
  fcntl(fd, F_SETFL, O_NONBLOCK);
  double start = now(), cpu = cpu_seconds();
  for (;;) {
    int stop = (want.requests && run.sent >= want.requests && !run.flush_wanted)
            || (want.seconds && now() - start >= want.seconds);
    if (stop && !run.in_flight && run.out_sent == run.out_end) break;
    send_requests(stop);
    receive();
  }
  double seconds = now() - start, per_op = run.done ? (cpu_seconds() - cpu) / run.done * 1e6 : 0;
  qsort(run.latency, run.latency_count, sizeof *run.latency, by_value);
  printf("{\"ops\":%llu,\"seconds\":%.4f,\"iops\":%.1f,\"mib_s\":%.2f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"client_us_op\":%.3f}\n",
      (unsigned long long)run.done, seconds, run.done / seconds, run.done / seconds * want.block / 1048576.0,
      percentile(.5), percentile(.99), per_op);
  char bye[HEADER_BYTES] = {0};
  put_request(bye, CMD_DISCONNECT, 0, 0, 0);
  fcntl(fd, F_SETFL, 0);
  write_all(bye, sizeof bye);
  return 0;
}
