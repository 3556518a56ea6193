#include "random.h"
#include "vector_math.h"

/// Words are made and used in runs of this many, which stay in the first-level cache. A multiple of 4.
#define RUN 1024

struct philox_block {
  uint32_t words[4];
};

UNROLL_INLINE struct philox_block philox(uint64_t seed, uint64_t stream, uint64_t counter) {
  uint32_t a = (uint32_t)counter, b = (uint32_t)(counter >> 32);
  uint32_t c = (uint32_t)stream, d = (uint32_t)(stream >> 32);
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++) {
    const uint64_t left = (uint64_t)0xD2511F53u * a, right = (uint64_t)0xCD9E8D57u * c;
    const uint32_t next_a = (uint32_t)(right >> 32) ^ b ^ key0;
    const uint32_t next_c = (uint32_t)(left >> 32) ^ d ^ key1;
    b = (uint32_t)right;
    d = (uint32_t)left;
    a = next_a;
    c = next_c;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return (struct philox_block){{a, b, c, d}};
}

/// The words of elements offset ..< offset + n; n may be anything, offset too: the blocks at the ends are cut.
UNROLL_INLINE void words_of_range(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, uint32_t *out) {
  ptrdiff_t at = 0;
  const ptrdiff_t skipped = (ptrdiff_t)(offset & 3);
  if (skipped != 0 && n > 0) {
    const struct philox_block block = philox(seed, stream, offset >> 2);
    for (ptrdiff_t word = skipped; word < 4 && at < n; word++) out[at++] = block.words[word];
  }
  const uint64_t first = (offset + (uint64_t)at) >> 2;
  const ptrdiff_t blocks = (n - at) >> 2;
  uint32_t *whole = out + at;
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < blocks; i++) {
    const struct philox_block block = philox(seed, stream, first + (uint64_t)i);
    whole[4 * i] = block.words[0];
    whole[4 * i + 1] = block.words[1];
    whole[4 * i + 2] = block.words[2];
    whole[4 * i + 3] = block.words[3];
  }
  at += 4 * blocks;
  if (at < n) {
    const struct philox_block block = philox(seed, stream, first + (uint64_t)blocks);
    for (ptrdiff_t word = 0; at < n; word++) out[at++] = block.words[word];
  }
}

UNROLL_INLINE uint32_t word_of_element(uint64_t seed, uint64_t stream, uint64_t element) {
  return philox(seed, stream, element >> 2).words[element & 3];
}

UNROLL_INLINE float unit(uint32_t word) { return (float)(int32_t)(word >> 8) * 0x1p-24f; }

/// In (0, 1], so that its logarithm is finite.
UNROLL_INLINE float unit_above_zero(uint32_t word) { return (float)(int32_t)((word >> 8) + 1) * 0x1p-24f; }

/// sin and cos of 2 pi x for x in [0, 1), within 1e-7: r is the distance to the nearest quarter turn.
UNROLL_INLINE void turn(float x, float *sine, float *cosine) {
  const float shifted = 4.0f * x + UNROLL_ROUNDER;
  const uint32_t quarter = unroll_bits_of_float(shifted);
  const float r = x - 0.25f * (shifted - UNROLL_ROUNDER);
  const float z = r * r;
  const float s = r * (6.28318528779f + z * (-41.3416625146f + z * (81.5925282764f + z * -75.4007746667f)));
  const float c =
      1.0f + z * (-19.7392086498f + z * (64.9393159757f + z * (-85.4428243246f + z * 59.2193910669f)));
  const bool swapped = (quarter & 1) != 0;
  const uint32_t negative_sine = (quarter & 2) << 30, negative_cosine = ((quarter + 1) & 2) << 30;
  *sine = unroll_float_of_bits(unroll_bits_of_float(swapped ? c : s) ^ negative_sine);
  *cosine = unroll_float_of_bits(unroll_bits_of_float(swapped ? s : c) ^ negative_cosine);
}

UNROLL_INLINE uint32_t drop_threshold(float p) { return (uint32_t)((double)p * 4294967296.0); }

