/// Random numbers from Philox4x32-10 (Salmon et al. 2011), a counter-based generator: element e of a stream is a pure
/// function of (seed, stream, e). A range may therefore be made in any pieces, on any threads, and made again.
///
/// Element e is word e mod 4 of the block whose 128-bit counter is (e / 4, stream), low half first, under the 64-bit
/// key `seed`. `offset` is the absolute number of the first element of the range.
#ifndef UNROLL_RANDOM_H
#define UNROLL_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One block: 4 words from a 128-bit counter (low word first) and a 64-bit key, as in the paper's test vectors. The
/// function itself, so it has no second form.
void unroll_philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// out [n]: the random words themselves.
void unroll_philox_words(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, uint32_t *out);
void unroll_philox_words_reference(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, uint32_t *out);

/// out [n]: evenly spread over [0, 1), in steps of 2^-24.
void unroll_philox_uniform(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out);
void unroll_philox_uniform_reference(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out);

/// out [n]: mean 0, variance 1 (Box and Muller 1958; elements 2k and 2k + 1 share one pair of words).
void unroll_philox_normal(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out);
void unroll_philox_normal_reference(ptrdiff_t n, uint64_t seed, uint64_t stream, uint64_t offset, float *out);

/// Dropout (Srivastava 2014, inverted): y = x / (1 - p) where element e is kept, else 0; the backward is the same
/// call on the gradient, so that no mask is stored. With `accumulate` adds to y instead. p in [0, 1); an element is
/// dropped if its word is below p 2^32. y may be x (in place).
void unroll_dropout(ptrdiff_t n, float p, uint64_t seed, uint64_t stream, uint64_t offset, const float *x, float *y,
                    bool accumulate);
void unroll_dropout_reference(ptrdiff_t n, float p, uint64_t seed, uint64_t stream, uint64_t offset, const float *x,
                              float *y, bool accumulate);

#endif
