#include <dlfcn.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "CSentencePiece.h"
#include "guard.hpp"
#include "model_check.hpp"

using sentencepiece::SentencePieceProcessor;

struct unroll_sp_model {
  SentencePieceProcessor processor;
};

namespace {

bool inRange(const unroll_sp_model *model, int id) { return id >= 0 && id < model->processor.GetPieceSize(); }

}  // namespace

void unroll_sp_release_message(char *message) { free(message); }

const char *unroll_sp_library_path(void) {
  Dl_info place;
  const void *symbol = reinterpret_cast<const void *>(&sentencepiece::logging::SetMinLogLevel);
  return dladdr(symbol, &place) ? place.dli_fname : nullptr;
}

char *unroll_sp_load(const void *bytes, size_t size, unroll_sp_model **model) {
  *model = nullptr;
  return unroll::guarded([&]() -> char * {
    const std::string_view serialized(static_cast<const char *>(bytes), size);
    const std::string fault = unroll::faultOfModel(serialized);
    if (!fault.empty()) return unroll::message(fault);
    auto loaded = std::make_unique<unroll_sp_model>();
    const auto status = loaded->processor.LoadFromSerializedProto(serialized);
    if (!status.ok()) return unroll::message(status);
    *model = loaded.release();
    return nullptr;
  });
}

void unroll_sp_release(unroll_sp_model *model) { delete model; }

int unroll_sp_piece_count(const unroll_sp_model *model) { return model->processor.GetPieceSize(); }
int unroll_sp_unknown_id(const unroll_sp_model *model) { return model->processor.unk_id(); }
int unroll_sp_begin_id(const unroll_sp_model *model) { return model->processor.bos_id(); }
int unroll_sp_end_id(const unroll_sp_model *model) { return model->processor.eos_id(); }
int unroll_sp_pad_id(const unroll_sp_model *model) { return model->processor.pad_id(); }

int unroll_sp_piece_to_id(const unroll_sp_model *model, const char *piece, size_t size) {
  return model->processor.PieceToId(std::string_view(piece, size));
}

const char *unroll_sp_id_to_piece(const unroll_sp_model *model, int id, size_t *size) {
  *size = 0;
  if (!inRange(model, id)) return nullptr;
  const std::string &piece = model->processor.IdToPiece(id);
  *size = piece.size();
  return piece.data();
}

float unroll_sp_score(const unroll_sp_model *model, int id) {
  return inRange(model, id) ? model->processor.GetScore(id) : 0;
}

char *unroll_sp_encode(
    const unroll_sp_model *model, const char *text, size_t size, unroll_sp_take_ids take, void *context) {
  return unroll::guarded([&]() -> char * {
    std::vector<int> ids;
    const auto status = model->processor.Encode(std::string_view(text, size), &ids);
    if (!status.ok()) return unroll::message(status);
    take(context, ids.data(), ids.size());
    return nullptr;
  });
}

char *unroll_sp_encode_pieces(
    const unroll_sp_model *model, const char *text, size_t size, unroll_sp_take_text take, void *context) {
  return unroll::guarded([&]() -> char * {
    std::vector<std::string> pieces;
    const auto status = model->processor.Encode(std::string_view(text, size), &pieces);
    if (!status.ok()) return unroll::message(status);
    for (const auto &piece : pieces) take(context, piece.data(), piece.size());
    return nullptr;
  });
}

char *unroll_sp_decode(
    const unroll_sp_model *model, const int *ids, size_t count, unroll_sp_take_text take, void *context) {
  return unroll::guarded([&]() -> char * {
    for (size_t i = 0; i < count; ++i) {
      if (!inRange(model, ids[i])) return unroll::message("id " + std::to_string(ids[i]) + " is not in the vocabulary");
    }
    std::string text;
    const auto status = model->processor.Decode(std::vector<int>(ids, ids + count), &text);
    if (!status.ok()) return unroll::message(status);
    take(context, text.data(), text.size());
    return nullptr;
  });
}

char *unroll_sp_sample(
    const unroll_sp_model *model, int nbest_size, float alpha, uint32_t seed, unroll_sp_next_line next,
    void *next_context, unroll_sp_take_ids take, void *take_context) {
  return unroll::guardedOnSeededThread(seed, [&]() -> char * {
    const char *text = nullptr;
    size_t size = 0;
    std::vector<int> ids;
    while (next(next_context, &text, &size)) {
      const auto status = model->processor.SampleEncode(std::string_view(text, size), nbest_size, alpha, &ids);
      if (!status.ok()) return unroll::message(status);
      take(take_context, ids.data(), ids.size());
    }
    return nullptr;
  });
}
