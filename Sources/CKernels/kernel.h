// How a kernel of this target is built: one definition per fast path, cloned for the machine it runs on.
#ifndef UNROLL_KERNEL_H
#define UNROLL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Marks a fast path: on x86-64 Linux the compiler makes three copies (AVX-512, AVX2 with FMA, plain) and the dynamic
/// linker picks one; on Arm one copy is enough, because NEON is always there.
#if !defined(UNROLL_FAST) && defined(__x86_64__) && defined(__linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define UNROLL_FAST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef UNROLL_FAST
#define UNROLL_FAST
#endif

/// A helper that must end up inside the clone that calls it, so that it is compiled for that machine.
#define UNROLL_INLINE static inline __attribute__((always_inline))

/// UNROLL_LOOP: the iterations of the loop below touch no memory of one another (in-place use is fine: load, then
/// store, at the same index). UNROLL_SUMS, first in a block: sums inside may be split over vector lanes. The order
/// is fixed by the machine and the length, so the same call gives the same bits. UNROLL_PLAIN, before a loop of a
/// reference: stays scalar, so that it proves the vector loop and gives the ratio its base.
#if defined(__clang__)
#define UNROLL_LOOP _Pragma("clang loop vectorize(assume_safety) interleave(assume_safety)")
#define UNROLL_SUMS _Pragma("clang fp contract(fast) reassociate(on)")
#define UNROLL_PLAIN _Pragma("clang loop vectorize(disable) interleave(disable)")
#elif defined(__GNUC__)
#define UNROLL_LOOP _Pragma("GCC ivdep")
#define UNROLL_SUMS
#define UNROLL_PLAIN
#else
#define UNROLL_LOOP
#define UNROLL_SUMS
#define UNROLL_PLAIN
#endif

#endif
