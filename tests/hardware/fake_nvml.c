/* A libnvidia-ml.so.1 with the cards, the driver and the faults that a text file describes, so that the real binding
 * (nvidia-ml-py) can be tested on a machine without a GPU; and a libcuda.so.1 that knows in which order CUDA counts.
 * Return codes are those of nvml.h (nvmlReturn_t).
 *
 * FAKE_NVML names the file. It is read anew at every call: change it (write another, rename it) and the machine has
 * changed.
 *
 *   RETURN_OF_INIT DRIVER CUDA [BOOT]     The first line. Once it is not 0, or BOOT is another than when the session
 *                                         was opened, every call of that session fails (999): the driver went away.
 *   RETURN UUID MAJOR MINOR TOTAL FREE CELSIUS MILLIWATTS NAME WITH SPACES
 *                                         A card. RETURN is what every question about it comes to (15: lost); a TOTAL
 *                                         of 0 is "not supported". Bytes. Which cards there are is settled when the
 *                                         session opens: one that has left the file since is lost, a new one unseen.
 * and then, about the card above:
 *   process PID BYTES                     A program computes there; BYTES "-": the driver does not say (WSL2).
 *   graphics PID BYTES                    A program draws there.
 *   lost FROM UPTO                        Lost from the FROM-th time on that its handle is asked for, to before UPTO
 *                                         (0: for ever), in this process.
 *   hang MS                               Asking for its memory takes so long, or until this line is gone.
 *   ecc COUNT                             Uncorrectable memory errors since the driver was loaded.
 *   bus BITS MHZ                          Width and clock of its memory.
 *   busy PERCENT
 *   mig                                   MIG is on.
 *   mig UUID TOTAL FREE NAME WITH SPACES  MIG is on, and this is an instance; process lines may follow.
 * and anywhere:
 *   cuda UUID UUID ...                    CUDA's own order, fastest card first. Without it: the file's.
 *
 * FAKE_NVML_CHARGES names a folder in which processes say what they hold: files PID.ANYTHING with lines
 *   UUID BYTES RELEASE_MS
 * While PID lives it is one of the card's processes and BYTES are not free. When it is dead (a zombie is), BYTES are
 * not free for another RELEASE_MS milliseconds, counted from when this library first sees it dead. Write the file under
 * a name that does not begin with a digit, then rename it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7,
       LIBRARY_NOT_FOUND = 12, LOST = 15, UNKNOWN = 999 };
enum { CARDS = 32, PROCESSES = 32, INSTANCES = 7, NAME = 96 };

typedef unsigned long long Bytes;
static const Bytes NOT_TOLD = ~0ULL; /* NVML_VALUE_NOT_AVAILABLE */

typedef struct { unsigned pid; Bytes bytes; unsigned gpu_instance, compute_instance; } Process; /* nvmlProcessInfo_t */
typedef struct { int count; Process of[PROCESSES]; } Processes;
typedef struct {
  char uuid[NAME], name[NAME];
  int status, major, minor, celsius, mig, lost_from, lost_upto, hang_ms;
  int parent; /* index of the card that this is an instance of, or -1 */
  unsigned milliwatts, bits, mhz, busy;
  Bytes total, free, ecc;
  Processes computing, drawing;
} Card;

/* What the file says now. */
static Card cards[CARDS];
static int count, init_status, cuda, boot;
static char driver[64], cuda_order[CARDS][NAME];
static int cuda_count;

