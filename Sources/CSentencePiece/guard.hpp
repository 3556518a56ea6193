#ifndef UNROLL_SENTENCEPIECE_GUARD_HPP
#define UNROLL_SENTENCEPIECE_GUARD_HPP

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include <sentencepiece_processor.h>

namespace sentencepiece::logging {
// Exported by the library, but declared in none of its installed headers up to 0.2.0.
void SetMinLogLevel(int level);
}  // namespace sentencepiece::logging

namespace unroll {

// A copy that C can free; never NULL unless memory is exhausted, in which case the process has larger worries.
inline char *message(const std::string &text) { return strdup(text.empty() ? "unknown error" : text.c_str()); }

// SentencePiece's own words, without the source position that it puts before them ("src/x.cc(12) [condition] words").
inline std::string words(const sentencepiece::util::Status &status) {
  std::string text = status.error_message();
  const auto bracket = text.find("] ");
  if (text.find(".cc(") != std::string::npos && bracket != std::string::npos && bracket + 2 < text.size()) {
    text = text.substr(bracket + 2);
  }
  return text;
}

inline char *message(const sentencepiece::util::Status &status) { return status.ok() ? nullptr : message(words(status)); }

inline std::once_flag silent;
inline std::mutex oneSeededThread;

// Runs `work`, which returns a message or NULL, with the library silent and every exception caught.
template <class Work>
char *guarded(Work work) noexcept {
  try {
    // 3 lets only fatal errors through.
    std::call_once(silent, [] { sentencepiece::logging::SetMinLogLevel(3); });
    return work();
  } catch (const std::exception &error) {
    return message(std::string(error.what()));
  } catch (...) {
    return message(std::string("unknown exception"));
  }
}

// SentencePiece's generator belongs to a thread and takes the process-wide seed when the thread first draws from it.
// Work that must be reproducible therefore runs on a new thread, and only one such thread runs at a time.
template <class Work>
char *guardedOnSeededThread(uint32_t seed, Work work) noexcept {
  return guarded([&] {
    const std::lock_guard<std::mutex> lock(oneSeededThread);
    // The largest value stands for "seed from the machine" in SentencePiece.
    sentencepiece::SetRandomGeneratorSeed(seed == UINT32_MAX ? 0 : seed);
    char *result = nullptr;
    std::thread thread([&] { result = guarded(work); });
    thread.join();
    return result;
  });
}

}  // namespace unroll
#endif