void unroll_philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  const uint64_t seed = (uint64_t)key[1] << 32 | key[0], stream = (uint64_t)counter[3] << 32 | counter[2];
  const struct philox_block block = philox(seed, stream, (uint64_t)counter[1] << 32 | counter[0]);
  memcpy(out, block.words, sizeof block.words);
}

UNROLL_FAST void unroll_philox_words(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, uint32_t *out) {
  words_of_range(n, seed, stream, offset, out);
}

UNROLL_FAST void unroll_philox_uniform(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out) {
  uint32_t words[RUN];
  for (ptrdiff_t start = 0; start < n; start += RUN) {
    const ptrdiff_t length = n - start < RUN ? n - start : RUN;
    words_of_range(length, seed, stream, offset + (uint64_t)start, words);
    float *run = out + start;
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < length; i++) run[i] = unit(words[i]);
  }
}

UNROLL_FAST void unroll_philox_normal(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out) {
  uint32_t words[RUN];
  float normals[RUN];
  // Runs start and end on whole pairs; what lies outside the range is made and thrown away.
  const ptrdiff_t skipped = (ptrdiff_t)(offset & 1);
  const uint64_t first = offset - (uint64_t)skipped;
  for (ptrdiff_t start = 0; start < n + skipped; start += RUN) {
    const ptrdiff_t wanted = n + skipped - start < RUN ? n + skipped - start : RUN;
    words_of_range(wanted + (wanted & 1), seed, stream, first + (uint64_t)start, words);
    UNROLL_LOOP
    for (ptrdiff_t pair = 0; pair < (wanted + 1) / 2; pair++) {
      const float radius = unroll_sqrtf(-2.0f * unroll_logf(unit_above_zero(words[2 * pair])));
      float sine, cosine;
      turn(unit(words[2 * pair + 1]), &sine, &cosine);
      normals[2 * pair] = radius * cosine;
      normals[2 * pair + 1] = radius * sine;
    }
    const ptrdiff_t cut = start == 0 ? skipped : 0;
    memcpy(out + start + cut - skipped, normals + cut, (size_t)(wanted - cut) * sizeof *out);
  }
}

UNROLL_FAST void unroll_dropout(ptrdiff_t n, float p, uint64_t seed, uint64_t stream, uint64_t offset, const float *x,
                                float *y, bool accumulate) {
  const uint32_t threshold = drop_threshold(p);
  const float scale = 1.0f / (1.0f - p);
  uint32_t words[RUN];
  for (ptrdiff_t start = 0; start < n; start += RUN) {
    const ptrdiff_t length = n - start < RUN ? n - start : RUN;
    words_of_range(length, seed, stream, offset + (uint64_t)start, words);
    const float *from = x + start;
    float *to = y + start;
    if (accumulate) {
      UNROLL_LOOP
      for (ptrdiff_t i = 0; i < length; i++) to[i] += words[i] < threshold ? 0.0f : from[i] * scale;
    } else {
      UNROLL_LOOP
      for (ptrdiff_t i = 0; i < length; i++) to[i] = words[i] < threshold ? 0.0f : from[i] * scale;
    }
  }
}

void unroll_philox_words_reference(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, uint32_t *out) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) out[i] = word_of_element(seed, stream, offset + (uint64_t)i);
}

void unroll_philox_uniform_reference(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    out[i] = (float)((word_of_element(seed, stream, offset + (uint64_t)i) >> 8) / 16777216.0);
  }
}

void unroll_philox_normal_reference(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const uint64_t element = offset + (uint64_t)i;
    const double u = ((word_of_element(seed, stream, element & ~(uint64_t)1) >> 8) + 1) / 16777216.0;
    const double angle = 2 * acos(-1.0) * ((word_of_element(seed, stream, element | 1) >> 8) / 16777216.0);
    out[i] = (float)(sqrt(-2 * log(u)) * ((element & 1) == 0 ? cos(angle) : sin(angle)));
  }
}

void unroll_dropout_reference(ptrdiff_t n, float p, uint64_t seed, uint64_t stream, uint64_t offset, const float *x,
                              float *y, bool accumulate) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    const bool dropped = word_of_element(seed, stream, offset + (uint64_t)i) < drop_threshold(p);
    y[i] = (accumulate ? y[i] : 0.0f) + (dropped ? 0.0f : x[i] / (1.0f - p));
  }
}