/* The session. A handle points to the card's UUID. */
static int is_open, is_dead, opened_boot, listed_count;
static char handles[4 * CARDS][NAME], *listed[CARDS];
static int asked[4 * CARDS]; /* how often each handle was asked for */

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}
static void take(Processes *all, unsigned pid, Bytes bytes) {
  for (int i = 0; i < all->count; i++)
    if (all->of[i].pid == pid) { all->of[i].bytes += bytes; return; }
  if (all->count < PROCESSES) all->of[all->count++] = (Process){pid, bytes, ~0U, ~0U};
}
static void about(Card *c, const char *line) {
  unsigned pid;
  char bytes[24];
  if (sscanf(line, " process %u %23s", &pid, bytes) == 2)
    take(&c->computing, pid, *bytes == '-' ? NOT_TOLD : strtoull(bytes, NULL, 10));
  if (sscanf(line, " graphics %u %23s", &pid, bytes) == 2)
    take(&c->drawing, pid, *bytes == '-' ? NOT_TOLD : strtoull(bytes, NULL, 10));
  sscanf(line, " lost %d %d", &c->lost_from, &c->lost_upto);
  sscanf(line, " hang %d", &c->hang_ms);
  sscanf(line, " ecc %llu", &c->ecc);
  sscanf(line, " bus %u %u", &c->bits, &c->mhz);
  sscanf(line, " busy %u", &c->busy);
}
static void read_card(const char *line, int *whole) {
  char word[8] = "";
  Card c = {.parent = -1};
  if (sscanf(line, "%d %95s %d %d %llu %llu %d %u %95[^\n]", &c.status, c.uuid, &c.major, &c.minor, &c.total, &c.free,
             &c.celsius, &c.milliwatts, c.name) == 9) {
    *whole = count;
    cards[count++] = c;
  } else if (count && sscanf(line, " %7s", word) == 1 && !strcmp(word, "mig")) {
    cards[*whole].mig = 1;
    c = (Card){.parent = *whole, .major = cards[*whole].major, .minor = cards[*whole].minor};
    if (sscanf(line, " mig %95s %llu %llu %95[^\n]", c.uuid, &c.total, &c.free, c.name) == 4) cards[count++] = c;
  } else if (count) {
    about(&cards[count - 1], line);
  }
}
static int lives(int pid) {
  char path[32], stat[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t size = fread(stat, 1, sizeof stat - 1, file);
  fclose(file);
  char *state = size ? strrchr(stat, ')') : NULL;
  return state && state[1] && state[2] != 'Z' && state[2] != 'X';
}
static long long dead_for_ms(const char *name) {
  static struct { char name[NAME]; long long since; } dead[256];
  static int used;
  for (int i = 0; i < used; i++)
    if (!strcmp(dead[i].name, name)) return now_ms() - dead[i].since;
  if (used < 256) {
    snprintf(dead[used].name, NAME, "%s", name);
    dead[used++].since = now_ms();
  }
  return 0;
}
static void read_charges(void) {
  const char *folder = getenv("FAKE_NVML_CHARGES");
  DIR *dir = folder ? opendir(folder) : NULL;
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    char path[4096], line[256], uuid[NAME];
    Bytes bytes;
    long long release_ms;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    FILE *file = isdigit(entry->d_name[0]) ? fopen(path, "r") : NULL;
    if (!file) continue;
    int pid = atoi(entry->d_name), alive = lives(pid);
    long long dead_ms = alive ? 0 : dead_for_ms(entry->d_name);
    while (fgets(line, sizeof line, file)) {
      if (sscanf(line, "%95s %llu %lld", uuid, &bytes, &release_ms) != 3) continue;
      for (Card *c = cards; c < cards + count; c++) {
        if (strcmp(c->uuid, uuid) || (!alive && dead_ms >= release_ms)) continue;
        c->free -= bytes < c->free ? bytes : c->free;
        if (alive) take(&c->computing, pid, bytes);
      }
    }
    fclose(file);
  }
  if (dir) closedir(dir);
}
static void look(void) {
  char line[512];
  int whole = 0;
  const char *path = getenv("FAKE_NVML");
  FILE *file = path ? fopen(path, "r") : NULL;
  count = cuda_count = boot = 0;
  init_status = LIBRARY_NOT_FOUND;
  if (!file) return;
  if (!fgets(line, sizeof line, file) || sscanf(line, "%d %63s %d %d", &init_status, driver, &cuda, &boot) < 3)
    init_status = INVALID;
  while (count < CARDS && fgets(line, sizeof line, file)) {
    if (strncmp(line, "cuda ", 5)) { read_card(line, &whole); continue; }
    for (char *word = strtok(line + 5, " \n"); word && cuda_count < CARDS; word = strtok(NULL, " \n"))
      snprintf(cuda_order[cuda_count++], NAME, "%s", word);
  }
  fclose(file);
  read_charges();
}
static char *handle_of(const char *uuid) {
  int i = 0;
  while (i < 4 * CARDS - 1 && handles[i][0] && strcmp(handles[i], uuid)) i++;
  return strcpy(handles[i], uuid);
}
static int times_asked(const char *handle) { return asked[(handle - handles[0]) / NAME]; }

