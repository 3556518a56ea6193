#include <string>
#include <unordered_map>

#include <sentencepiece_trainer.h>

#include "CSentencePiece.h"
#include "guard.hpp"

namespace {

// Lines from a C callback, in the form that the trainer asks for.
class CallbackLines : public sentencepiece::SentenceIterator {
 public:
  CallbackLines(unroll_sp_next_line next, void *context) : next_(next), context_(context) { Next(); }

  bool done() const override { return done_; }

  void Next() override {
    const char *text = nullptr;
    size_t size = 0;
    done_ = !next_(context_, &text, &size);
    if (!done_) line_.assign(text, size);
  }

  const std::string &value() const override { return line_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  unroll_sp_next_line next_;
  void *context_;
  std::string line_;
  bool done_ = false;
};

}  // namespace

char *unroll_sp_train(
    const unroll_sp_option *options, size_t option_count, unroll_sp_next_line next, void *next_context,
    unroll_sp_take_text take, void *take_context) {
  // The few choices that training leaves to chance are not worth a setting: they are always the same.
  return unroll::guardedOnSeededThread(0, [&]() -> char * {
    std::unordered_map<std::string, std::string> settings;
    for (size_t i = 0; i < option_count; ++i) settings[options[i].key] = options[i].value;
    CallbackLines lines(next, next_context);
    std::string model;
    const auto status = sentencepiece::SentencePieceTrainer::Train(settings, &lines, &model);
    if (!status.ok()) return unroll::message(status);
    take(take_context, model.data(), model.size());
    return nullptr;
  });
}
