// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Reads a file of the format safetensors, and the JSON in it.
//
// The file is eight bytes that say how long its header is, the header, and the
// numbers: float32 or float16, little-endian as this machine must be. Nothing
// of it is taken on trust: what does not fit is an Error of one line.

#ifndef VRAE_WEIGHTS_H_
#define VRAE_WEIGHTS_H_

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vrae {

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// --- JSON --------------------------------------------------------------------

class Json {
 public:
  static Json parse(const std::string& text) {
    const char* at = text.c_str();
    const char* const end = at + text.size();
    Json json = value(at, end, 0);
    if (skip(at, end)) throw Error("text behind the JSON of the header");
    return json;
  }

  bool has(const std::string& name) const {
    return kind_ == kObject && members_.count(name);
  }

  const Json& operator[](const std::string& name) const {
    if (!has(name)) throw Error("the header has no " + name);
    return members_.at(name);
  }

  const std::map<std::string, Json>& members() const {
    return is(kObject, "an object"), members_;
  }
  const std::vector<Json>& items() const { return is(kList, "a list"), items_; }
  const std::string& text() const { return is(kText, "text"), text_; }
  bool truth() const { return is(kTruth, "true or false"), number_ != 0; }
  bool is_null() const { return kind_ == kNull; }
  double number() const { return is(kNumber, "a number"), number_; }

  // A whole number of a range.
  size_t whole(size_t low, size_t high) const {
    const double n = number();
    if (!(n >= double(low) && n <= double(high)) || n != std::floor(n)) {
      throw Error("the header has a number that is not a whole one from " +
                  std::to_string(low) + " to " + std::to_string(high));
    }
    return size_t(n);
  }

 private:
  enum Kind { kNull, kTruth, kNumber, kText, kList, kObject };
  static constexpr int kDeepest = 16;

  void is(Kind kind, const char* what) const {
    if (kind_ != kind) throw Error(std::string("the header lacks ") + what);
  }

  // The next character that is no space; 0 at the end.
  static char skip(const char*& at, const char* end) {
    while (at < end && std::strchr(" \t\r\n", *at) && *at) ++at;
    return at < end ? *at : 0;
  }

  static bool take(const char*& at, const char* end, char c) {
    if (skip(at, end) != c) return false;
    ++at;
    return true;
  }

  static void need(const char*& at, const char* end, char c) {
    if (!take(at, end, c)) {
      throw Error(std::string("the header is not JSON: no '") + c + "'");
    }
  }

  static Json value(const char*& at, const char* end, int depth) {
    if (depth > kDeepest) throw Error("the header's JSON is too deep");
    Json json;
    const char c = skip(at, end);
    if (c == '{') {
      json.kind_ = kObject;
      need(at, end, '{');
      if (take(at, end, '}')) return json;
      do {
        skip(at, end);
        std::string name = string(at, end);
        need(at, end, ':');
        json.members_[std::move(name)] = value(at, end, depth + 1);
      } while (take(at, end, ','));
      need(at, end, '}');
    } else if (c == '[') {
      json.kind_ = kList;
      need(at, end, '[');
      if (take(at, end, ']')) return json;
      do {
        json.items_.push_back(value(at, end, depth + 1));
      } while (take(at, end, ','));
      need(at, end, ']');
    } else if (c == '"') {
      json.kind_ = kText;
      json.text_ = string(at, end);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      // A std::string ends in a 0, at which this stops.
      char* behind = nullptr;
      json.kind_ = kNumber;
      json.number_ = std::strtod(at, &behind);
      at = behind;
    } else if (word(at, end, "true") || word(at, end, "false")) {
      json.kind_ = kTruth;
      json.number_ = c == 't';
    } else if (!word(at, end, "null")) {
      throw Error("the header is not JSON");
    }
    return json;
  }

  static bool word(const char*& at, const char* end, const char* word) {
    const size_t size = std::strlen(word);
    if (size_t(end - at) < size || std::strncmp(at, word, size)) return false;
    at += size;
    return true;
  }

  static std::string string(const char*& at, const char* end) {
    need(at, end, '"');
    std::string text;
    while (at < end && *at != '"') {
      char c = *at++;
      if (c == '\\' && at < end) {
        c = *at++;
        if (const char* plain = std::strchr("n\nt\tr\rb\bf\f", c);
            plain && c && plain[1]) {
          c = plain[1];
        } else if (c == 'u') {
          if (end - at < 4) break;
          const long code = std::strtol(std::string(at, 4).c_str(), 0, 16);
          at += 4;
          c = code < 128 ? char(code) : '?';  // Only the card has such letters.
        }
      }
      text += c;
    }
    need(at, end, '"');
    return text;
  }

  Kind kind_ = kNull;
  double number_ = 0;
  std::string text_;
  std::vector<Json> items_;
  std::map<std::string, Json> members_;
};

// --- Tensors -----------------------------------------------------------------

// A matrix [rows][columns]; a vector is a matrix of one column.
struct Tensor {
  const float* values;
  size_t rows, columns;
  size_t size() const { return rows * columns; }
};

class Weights {
 public:
  explicit Weights(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw Error("cannot read " + path);
    const std::streamoff bytes = file.tellg();
    uint64_t length = 0;
    file.seekg(0);
    file.read(reinterpret_cast<char*>(&length), sizeof length);
    if (!file || bytes < 8 || length > uint64_t(bytes) - 8) {
      throw Error(path + " is no whole file of weights: its header would end "
                  "behind the file");
    }
    if (length > kLongestHeader || uint64_t(bytes) > kMostBytes) {
      throw Error(path + " is larger than any model: a header of " +
                  std::to_string(length) + " bytes");
    }
    std::string header(length, ' '), numbers(size_t(bytes) - 8 - length, ' ');
    file.read(&header[0], std::streamsize(header.size()));
    file.read(&numbers[0], std::streamsize(numbers.size()));
    if (!file) throw Error("cannot read all of " + path);
    const Json json = Json::parse(header);
    facts_ = Json::parse(json["__metadata__"]["magenta_vrae"].text());
    size_t taken = 0;
    for (const auto& [name, place] : json.members()) {
      if (name != "__metadata__") taken += add(name, place, numbers);
      if (taken > numbers.size()) throw Error("tensors lie in each other");
    }
  }

  const Json& facts() const { return facts_; }

  bool has(const std::string& name) const { return found_.count(name); }

  // A tensor of the shape that is expected; a 0 there stands for any size.
  Tensor get(const std::string& name, std::initializer_list<size_t> shape)
      const {
    if (!has(name)) throw Error("the file has no tensor " + name);
    const Found& found = found_.at(name);
    bool fits = found.shape.size() == shape.size();
    for (size_t i = 0; fits && i < shape.size(); ++i) {
      const size_t wanted = shape.begin()[i];
      fits = !wanted || wanted == found.shape[i];
    }
    if (!fits) {
      throw Error(name + " is sized " + shown(found.shape) + ", but " +
                  shown(shape) + " is expected (0: any)");
    }
    size_t columns = 1;
    for (size_t i = 1; i < found.shape.size(); ++i) columns *= found.shape[i];
    return {found.values.data(), found.shape[0], columns};
  }

 private:
  static constexpr uint64_t kLongestHeader = 2 << 20;
  static constexpr uint64_t kMostBytes = 1 << 29;
  struct Found {
    std::vector<float> values;
    std::vector<size_t> shape;
  };

  // Reads a tensor; returns how many bytes it takes.
  size_t add(const std::string& name, const Json& place,
             const std::string& numbers) {
    const bool is_half = place["dtype"].text() == "F16";
    if (!is_half && place["dtype"].text() != "F32") {
      throw Error(name + " is of neither float32 nor float16");
    }
    const size_t size = is_half ? 2 : 4, bytes = numbers.size();
    const auto& ends = place["data_offsets"].items();
    if (ends.size() != 2) throw Error(name + " has no place in the file");
    const size_t first = ends[0].whole(0, bytes);
    const size_t taken = ends[1].whole(first, bytes) - first;
    Found found;
    size_t count = 1;
    for (const Json& of : place["shape"].items()) {
      found.shape.push_back(of.whole(0, bytes));
      if (count <= bytes) count *= found.shape.back();  // Both below 2^30.
    }
    if (count * size != taken) {
      throw Error(name + ", sized " + shown(found.shape) + ", has " +
                  std::to_string(taken) + " bytes in the file");
    }
    found.values.resize(count);
    for (size_t i = 0; i < count; ++i) {
      const char* at = numbers.data() + first + i * size;
      if (is_half) {
        found.values[i] = of_half(at);
      } else {
        std::memcpy(&found.values[i], at, size);
      }
      if (!std::isfinite(found.values[i])) {
        throw Error(name + " has numbers that are not finite");
      }
    }
    found_[name] = std::move(found);
    return taken;
  }

  // A float16: a sign, 5 bits of exponent, 10 of the number.
  static float of_half(const char* at) {
    uint16_t bits;
    std::memcpy(&bits, at, sizeof bits);
    const int exponent = bits >> 10 & 31, number = bits & 1023;
    float value = std::ldexp(float(number), -24);
    if (exponent) value = std::ldexp(float(number + 1024), exponent - 25);
    if (exponent == 31) value = NAN;  // Infinite ones are refused as well.
    return bits >> 15 ? -value : value;
  }

  static std::string shown(const std::vector<size_t>& shape) {
    std::string text = "[";
    for (size_t n : shape) {
      text += (text == "[" ? "" : ", ") + std::to_string(n);
    }
    return text + "]";
  }

  Json facts_;
  std::map<std::string, Found> found_;
};

}  // namespace vrae

#endif  // VRAE_WEIGHTS_H_