/* Whether the session can be asked anything. */
static int session(void) {
  look();
  if (!is_open) return UNINITIALIZED;
  if (init_status || boot != opened_boot) is_dead = 1;
  return is_dead ? UNKNOWN : OK;
}
/* The card behind a handle, or why there is none. */
static int find(const char *handle, Card **out) {
  int status = session();
  if (status) return status;
  for (Card *c = cards; c < cards + count; c++) {
    if (strcmp(c->uuid, handle)) continue;
    int n = times_asked(handle);
    *out = c;
    if (c->lost_from && n >= c->lost_from && (!c->lost_upto || n < c->lost_upto)) return LOST;
    return c->status;
  }
  return LOST;
}

int nvmlInitWithFlags(unsigned flags) {
  (void)flags;
  look();
  if (init_status) return init_status;
  is_open = 1, is_dead = 0, opened_boot = boot, listed_count = 0;
  for (Card *c = cards; c < cards + count; c++)
    if (c->parent < 0) listed[listed_count++] = handle_of(c->uuid);
  return OK;
}
int nvmlShutdown(void) {
  int was_open = is_open;
  is_open = 0;
  return was_open ? OK : UNINITIALIZED;
}
const char *nvmlErrorString(int status) { (void)status; return "fake fault"; }
int nvmlSystemGetDriverVersion(char *out, unsigned size) {
  int status = session();
  snprintf(out, size, "%s", driver);
  return status;
}
int nvmlSystemGetCudaDriverVersion_v2(int *out) { int status = session(); *out = cuda; return status; }
int nvmlDeviceGetCount_v2(unsigned *out) { int status = session(); *out = listed_count; return status; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, char **out) {
  Card *c;
  if ((int)index >= listed_count) return INVALID;
  *out = listed[index];
  asked[(*out - handles[0]) / NAME]++;
  return find(*out, &c);
}

