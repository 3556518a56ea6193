// Tells the thread sanitizer of the locks that Swift's Mutex takes and gives back inside its library, which is not instrumented:
// those that another thread waits for. Without it everything behind a contended Mutex looks like a race. Preloaded by sanitize.sh.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow(), of Linux. The handle is where the fast way's atomics are.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define HANDLE __attribute__((swift_context)) void *handle

SWIFT void lock(uint32_t thread, HANDLE) __asm__(LOCK);
SWIFT void unlock(HANDLE) __asm__(UNLOCK);

// The sanitizer's own function, where this process has one: ffmpeg and the shell do not.
static void tell(const char *name, void *handle) {
  void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
  if (function) function(handle);
}

SWIFT void lock(uint32_t thread, HANDLE) {
  SWIFT void (*library)(uint32_t, HANDLE) = (SWIFT void (*)(uint32_t, HANDLE))dlsym(RTLD_NEXT, LOCK);
  library(thread, handle);
  tell("__tsan_acquire", handle);
}

SWIFT void unlock(HANDLE) {
  SWIFT void (*library)(HANDLE) = (SWIFT void (*)(HANDLE))dlsym(RTLD_NEXT, UNLOCK);
  tell("__tsan_release", handle);
  library(handle);
}
