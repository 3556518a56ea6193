#ifndef UNROLL_SENTENCEPIECE_MODEL_CHECK_HPP
#define UNROLL_SENTENCEPIECE_MODEL_CHECK_HPP

#include <string>
#include <string_view>

namespace unroll {

// What is wrong with a serialized SentencePiece model, or an empty string. Looks at what the library trusts blindly:
// the transitions and values of the normaliser's trie, zero bytes in pieces, and scores that are not numbers; and at what would make
// it slow or large beyond reason: very long pieces and replacements.
std::string faultOfModel(std::string_view bytes);

}  // namespace unroll
#endif
