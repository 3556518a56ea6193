#include "model_check.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace unroll {
namespace {

// One field of a protocol buffer message, as on the wire.
struct Field {
  uint64_t number = 0;
  uint64_t wireType = 0;
  uint64_t value = 0;        // wire types 0, 1 and 5
  std::string_view payload;  // wire type 2
};

// Reads the fields of one message in turn.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  bool broken() const { return broken_; }

  bool next(Field *field) {
    if (rest_.empty() || broken_) return false;
    const uint64_t key = varint();
    field->number = key >> 3;
    field->wireType = key & 7;
    switch (field->wireType) {
      case 0: field->value = varint(); break;
      case 1: field->value = fixed(8); break;
      case 2: field->payload = take(varint()); break;
      case 5: field->value = fixed(4); break;
      default: broken_ = true;
    }
    if (field->number == 0) broken_ = true;
    return !broken_;
  }

 private:
  std::string_view take(uint64_t size) {
    if (size > rest_.size()) {
      broken_ = true;
      return {};
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  uint64_t fixed(size_t size) {
    const auto bytes = take(size);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) value |= uint64_t(uint8_t(bytes[i])) << (8 * i);
    return value;
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = take(1);
      if (broken_) return 0;
      value |= uint64_t(uint8_t(byte[0]) & 0x7f) << shift;
      if ((uint8_t(byte[0]) & 0x80) == 0) return value;
    }
    broken_ = true;
    return 0;
  }

  std::string_view rest_;
  bool broken_ = false;
};

// What a rule puts in the place of a few letters is a few letters. Each letter of a text could become a whole file otherwise.
constexpr size_t longestReplacement = 128;

// The search tries every piece that begins at a letter, so that a piece as long as a text takes the square of its length.
constexpr size_t longestPiece = 1024;

// The normaliser's rules: a 32-bit size, a double-array trie of that many bytes, then zero-terminated replacements.
// A unit of the trie (darts-clone's layout): bits 0-7 label, bit 8 "has a value", bit 31 "is a value", the rest an offset.
std::string faultOfNormaliser(std::string_view blob) {
  if (blob.empty()) return "";
  const std::string broken = "the normalisation rules are damaged";
  uint32_t trieBytes = 0;
  if (blob.size() <= sizeof trieBytes) return broken;
  for (int i = 0; i < 4; ++i) trieBytes |= uint32_t(uint8_t(blob[i])) << (8 * i);
  blob.remove_prefix(sizeof trieBytes);
  // The trie comes in blocks of 256 units, so a transition by any byte stays in the block of its unit's offset.
  if (trieBytes == 0 || trieBytes % 1024 != 0 || trieBytes >= blob.size()) return broken;
  std::vector<uint32_t> units(trieBytes / 4);
  for (size_t i = 0; i < units.size(); ++i) {
    uint32_t unit = 0;
    for (int j = 0; j < 4; ++j) unit |= uint32_t(uint8_t(blob[i * 4 + j])) << (8 * j);
    units[i] = unit;
  }
  const size_t replacementBytes = blob.size() - trieBytes;
  for (size_t i = 0; i < units.size(); ++i) {
    const uint32_t unit = units[i];
    if (unit >> 31) continue;
    const uint32_t offset = (unit >> 10) << ((unit & (1u << 9)) >> 6);
    const size_t child = i ^ offset;
    if (child >= units.size()) return broken;
    const bool hasValue = (unit >> 8) & 1;
    if (!hasValue) continue;
    const size_t start = units[child] & 0x7fffffffu;
    if (start >= replacementBytes) return broken;
    const auto replacement = blob.substr(trieBytes + start, longestReplacement + 1);
    if (replacement.size() > longestReplacement && replacement.find('\0') == std::string_view::npos) {
      return "a normalisation rule has more than " + std::to_string(longestReplacement) + " bytes";
    }
  }
  return "";
}

std::string faultOfNormaliserSpec(std::string_view message) {
  FieldReader fields(message);
  Field field;
  while (fields.next(&field)) {
    if (field.number == 2 && field.wireType == 2) {
      auto fault = faultOfNormaliser(field.payload);
      if (!fault.empty()) return fault;
    }
  }
  return fields.broken() ? "the normaliser's settings are damaged" : "";
}

std::string faultOfPiece(std::string_view message, size_t id) {
  FieldReader fields(message);
  Field field;
  while (fields.next(&field)) {
    if (field.number == 1 && field.wireType == 2 && field.payload.size() > longestPiece) {
      return "piece " + std::to_string(id) + " has more than " + std::to_string(longestPiece) + " bytes";
    }
    if (field.number == 1 && field.wireType == 2 && field.payload.find('\0') != std::string_view::npos) {
      return "piece " + std::to_string(id) + " holds a zero byte";
    }
    if (field.number == 2 && field.wireType == 5) {
      const uint32_t bits = uint32_t(field.value);
      float score = 0;
      std::memcpy(&score, &bits, sizeof score);
      if (!std::isfinite(score)) return "the score of piece " + std::to_string(id) + " is not a number";
    }
  }
  return fields.broken() ? "piece " + std::to_string(id) + " is damaged" : "";
}

}  // namespace

std::string faultOfModel(std::string_view bytes) {
  if (bytes.empty()) return "the file is empty";
  FieldReader fields(bytes);
  Field field;
  size_t pieces = 0;
  while (fields.next(&field)) {
    std::string fault;
    const bool nested = field.wireType == 2;
    if (nested && field.number == 1) fault = faultOfPiece(field.payload, pieces++);
    if (nested && (field.number == 3 || field.number == 5)) fault = faultOfNormaliserSpec(field.payload);
    if (!fault.empty()) return fault;
  }
  if (fields.broken()) return pieces == 0 ? "this is not a SentencePiece model" : "the file is cut short or damaged";
  return pieces == 0 ? "this is not a SentencePiece model" : "";
}

}  // namespace unroll
