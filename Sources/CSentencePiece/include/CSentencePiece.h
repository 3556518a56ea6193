#ifndef UNROLL_CSENTENCEPIECE_H
#define UNROLL_CSENTENCEPIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// SentencePiece behind C. Rules that hold for every function:
// - A function that can fail returns NULL when it succeeds and a message otherwise; release it with unroll_sp_release_message.
// - Results are handed to a callback, once per result; the memory they lie in is valid during the call only.
// - No C++ exception leaves, and nothing is printed.
// - Text is UTF-8 with a size in bytes, not terminated, and may hold zero bytes.
// - A loaded model never changes: any number of threads may use it at once.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct unroll_sp_model unroll_sp_model;

typedef void (*unroll_sp_take_ids)(void *context, const int *ids, size_t count);
typedef void (*unroll_sp_take_text)(void *context, const char *text, size_t size);
// Gives the next line and true, or false at the end. The memory must stay valid until the next call.
typedef bool (*unroll_sp_next_line)(void *context, const char **text, size_t *size);

typedef struct {
  const char *key;
  const char *value;
} unroll_sp_option;

void unroll_sp_release_message(char *message);

// The file of the library that was loaded, or NULL when the system does not say.
const char *unroll_sp_library_path(void);

// Loads a serialized model; the bytes are checked first, so that a broken or hostile file is an error and not a crash.
char *unroll_sp_load(const void *bytes, size_t size, unroll_sp_model **model);
void unroll_sp_release(unroll_sp_model *model);

int unroll_sp_piece_count(const unroll_sp_model *model);
// The ids of the special pieces, -1 where the model has none.
int unroll_sp_unknown_id(const unroll_sp_model *model);
int unroll_sp_begin_id(const unroll_sp_model *model);
int unroll_sp_end_id(const unroll_sp_model *model);
int unroll_sp_pad_id(const unroll_sp_model *model);
// The id of a piece; the unknown id when the model does not have it.
int unroll_sp_piece_to_id(const unroll_sp_model *model, const char *piece, size_t size);
// The text of a piece, owned by the model; NULL when the id is out of range.
const char *unroll_sp_id_to_piece(const unroll_sp_model *model, int id, size_t *size);
// The log probability (unigram) or merge rank (bpe) of a piece; 0 when the id is out of range.
float unroll_sp_score(const unroll_sp_model *model, int id);

char *unroll_sp_encode(const unroll_sp_model *model, const char *text, size_t size, unroll_sp_take_ids take, void *context);
// One call of `take` for each piece; an unknown piece is its surface text.
char *unroll_sp_encode_pieces(
    const unroll_sp_model *model, const char *text, size_t size, unroll_sp_take_text take, void *context);
// Ids out of range are an error.
char *unroll_sp_decode(const unroll_sp_model *model, const int *ids, size_t count, unroll_sp_take_text take, void *context);

// Samples one segmentation for each line (Kudo 2018 for unigram: nbest_size and alpha; Provilkov 2020 for bpe: alpha is
// the dropout probability). The same seed and lines give the same ids.
char *unroll_sp_sample(
    const unroll_sp_model *model, int nbest_size, float alpha, uint32_t seed, unroll_sp_next_line next,
    void *next_context, unroll_sp_take_ids take, void *take_context);

// Trains a model from lines. Options are those of spm_train, without dashes; `take` receives the serialized model. The
// same lines and options give the same bytes.
char *unroll_sp_train(
    const unroll_sp_option *options, size_t option_count, unroll_sp_next_line next, void *next_context,
    unroll_sp_take_text take, void *take_context);

#ifdef __cplusplus
}
#endif
#endif
