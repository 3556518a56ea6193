// How a loop of this target is compiled: one definition per fast path, cloned for the machine it runs on.
#ifndef UNROLL_PIXELS_FAST_H
#define UNROLL_PIXELS_FAST_H

/// Marks a fast path, as in CKernels: on x86-64 Linux the compiler makes three copies (AVX-512, AVX2, plain) and the
/// dynamic linker picks one; on Arm one copy is enough, because NEON is always there.
#if !defined(UNROLL_FAST) && defined(__x86_64__) && defined(__linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define UNROLL_FAST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef UNROLL_FAST
#define UNROLL_FAST
#endif

/// A helper that must end up inside the clone that calls it, with its constant arguments filled in.
#define UNROLL_INLINE static inline __attribute__((always_inline))

/// The iterations of the loop below touch no memory of one another.
#if defined(__clang__)
#define UNROLL_LOOP _Pragma("clang loop vectorize(assume_safety) interleave(assume_safety)")
#elif defined(__GNUC__)
#define UNROLL_LOOP _Pragma("GCC ivdep")
#else
#define UNROLL_LOOP
#endif

#endif