/* Each of these gives one fact of one card. */
#define ASK(handle) Card *c; int status = find(handle, &c); if (status) return status
int nvmlDeviceGetUUID(char *h, char *out, unsigned size) { ASK(h); snprintf(out, size, "%s", c->uuid); return OK; }
int nvmlDeviceGetName(char *h, char *out, unsigned size) { ASK(h); snprintf(out, size, "%s", c->name); return OK; }
int nvmlDeviceGetMemoryInfo(char *h, Bytes *out) { /* total, free, used */
  Card *c;
  int status, waited_ms = 0;
  while (!(status = find(h, &c)) && waited_ms < c->hang_ms) usleep(5000), waited_ms += 5;
  if (status) return status;
  if (!c->total) return NOT_SUPPORTED;
  out[0] = c->total, out[1] = c->free, out[2] = c->total - c->free;
  return OK;
}
int nvmlDeviceGetCudaComputeCapability(char *h, int *major, int *minor) {
  ASK(h);
  *major = c->major, *minor = c->minor;
  return c->major ? OK : NOT_SUPPORTED;
}
int nvmlDeviceGetPowerUsage(char *h, unsigned *out) {
  ASK(h);
  *out = c->milliwatts;
  return c->milliwatts ? OK : NOT_SUPPORTED;
}
/* Not nvmlDeviceGetTemperatureV: an older driver, which nvidia-ml-py then finds lacking. */
int nvmlDeviceGetTemperature(char *h, int sensor, unsigned *out) { ASK(h); (void)sensor; *out = c->celsius; return OK; }
int nvmlDeviceGetUtilizationRates(char *h, unsigned *out) { /* gpu, memory */
  ASK(h);
  out[0] = c->busy, out[1] = 0;
  return c->parent < 0 ? OK : NOT_SUPPORTED;
}
int nvmlDeviceGetMemoryBusWidth(char *h, unsigned *out) { ASK(h); *out = c->bits; return c->bits ? OK : NOT_SUPPORTED; }
int nvmlDeviceGetMaxClockInfo(char *h, int kind, unsigned *out) {
  ASK(h);
  *out = c->mhz;
  return c->mhz && kind == 2 ? OK : NOT_SUPPORTED; /* NVML_CLOCK_MEM */
}
int nvmlDeviceGetTotalEccErrors(char *h, int kind, int since, Bytes *out) {
  ASK(h);
  *out = kind == 1 && since == 0 ? c->ecc : 0; /* uncorrected, volatile */
  return OK;
}
static int list(const Processes *all, unsigned *size, Process *out) {
  int enough = (int)*size >= all->count;
  *size = all->count;
  if (!enough) return INSUFFICIENT_SIZE;
  if (all->count) memcpy(out, all->of, all->count * sizeof *out);
  return OK;
}
int nvmlDeviceGetComputeRunningProcesses_v3(char *h, unsigned *n, Process *out) { ASK(h); return list(&c->computing, n, out); }
int nvmlDeviceGetGraphicsRunningProcesses_v3(char *h, unsigned *n, Process *out) { ASK(h); return list(&c->drawing, n, out); }
int nvmlDeviceGetMigMode(char *h, unsigned *current, unsigned *pending) {
  ASK(h);
  *current = *pending = c->mig;
  return OK;
}
int nvmlDeviceGetMaxMigDeviceCount(char *h, unsigned *out) { ASK(h); *out = c->mig ? INSTANCES : 0; return OK; }
int nvmlDeviceGetMigDeviceHandleByIndex(char *h, unsigned index, char **out) {
  ASK(h);
  for (Card *i = cards; i < cards + count; i++)
    if (i->parent == c - cards && index-- == 0) { *out = handle_of(i->uuid); return OK; }
  return NOT_FOUND;
}

/* CUDA: the cards that CUDA_VISIBLE_DEVICES leaves of its own order, as the CUDA C++ Programming Guide has it. */
static int visible(const char *uuids[CARDS]) {
  const char *all[CARDS], *by_bus = getenv("CUDA_DEVICE_ORDER"), *wanted = getenv("CUDA_VISIBLE_DEVICES");
  int found = 0, n = 0;
  look();
  if (cuda_count && !(by_bus && !strcmp(by_bus, "PCI_BUS_ID")))
    while (n < cuda_count) all[n] = cuda_order[n], n++;
  else
    for (Card *c = cards; c < cards + count; c++) all[n++] = c->uuid;
  if (!wanted) return memcpy(uuids, all, sizeof all), n;
  char text[1024], *rest = text;
  snprintf(text, sizeof text, "%s", wanted);
  for (char *word; (word = strsep(&rest, ","));) {
    int i = isdigit(*word) ? atoi(word) : 0;
    while (!isdigit(*word) && i < n && strcmp(all[i], word)) i++;
    if (i >= n) break; /* the first that is none ends the list */
    uuids[found++] = all[i];
  }
  return found;
}
int cuInit(unsigned flags) { (void)flags; return OK; }
int cuDeviceGetCount(int *out) { const char *uuids[CARDS]; *out = visible(uuids); return OK; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return OK; }
int cuDeviceGetName(char *out, int size, int device) {
  const char *uuids[CARDS];
  if (device >= visible(uuids)) return 101; /* CUDA_ERROR_INVALID_DEVICE */
  for (Card *c = cards; c < cards + count; c++)
    if (!strcmp(c->uuid, uuids[device])) snprintf(out, size, "%s", c->name);
  return OK;
}
