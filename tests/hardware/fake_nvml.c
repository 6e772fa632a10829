/* A libnvidia-ml.so.1 with the cards, the driver and the faults that a text file describes, so that the real binding
 * (nvidia-ml-py) can be tested on a machine without a GPU. Return codes are those of nvml.h (nvmlReturn_t).
 *
 * FAKE_NVML names the file. First line: "RETURN_OF_INIT DRIVER CUDA". Then one line a card:
 * "RETURN UUID CAPABILITY_MAJOR CAPABILITY_MINOR TOTAL FREE CELSIUS MILLIWATTS NAME WITH SPACES",
 * where RETURN is what asking for its handle gives, and a TOTAL of 0 is "not supported".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OK = 0, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, LIBRARY_NOT_FOUND = 12 };

typedef struct {
  int status, major, minor, celsius;
  unsigned milliwatts;
  unsigned long long total, free;
  char uuid[64], name[96];
} Card;

static Card cards[16];
static int count, init_status;
static char driver[64];
static int cuda;

int nvmlInitWithFlags(unsigned flags) {
  (void)flags;
  const char *path = getenv("FAKE_NVML");
  FILE *file = path ? fopen(path, "r") : NULL;
  if (!file) return LIBRARY_NOT_FOUND;
  count = 0;
  if (fscanf(file, "%d %63s %d", &init_status, driver, &cuda) != 3) init_status = INVALID;
  while (count < 16) {
    Card *c = &cards[count];
    if (fscanf(file, "%d %63s %d %d %llu %llu %d %u %95[^\n]", &c->status, c->uuid, &c->major, &c->minor, &c->total,
               &c->free, &c->celsius, &c->milliwatts, c->name) != 9)
      break;
    count++;
  }
  fclose(file);
  return init_status;
}
int nvmlShutdown(void) { return OK; }
const char *nvmlErrorString(int status) { return status == 15 ? "GPU is lost" : "fake fault"; }
int nvmlSystemGetDriverVersion(char *out, unsigned size) { snprintf(out, size, "%s", driver); return OK; }
int nvmlSystemGetCudaDriverVersion_v2(int *out) { *out = cuda; return OK; }
int nvmlDeviceGetCount_v2(unsigned *out) { *out = count; return OK; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, Card **out) {
  if ((int)index >= count) return INVALID;
  *out = &cards[index];
  return cards[index].status;
}
int nvmlDeviceGetUUID(Card *c, char *out, unsigned size) { snprintf(out, size, "%s", c->uuid); return OK; }
int nvmlDeviceGetName(Card *c, char *out, unsigned size) { snprintf(out, size, "%s", c->name); return OK; }
int nvmlDeviceGetMemoryInfo(Card *c, unsigned long long *out) { /* total, free, used */
  if (!c->total) return NOT_SUPPORTED;
  out[0] = c->total, out[1] = c->free, out[2] = c->total - c->free;
  return OK;
}
int nvmlDeviceGetCudaComputeCapability(Card *c, int *major, int *minor) {
  *major = c->major, *minor = c->minor;
  return c->major ? OK : NOT_SUPPORTED;
}
int nvmlDeviceGetPowerUsage(Card *c, unsigned *out) { *out = c->milliwatts; return c->milliwatts ? OK : NOT_SUPPORTED; }
/* Not nvmlDeviceGetTemperatureV: an older driver, which nvidia-ml-py then finds lacking. */
int nvmlDeviceGetTemperature(Card *c, int sensor, unsigned *out) { (void)sensor; *out = c->celsius; return OK; }
