/// Loops that Swift does not vectorise well, each as a pair: `unroll_NAME` picks a fast path for the machine at run
/// time, `unroll_NAME_reference` is the plain scalar loop that proves it. Both have the same arguments and meaning.
///
/// All run on the calling thread over the range they are given and keep no state. Arrays are float32, row-major and
/// contiguous unless a stride (in elements) is named; counts are `ptrdiff_t` and may be 0. An output may be the very
/// same pointer as an input of the same shape where the text says "in place"; otherwise nothing may overlap.
#ifndef UNROLL_CKERNELS_H
#define UNROLL_CKERNELS_H

#include "attention.h"
#include "batch_norm.h"
#include "elementwise.h"
#include "gates.h"
#include "half.h"
#include "int8.h"
#include "normalization.h"
#include "optimizer.h"
#include "random.h"
#include "reductions.h"
#include "rows.h"
#include "softmax.h"
#include "topk.h"

#endif
